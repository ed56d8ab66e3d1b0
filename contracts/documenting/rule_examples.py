"""A kept and a broken example of a rule, each in the few lines that matter, with what differs marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import compress
from operator import ne
from typing import Any, TypeVar

from contracts.model.contract import Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.gate import Case
from contracts.model.interaction import Interaction
from contracts.model.run import Proof
from contracts.rules import KINDS, spoil
from contracts.rules.conditions import side
from contracts.rules.edits import with_body
from contracts.rules.instance import Steps, find, value_at
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import legal_interaction
from contracts.rules.parsing import NotJsonError, parse
from contracts.web.marked_json import EXCERPT, MISSING, drawn

_ASKED = ("request", "status")
_ALWAYS = {
    "echo": ("request",),
    "status": ("status",),
    "media-type": ("status",),
    "header": ("status",),
    "parameter": _ASKED,
    "authorization": _ASKED,
}
"""Parts of the head that are shown for these kinds even where they don't differ."""
_WIDEST, _TALLEST = 400, 5
Name = TypeVar("Name")


@frozen
class ExampleLine:
    """One line of an example; a marked one stands out."""

    text: str
    marked: bool = False


@frozen
class RuleExamples:
    """A rule at work: lines of a kept and of a broken exchange, empty where nothing can break the rule.

    `caught` are the ids that the broken one was caught under, None where nobody tried.
    """

    kept: tuple[ExampleLine, ...] = ()
    broken: tuple[ExampleLine, ...] = ()
    caught: tuple[str, ...] | None = None


class ExampleSource:
    """The good exchanges of a contract, made once, from which the examples of every rule are taken."""

    def __init__(self, contract: Contract, cases: Iterable[Case] = (), proofs: Iterable[Proof] = ()) -> None:
        self.contract = contract
        self._good = list(_good(contract))
        self._proofs = {proof.rule.id: proof for proof in proofs}
        self._bodies = {trait: case.body for case in reversed(tuple(cases)) for trait in case.traits}

    def of(self, rule: Rule) -> RuleExamples:
        """The examples of a rule; the proof's broken exchange where there is one."""
        proof = self._proofs.get(rule.id)
        pair = self._pair(rule, proof)
        if pair is None:
            return RuleExamples()
        good, broken = pair
        kept, wrong = excerpts(rule, self._kept(rule, good), broken)
        return RuleExamples(kept=kept, broken=wrong, caught=proof.caught if proof else None)

    def _pair(self, rule: Rule, proof: Proof | None) -> tuple[Interaction, Interaction] | None:
        """A good exchange and what breaks it: the proof's where there is one. None where nothing can break the rule."""
        if proof is not None and proof.broken is None:
            return None
        found = ((good, bad) for good in self._good if (bad := spoil(rule, self.contract, good)) is not None)
        if proof is None or proof.broken is None:
            return next(found, None)
        proven = next((pair for pair in found if pair[1] == proof.broken), None)
        return proven or ((self._nearest(rule, proof.broken), proof.broken) if self._good else None)

    def _nearest(self, rule: Rule, broken: Interaction) -> Interaction:
        """The good exchange that a broken one differs from the least."""
        return min(self._good, key=lambda good: sum(line.marked for line in excerpts(rule, good, broken)[1]))

    def _kept(self, rule: Rule, good: Interaction) -> Interaction:
        """A good exchange that shows the rule at work: of a condition one that has its trigger, where one is known."""
        if rule.kind != "condition":
            return good
        body = self._bodies.get(KINDS["condition"].branches(rule)[0])
        return good if body is None else with_body(good, body)


def _good(contract: Contract) -> Iterator[Interaction]:
    """A good exchange for each documented answer of which a legal one is known."""
    for answer in contract.answers:
        with suppress(NoAnswer):
            yield legal_interaction(contract, answer.status)


def excerpts(
    rule: Rule, kept: Interaction, broken: Interaction
) -> tuple[tuple[ExampleLine, ...], tuple[ExampleLine, ...]]:
    """The lines of either exchange in which they differ, with what stands around them.

    Of a condition both its places are marked instead. What only the other has is marked where it would stand.
    """
    body, wrong = _body(kept), _body(broken)
    if isinstance(body, bytes) or isinstance(wrong, bytes):
        bodies = _text(body, wrong), _text(wrong, body)
    else:
        places: list[Steps] = []
        whole, spoiled = _compared(body, wrong, (), places)
        bodies = (
            _lines(whole, _marked(rule, body, whole, places)),
            _lines(spoiled, _marked(rule, wrong, spoiled, places)),
        )
    always = _ALWAYS.get(rule.kind, ())
    return (*_head(kept, broken, always), *bodies[0]), (*_head(broken, kept, always), *bodies[1])


def _marked(rule: Rule, body: Any, whole: Any, places: list[Steps]) -> list[Steps]:
    """The places to mark in a body: those that differ, of a condition its own and those that are missing."""
    if rule.kind != "condition":
        return places
    paths = [rule.at + side(rule.says, which).path for which in ("when", "then")]
    own = [steps for path in paths for steps, _ in find(body, path)]
    return own + [steps for steps in places if value_at(whole, steps) is MISSING]


def _lines(body: Any, places: Iterable[Steps]) -> Iterator[ExampleLine]:
    """A body's lines around the marked places, none where nothing is marked."""
    for line in drawn(body, places, EXCERPT) if places else ():
        text = line.key + line.value
        if line.mark == "absent":
            text = f"— no {line.key.strip()} —"
        elif line.kind == "gap" and not line.key and text[0] == "…":
            text = "…"
        yield ExampleLine(text="  " * line.depth + text, marked=line.mark in {"here", "absent"})


def _head(exchange: Interaction, other: Interaction, always: tuple[str, ...]) -> Iterator[ExampleLine]:
    """The marked lines around the body, and those that are always shown."""
    here, there = _around(exchange), _around(other)
    for key in _together(here, there):
        if key not in here:
            yield ExampleLine(text=f"— no {there[key].partition(':')[0]} —", marked=True)
        elif here[key] != there.get(key) or key[0] in always:
            yield ExampleLine(text=_cut(here[key]), marked=here[key] != there.get(key))


def _around(exchange: Interaction) -> dict[tuple[str, str], str]:
    """Request line and headers, status and headers, each by its part and name."""
    request, response = exchange.request, exchange.response
    return {
        ("request", ""): f"{request.method} {request.url}",
        **{("sent", name.lower()): f"{name}: {value}" for name, value in request.headers},
        ("status", ""): f"HTTP {response.status}",
        **{("header", name.lower()): f"{name}: {value}" for name, value in response.headers},
    }


def _body(exchange: Interaction) -> Any:
    """The body's value; its bytes where it is no JSON."""
    try:
        return parse(exchange.response.body)[0]
    except NotJsonError:
        return exchange.response.body


def _text(body: Any, other: Any) -> Iterator[ExampleLine]:
    """The beginning of a body that isn't JSON, beside another one; of one that is, the end that the other lost."""
    if body == other:
        return
    if not isinstance(body, bytes):
        names = list(body if isinstance(body, dict) else range(len(body))) if isinstance(body, dict | list) else []
        yield from _lines(body, [tuple(names[-1:])])
        return
    lines = body.decode(errors="backslashreplace").splitlines() or [""]
    yield from (ExampleLine(text=_cut(text), marked=isinstance(other, bytes)) for text in lines[:_TALLEST])
    if len(lines) > _TALLEST:
        yield ExampleLine(text="…")
    if not isinstance(other, bytes):
        yield ExampleLine(text="— the answer ends here —", marked=True)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _compared(one: Any, other: Any, at: Steps, places: list[Steps]) -> tuple[Any, Any]:
    """Both values, `MISSING` in each where only the other has a member; adds the places in which they differ."""
    if not one or not other or type(one) is not type(other) or not isinstance(one, dict | list):
        if repr(one) != repr(other):
            places.append(at)
        return one, other
    left: dict[Any, Any] = one if isinstance(one, dict) else dict(enumerate(one))
    right: dict[Any, Any] = other if isinstance(other, dict) else dict(enumerate(other))
    if left.keys() == right.keys():
        left, right = left.copy(), right.copy()
    else:
        names, others = _together(left, right), _together(right, left)
        left = {name: left.get(name, MISSING) for name in names}
        right = {name: right.get(name, MISSING) for name in others}
    texts = map(repr, left.values()), map(repr, map(right.get, left))  # tells true from 1, and is fast
    for name in list(compress(left, map(ne, *texts))):
        if left[name] is MISSING or right[name] is MISSING:
            places.append((*at, name))
        else:
            left[name], right[name] = _compared(left[name], right[name], (*at, name), places)
    return (left, right) if isinstance(one, dict) else (list(left.values()), list(right.values()))


def _together(names: Iterable[Name], others: Iterable[Name]) -> list[Name]:
    """The names in their order, and after the same neighbour those that are only among the others."""
    own = dict.fromkeys(names)
    after: dict[Name | None, list[Name]] = {}
    previous: Name | None = None
    for name in others:
        if name in own:
            previous = name
        else:
            after.setdefault(previous, []).append(name)
    return [*after.get(None, ()), *(each for name in own for each in (name, *after.get(name, ())))]
