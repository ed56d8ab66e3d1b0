"""What stands around the body: the listed statuses, their media types, and promised headers."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.comparing.difference import Difference, sure
from contracts.model.contract import Answer, Contract, Rule
from contracts.model.json import pointer

WITHOUT_BODY = (204, 205)


def bodiless(contract: Contract) -> bool:
    """Whether the success status is one of an answer that can't have a body."""
    return contract.success.status in WITHOUT_BODY


def _envelope(old: Contract, new: Contract, kind: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...], bool]:
    """The rules of a kind on both sides, and whether both are documented."""
    was, now = old.about("response", kind), new.about("response", kind)
    return was, now, all(sure(rule) for rule in (*was, *now))


def statuses(old: Contract, new: Contract) -> Iterator[Difference]:
    """The success status, the listed failures, and answers whose body may now be missing."""
    was, now, known = _envelope(old, new, "status")
    one, other = old.success, new.success
    if one.status != other.status:
        emptied = bodiless(old) != bodiless(new) and bool((new if bodiless(old) else old).about("success"))
        kind = "status.success" if known or emptied else "guess.contradicted"
        summary = f"Success was {one.status} and is now {other.status}."
        yield Difference(
            kind=kind,
            pointer=f"#status/{one.status}",
            old=one.status,
            new=other.status,
            summary=summary,
            was=was,
            now=now,
        )
    else:
        yield from _emptied(one, other)
    before, after = (
        {answer.status: answer for answer in side.answers if answer.body == "problem"} for side in (old, new)
    )
    for status, answer in before.items():
        if status in after:
            yield from _emptied(answer, after[status])
        else:
            yield _status("status.removed", status, f"The status {status} is no longer listed.", was, ())
    for status in sorted(after.keys() - before.keys()):
        yield _status("status.added", status, f"The status {status} is listed now.", (), now)


def _status(kind: str, status: int, summary: str, was: tuple[Rule, ...], now: tuple[Rule, ...]) -> Difference:
    old, new = (None, status) if now or kind == "status.added" else (status, None)
    return Difference(kind=kind, pointer=f"#status/{status}", old=old, new=new, summary=summary, was=was, now=now)


def _emptied(old: Answer, new: Answer) -> Iterator[Difference]:
    if old.may_be_empty != new.may_be_empty:
        kind, what = ("body.may-be-missing", "may now have no body") if new.may_be_empty else (
            "body.always-there", "now always has a body")  # fmt: skip
        summary = f"An answer of status {new.status} {what}."
        was, now = not old.may_be_empty, not new.may_be_empty
        yield Difference(kind=kind, pointer=f"#status/{new.status}", old=was, new=now, summary=summary)


def media(old: Contract, new: Contract) -> Iterator[Difference]:
    """The media types of the success and of the failures that both sides list; nothing where one side names none."""
    was, now, known = _envelope(old, new, "media-type")
    pairs = [(old.success, new.success)]
    pairs += [(one, other) for one in old.answers for other in new.answers
              if one.body == other.body == "problem" and one.status == other.status]  # fmt: skip
    for one, other in pairs:
        before, after = ({_essence(name) for name in answer.media} for answer in (one, other))
        if not before or not after or before == after:
            continue
        kind = "media.added"
        if not before & after:
            kind = "media.changed" if known or one.body == "problem" else "guess.contradicted"
        elif after < before:
            kind = "media.narrowed"
        summary = f"Status {other.status} was {' or '.join(one.media)} and is now {' or '.join(other.media)}."
        yield Difference(
            kind=kind,
            pointer=f"#status/{one.status}",
            old=list(one.media),
            new=list(other.media),
            summary=summary,
            was=was,
            now=now,
        )


def _essence(media: str) -> str:
    """A media type without parameters: `application/json; charset=utf-8` is JSON as well."""
    return media.partition(";")[0].strip().lower()


def headers(old: Contract, new: Contract) -> Iterator[Difference]:
    """Headers that the answers of statuses listed on both sides promise to carry."""
    shared = {answer.status for answer in old.answers} & {answer.status for answer in new.answers}
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


def _promised(contract: Contract, shared: set[int]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in contract.about("response", "header"):
        if sure(rule) and shared & set(rule.statuses):
            found.setdefault(str(rule.says["name"]).lower(), []).append(rule)
    return found


def _name(rules: list[Rule]) -> str:
    return str(rules[0].says["name"])


def _statuses(rules: list[Rule], shared: set[int]) -> set[int]:
    return shared.intersection(*[[status for rule in rules for status in rule.statuses]])


def _patterns(rules: list[Rule]) -> set[str]:
    return {str(rule.says["pattern"]) for rule in rules}


def _listed(statuses: set[int]) -> str:
    return ", ".join(map(str, sorted(statuses)))
