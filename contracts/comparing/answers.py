"""What stands around the body: the listed statuses, their media types, and promised headers."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.comparing.difference import Difference, sure
from contracts.comparing.flat import essence
from contracts.model.contract import Answer, Rule
from contracts.model.draft import Draft
from contracts.model.json import Json, pointer

WITHOUT_BODY = (204, 205)


def bodiless(contract: Draft) -> bool:
    """Whether the success status is one of an answer that can't have a body."""
    return contract.success.status in WITHOUT_BODY


def _status_of(answer: Answer) -> Json:
    """A status as it is listed: a number, a range or `default`."""
    return int(answer.key) if answer.key.isdecimal() else answer.key


def listed(contract: Draft) -> dict[str, Answer]:
    """The answers beside that of success, by their status."""
    return {answer.key: answer for answer in contract.answers if answer is not contract.success}


def _envelope(old: Draft, new: Draft, kind: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...], bool]:
    """The rules of a kind on both sides, and whether both are documented."""
    was, now = old.about("response", kind), new.about("response", kind)
    return was, now, all(sure(rule) for rule in (*was, *now))


def statuses(old: Draft, new: Draft) -> Iterator[Difference]:
    """The success status, the listed failures, and answers whose body may now be missing."""
    was, now, known = _envelope(old, new, "status")
    one, other = old.success, new.success
    if one.key != other.key:
        emptied = bodiless(old) != bodiless(new) and bool((new if bodiless(old) else old).about("success"))
        kind = "status.success" if known or emptied else "guess.contradicted"
        summary = f"Success was {one.key} and is now {other.key}."
        yield Difference(
            kind=kind,
            pointer=f"#status/{one.key}",
            old=_status_of(one),
            new=_status_of(other),
            summary=summary,
            was=was,
            now=now,
        )
    else:
        yield from _emptied(one, other)
    before, after = listed(old), listed(new)
    for key, answer in before.items():
        if key in after:
            yield from _emptied(answer, after[key])
        elif key != other.key:
            yield _status("status.removed", answer, f"The status {key} is no longer listed.", was, ())
    for key, answer in after.items():
        if key not in before and key != one.key:
            yield _status("status.added", answer, f"The status {key} is listed now.", (), now)


def _status(kind: str, answer: Answer, summary: str, was: tuple[Rule, ...], now: tuple[Rule, ...]) -> Difference:
    status = _status_of(answer)
    old, new = (None, status) if kind == "status.added" else (status, None)
    return Difference(kind=kind, pointer=f"#status/{answer.key}", old=old, new=new, summary=summary, was=was, now=now)


def _emptied(old: Answer, new: Answer) -> Iterator[Difference]:
    if old.empty != new.empty:
        kind, what = ("body.may-be-missing", "may now have no body") if new.empty else (
            "body.always-there", "now always has a body")  # fmt: skip
        summary = f"An answer of status {new.key} {what}."
        was, now = not old.empty, not new.empty
        yield Difference(kind=kind, pointer=f"#status/{new.key}", old=was, new=now, summary=summary)


def another_media(old: Draft, new: Draft) -> bool:
    """Whether success has a body of a known form on one side alone, since its media types are all others."""
    one, other = ({essence(name) for name in side.success.media} for side in (old, new))
    held = [bool(side.success.bodies) for side in (old, new)]
    return held[0] != held[1] and bool(one and other) and not one & other


def media(old: Draft, new: Draft) -> Iterator[Difference]:
    """The media types of the success and of the failures that both sides list; nothing where one side names none."""
    was, now, known = _envelope(old, new, "media-type")
    pairs = [(old.success, new.success)]
    before_it, after_it = listed(old), listed(new)
    pairs += [(answer, after_it[key]) for key, answer in before_it.items() if key in after_it]
    for one, other in pairs:
        before, after = ({essence(name) for name in answer.media} for answer in (one, other))
        if not before or not after or before == after:
            continue
        kind = "media.added"
        if not before & after:
            kind = "media.changed" if known or one is not old.success else "guess.contradicted"
        elif after < before:
            kind = "media.narrowed"
        summary = f"Status {other.key} was {' or '.join(one.media)} and is now {' or '.join(other.media)}."
        yield Difference(
            kind=kind,
            pointer=f"#status/{one.key}",
            old=list(one.media),
            new=list(other.media),
            summary=summary,
            was=was,
            now=now,
        )


def headers(old: Draft, new: Draft) -> Iterator[Difference]:
    """Headers that the answers of statuses listed on both sides promise to carry."""
    shared = {answer.key for answer in old.answers} & {answer.key for answer in new.answers}
    was, now = (_promised(side, shared) for side in (old, new))
    for name in dict.fromkeys([*was, *now]):
        one, other = was.get(name, []), now.get(name, [])
        lost, won = _statuses(one, shared) - _statuses(other, shared), _statuses(other, shared) - _statuses(one, shared)
        texts = [[f"{rule.says['name']}: {rule.says['pattern']}" for rule in rules] or None for rules in (one, other)]
        if lost:
            kind, summary = "header.removed", f"The header {_name(one)} is no longer promised with {_listed(lost)}."
        elif won:
            kind, summary = "header.added", f"The header {_name(other)} is now promised with {_listed(won)}."
        elif _patterns(one) != _patterns(other):
            kind, summary = "header.changed", f"The header {_name(one)} is written in another form."
        else:
            continue
        yield Difference(
            kind=kind,
            pointer="#header" + pointer((_name(one or other),)),
            old=texts[0],
            new=texts[1],
            summary=summary,
            was=tuple(one),
            now=tuple(other),
        )


def _promised(contract: Draft, shared: set[str]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in contract.about("response", "header"):
        if sure(rule) and shared & set(rule.answers):
            found.setdefault(str(rule.says["name"]).lower(), []).append(rule)
    return found


def _name(rules: list[Rule]) -> str:
    return str(rules[0].says["name"])


def _statuses(rules: list[Rule], shared: set[str]) -> set[str]:
    return shared.intersection(*[[status for rule in rules for status in rule.answers]])


def _patterns(rules: list[Rule]) -> set[str]:
    return {str(rule.says["pattern"]) for rule in rules}


def _listed(statuses: set[str]) -> str:
    return ", ".join(sorted(statuses))
