"""The headers of the answers: which are promised, and what is said of their values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.comparing.difference import UNREAD, Difference, How, sure
from contracts.comparing.operations import Found, Operations, followed, mapping, outer, schema_of
from contracts.comparing.telling import deprecation
from contracts.comparing.walk import Where
from contracts.model.contract import Contract, Rule
from contracts.model.json import pointer

_KINDS: dict[How, tuple[str, str]] = {
    "wider": ("header.widened", "may now have values that were ruled out"),
    "other": ("header.changed", "is written in another form"),
    "narrower": ("header.narrowed", "has fewer values than before"),
}
"""What is told of a header's values, the gravest first."""


def headers(two: Operations) -> Iterator[Difference]:
    """Headers of the answers that both sides list, one entry for each that is promised otherwise."""
    found: dict[str, list[tuple[str, Any, Any]]] = {}
    for key, old, new in two.responses():
        if key in two.kept():
            one, other = _heads(two.old, old), _heads(two.new, new)
            for name in dict.fromkeys([*one, *other]):
                found.setdefault(name, []).append((key, one.get(name), other.get(name)))
    for heads in found.values():
        name = next(str(at[-1]) for _, *sides in heads for side in sides if side for at in [side[2]])
        yield from _header(two, name, heads)


def _heads(contract: Contract, response: Found) -> dict[str, Any]:
    node, at = response
    return {
        name.lower(): (*followed(contract.document, raw, (*at, "headers", name)), ("headers", name))
        for name, raw in mapping(mapping(node).get("headers")).items()
        if name.lower() != "content-type"
    }


def _header(two: Operations, name: str, heads: list[Any]) -> Iterator[Difference]:
    was, now = (_rules(contract, name, {key for key, *_ in heads}) for contract in (two.old, two.new))
    place = "#header" + pointer((name,))

    def told(kind: str, summary: str) -> Difference:
        texts = [[_text(rule) for rule in rules] or None for rules in (was, now)]
        return Difference(kind=kind, pointer=place, old=texts[0], new=texts[1], summary=summary, was=was, now=now)

    guessed = [rule for rule in (*was, *now) if not sure(rule)]
    lost = [key for key, old, new in heads if _promised(old) and not _promised(new)]
    won = [key for key, old, new in heads if _promised(new) and not _promised(old)]
    if guessed:
        return
    if lost:
        yield told("header.removed", f"The header {name} is no longer promised with {', '.join(sorted(lost))}.")
    elif won:
        yield told("header.added", f"The header {name} is now promised with {', '.join(sorted(won))}.")
    elif any(old and not new for _, old, new in heads):
        summary = f"The header {name} is no longer described; whether it still comes is not said."
        yield replace(told(UNREAD, summary), old=name, new=None)
    elif any(new and not old for _, old, new in heads):
        yield replace(told("header.added", f"The header {name} is now described."), old=None, new=name)
    found = [one for _, old, new in heads if old and new for one in _values(two, name, old, new)]
    for how, (kind, what) in _KINDS.items():
        if any(one.how == how or (how == "narrower" and one.how == "said") for one in found):
            yield told(kind, f"The header {name} {what}.")
            break
    yield from {
        one.kind: one for one in found if not one.how and one.kind.startswith(("deprecation.", "wording."))
    }.values()


def _values(two: Operations, name: str, old: Any, new: Any) -> Iterator[Difference]:
    """What became of a header's values, as of any other value that a client reads."""
    schemas = [schema_of(contract.document, head[:2]) for contract, head in ((two.old, old), (two.new, new))]
    where = Where(pointer="#header" + pointer((name,)), name=(name,))
    yield from deprecation(f"the header {name}", where.pointer, old=_is(old, "deprecated"), new=_is(new, "deprecated"))
    walk = two.walked((schemas[0][:2], schemas[1][:2]), where, "response", ("response", "response"), alone=True)
    for one in walk.found:
        yield replace(one, how=_how(one)) if _of_values(one) else one


def _how(one: Difference) -> How:
    """What became of the values, in a word that is known here."""
    if one.how == "other" and one.kind not in {UNREAD, "pattern.changed"}:
        return "wider"
    if one.kind == UNREAD:
        return "other"
    lost = one.kind in {"field.removed", "presence.no-longer-promised"}
    return one.how or ("wider" if lost else "narrower")


def _of_values(one: Difference) -> bool:
    return not one.kind.startswith(("deprecation.", "wording."))


def _promised(head: Any) -> bool:
    return head is not None and _is(head, "required")


def _is(head: Any, flag: str) -> bool:
    return mapping(head[0]).get(flag) is True


def _rules(contract: Contract, name: str, keys: set[str]) -> tuple[Rule, ...]:
    return tuple(
        rule
        for rule in outer(contract, "response", "header")
        if str(rule.says["name"]).lower() == name.lower() and keys & set(rule.answers)
    )


def _text(rule: Rule) -> str:
    form = rule.says.get("pattern", rule.says.get("schema"))
    return f"{rule.says['name']}: {form}"
