"""A kept and a broken example of a rule, each in the few lines that matter, with the spot marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from contracts.documenting.exchanges import Key, Line, differing, excerpt, lines_of, with_gaps
from contracts.model.contract import Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.gate import Case
from contracts.model.interaction import Interaction
from contracts.model.run import Proof
from contracts.rules import KINDS, spoil
from contracts.rules.conditions import side
from contracts.rules.edits import with_body
from contracts.rules.instance import find
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import legal_interaction
from contracts.rules.parsing import parse

_ALWAYS = {"echo": ("request",), "status": ("status",), "media-type": ("status",), "header": ("status",)}
"""What stands around the body is shown for these kinds even where it isn't the broken spot."""
_ASKING = {"parameter", "authorization"}


@frozen
class Examples:
    """A rule at work: lines of a kept and of a broken exchange, empty where nothing can break the rule.

    `caught` are the ids that the broken one was caught under, None where nobody tried.
    """

    kept: tuple[Line, ...] = ()
    broken: tuple[Line, ...] = ()
    caught: tuple[str, ...] | None = None


class Exemplary:
    """The good exchanges of a contract, made once, from which the examples of every rule are taken."""

    def __init__(self, contract: Contract, cases: Iterable[Case] = (), proofs: Iterable[Proof] = ()) -> None:
        self.contract = contract
        self._good = list(_good(contract))
        self._lines = {id(good): lines_of(good) for good in self._good}
        self._proofs = {proof.rule.id: proof for proof in proofs}
        self._bodies = {trait: case.body for case in reversed(tuple(cases)) for trait in case.traits}

    def of(self, rule: Rule) -> Examples:
        """The examples of a rule; the proof's broken exchange where there is one."""
        proof = self._proofs.get(rule.id)
        pair = self._pair(rule, proof)
        if pair is None:
            return Examples()
        good, broken = pair
        kept = self._kept(rule, good)
        before = self._lines.get(id(kept)) or lines_of(kept)
        after = lines_of(broken)
        there, then = _marks(rule, kept, broken, before, after)
        always = (*_ALWAYS.get(rule.kind, ()), *(("request", "status") if rule.kind in _ASKING else ()))
        return Examples(
            kept=excerpt(with_gaps(before, after), there, always),
            broken=excerpt(with_gaps(after, before), then, always),
            caught=proof.caught if proof else None,
        )

    def _pair(self, rule: Rule, proof: Proof | None) -> tuple[Interaction, Interaction] | None:
        """A good exchange and what breaks it: the proof's where there is one. None where nothing can break the rule."""
        if proof is not None and proof.broken is None:
            return None
        found = ((good, bad) for good in self._good if (bad := spoil(rule, self.contract, good)) is not None)
        if proof is None or proof.broken is None:
            return next(found, None)
        proven = next((pair for pair in found if pair[1] == proof.broken), None)
        return proven or ((self._nearest(proof.broken), proof.broken) if self._good else None)

    def _nearest(self, broken: Interaction) -> Interaction:
        """The good exchange that a broken one differs from the least."""
        lines = lines_of(broken)
        return min(self._good, key=lambda good: len(differing(self._lines[id(good)], lines)))

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


def _marks(
    rule: Rule, kept: Interaction, broken: Interaction, before: list[Line], after: list[Line]
) -> tuple[set[Key], set[Key]]:
    """The spots of the kept and of the broken exchange: of a condition both its places, else what differs."""
    if rule.kind == "condition":
        return _condition_places(rule, kept), _condition_places(rule, broken)
    return differing(before, after), differing(after, before)


def _condition_places(rule: Rule, exchange: Interaction) -> set[Key]:
    body, _ = parse(exchange.response.body)
    paths = [rule.at + side(rule.says, which).path for which in ("when", "then")]
    return {("body", *steps) for path in paths for steps, _ in find(body, path)}
