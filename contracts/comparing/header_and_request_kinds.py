"""What a schema's differences mean where it is that of a header, of a parameter, or of a request's body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.comparing.difference import UNREAD, Difference
from contracts.model.contract import Rule

_BESIDE = ("deprecation.", "wording.")
"""Kinds that say nothing of values, and mean the same everywhere."""
_WEIGHED = {"pattern.changed", UNREAD}
"""Kinds of which nobody can tell whether less is taken."""
_HEADER = {
    "widened": ("header.widened", "may now have values that were ruled out"),
    "changed": ("header.changed", "is written in another form"),
    "narrowed": ("header.narrowed", "has fewer values than before"),
}
"""What is told of a header's values, the gravest first."""
_PARAMETER = {
    "narrowed": ("parameter.narrowed", "no longer takes all that it took"),
    "unclear": ("parameter.unclear", "says something else of what it takes, and whether less is taken can't be told"),
    "widened": ("parameter.widened", "takes more than before"),
}
_AS_PARAMETER = {"required": "narrowed", "optional": "widened", "added": "widened", "removed": "unclear"}
_REQUEST = {
    "narrowed": "request.narrowed",
    "widened": "request.widened",
    "unclear": "request.unclear",
    "required": "request.required",
    "optional": "request.optional",
    "added": "request.added",
    "removed": "request.removed",
}


def _to_reader(change: Difference) -> str:
    """What a difference of a header's values means for who reads them, in a word."""
    if change.kind in _WEIGHED:
        return "changed"
    lost = change.kind in {"field.removed", "presence.no-longer-promised"}
    return "widened" if change.how in {"wider", "other"} or (lost and not change.how) else "narrowed"


def _to_sender(change: Difference) -> str:
    """What a difference means for who sends the value, in a word."""
    if change.how == "other":
        return "unclear" if change.kind in _WEIGHED else "narrowed"
    if change.how:
        return {"wider": "widened", "narrower": "narrowed", "said": "unclear"}[change.how]
    if change.kind == "field.added":
        return "required" if any(rule.kind == "required" for rule in change.now) else "added"
    return {
        "field.removed": "removed",
        "presence.promised": "required",
        "presence.no-longer-promised": "optional",
        "enum.extensible": "added",
    }.get(change.kind, "unclear")


def of_header(found: list[Difference], whole: Difference, name: str) -> Iterator[Difference]:
    """What became of a header's values, as the gravest alone; `whole` has all but kind and words."""
    words = {_to_reader(change) for change in found if not change.kind.startswith(_BESIDE)}
    gravest = next((meaning for word, meaning in _HEADER.items() if word in words), None)
    if gravest:
        yield whole._replace(kind=gravest[0], summary=f"{name} {gravest[1]}.")
    yield from {change.kind: change for change in found if change.kind.startswith(_BESIDE)}.values()


def of_parameter(found: list[Difference], was: Rule, now: Rule, flags: list[str], place: str) -> Iterator[Difference]:
    """What became of a parameter's value, in one entry of each severity at most; `flags` are set on one side alone."""
    name = f"The parameter `{was.at[0]}`"
    if any(change.pointer == place and change.kind in {"field.type", "field.type-narrowed"} and change.how != "wider"
           for change in found):  # fmt: skip
        old, new = (rule.says.get("type") for rule in (was, now))
        summary = f"{name} has another type."
        yield Difference("parameter.type", place, old, new, summary, (was,), (now,))
        return
    yield from (change for change in found if change.kind.startswith(_BESIDE))
    by_word: dict[str, list[Difference]] = {}
    for change in found:
        if not change.kind.startswith(_BESIDE):
            word = _to_sender(change)
            by_word.setdefault(_AS_PARAMETER.get(word, word), []).append(change)
    for word, (kind, what) in _PARAMETER.items():
        aspects = [(_aspect(change, place), change.old, change.new) for change in by_word.get(word, ())]
        named = dict.fromkeys([*(aspect for aspect, *_ in aspects), *(flags if word == "unclear" else ())])
        if named:
            old, new = ({aspect: said[side] for aspect, *said in aspects if said[side] is not None} or None
                        for side in (0, 1))  # fmt: skip
            summary = f"{name} {what}: {', '.join(named)}."
            yield Difference(kind, place, old, new, summary, (was,), (now,))


def _aspect(change: Difference, place: str) -> str:
    """What of a value a difference is about: a few words, and where in it."""
    group, _, word = change.kind.partition(".")
    if change.kind == UNREAD:
        word = change.summary.partition("`")[2].rpartition("`")[0].rpartition("`")[2]
    elif group != "field":
        word = group
    below = change.pointer[len(place) :]
    return f"{word} of {below}" if below else word


def of_request(found: Iterable[Difference]) -> Iterator[Difference]:
    """Differences of a request's body, each with what it means for who sends it; one of a kind at a place."""
    given: set[tuple[str, str]] = set()
    for change in found:
        kind = change.kind if change.kind.startswith(_BESIDE) else _REQUEST[_to_sender(change)]
        if (kind, change.pointer) not in given:
            given.add((kind, change.pointer))
            yield change._replace(kind=kind)
