"""The answers: the listed statuses, their media types, promised headers, and every body."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.comparing.difference import PROBLEM, UNREAD, Difference, roles, sure
from contracts.comparing.operations import Found, Operations, admits, content_of, essence, mapping, outer
from contracts.comparing.walk import Walk, Where
from contracts.model.contract import SUCCESS, Answer, Contract, Rule
from contracts.model.json import Json

WITHOUT_BODY = (204, 205)


def bodiless(contract: Contract) -> bool:
    """Whether the success status is one of an answer that can't have a body."""
    return contract.success.status in WITHOUT_BODY


def _status_of(answer: Answer) -> Json:
    """A status as it is listed: a number, a range or `default`."""
    return int(answer.key) if answer.key.isdecimal() else answer.key


def _listed(contract: Contract) -> dict[str, Answer]:
    """The answers beside that of success, by their status."""
    return {answer.key: answer for answer in contract.answers if answer != contract.success}


def _envelope(two: Operations, kind: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...], bool]:
    """The rules of a kind on both sides, and whether both are documented."""
    was, now = (outer(contract, "response", kind) for contract in (two.old, two.new))
    return was, now, all(sure(rule) for rule in (*was, *now))


def statuses(two: Operations) -> Iterator[Difference]:
    """The success status, the listed failures, and answers whose body may now be missing."""
    was, now, known = _envelope(two, "status")
    old, new = two.old, two.new
    one, other = old.success, new.success
    if one.key != other.key:
        emptied = bodiless(old) != bodiless(new) and bool((new if bodiless(old) else old).main)
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
    before, after = _listed(old), _listed(new)
    for key, answer in before.items():
        if key in after:
            yield from _emptied(answer, after[key])
        elif key != other.key:
            yield _status("status.removed", answer, f"The status {key} is no longer listed.", was, ())
            yield from _unread_success(answer, was, ())
    for key, answer in after.items():
        if key not in before and key != one.key:
            yield _status("status.added", answer, f"The status {key} is listed now.", (), now)
            yield from _unread_success(answer, (), now)


def _status(kind: str, answer: Answer, summary: str, was: tuple[Rule, ...], now: tuple[Rule, ...]) -> Difference:
    status = _status_of(answer)
    old, new = (None, status) if kind == "status.added" else (status, None)
    return Difference(kind=kind, pointer=f"#status/{answer.key}", old=old, new=new, summary=summary, was=was, now=now)


def _unread_success(answer: Answer, was: tuple[Rule, ...], now: tuple[Rule, ...]) -> Iterator[Difference]:
    """One more or one less of several answers of success: which of them comes is not said."""
    if answer.success:
        status = _status_of(answer)
        summary = f"Success may {'no longer' if was else 'now also'} be {answer.key}; what that means isn't understood."
        old, new = (status, None) if was else (None, status)
        yield Difference(
            kind=UNREAD, pointer=f"#status/{answer.key}", old=old, new=new, summary=summary, was=was, now=now
        )


def _emptied(old: Answer, new: Answer) -> Iterator[Difference]:
    if old.empty != new.empty:
        kind, what = ("body.may-be-missing", "may now have no body") if new.empty else (
            "body.always-there", "now always has a body")  # fmt: skip
        summary = f"An answer of status {new.key} {what}."
        was, now = not old.empty, not new.empty
        yield Difference(kind=kind, pointer=f"#status/{new.key}", old=was, new=now, summary=summary)


def media(two: Operations) -> Iterator[Difference]:
    """The media types of the success and of the failures that both sides list; nothing where one side names none."""
    was, now, known = _envelope(two, "media-type")
    pairs = [(two.old.success, two.new.success)]
    before_it, after_it = _listed(two.old), _listed(two.new)
    pairs += [(answer, after_it[key]) for key, answer in before_it.items() if key in after_it]
    for one, other in pairs:
        before, after = ({essence(name) for name in answer.media} for answer in (one, other))
        if not before or not after or before == after:
            continue
        kind = "media.added"
        if not any(admits(old, new) or admits(new, old) for old in before for new in after):
            kind = "media.changed" if known or one is not two.old.success else "guess.contradicted"
        elif all(any(admits(old, new) for old in before) for new in after):
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


def links(two: Operations) -> Iterator[Difference]:
    """What leads from an answer to another operation."""
    one, other = two.contents()
    for key, (old, _), (new, _) in two.responses():
        was, now = mapping(old).get("links") or None, mapping(new).get("links") or None
        if one.of(was, names=True) != other.of(now, names=True):
            yield Difference(
                kind=UNREAD, pointer=f"#status/{key}", old=sorted(was or ()) or None, new=sorted(now or ()) or None,
                summary=f"The links of {key} are described otherwise, and not compared further; read it again.",
            )  # fmt: skip


def bodies(two: Operations) -> Iterator[Walk]:
    """Each body of each answer that both sides list, that of success first."""
    for key, old, new in two.responses():
        success = key == two.old.success.key
        if success and bodiless(two.old) != bodiless(two.new):  # the status tells it
            continue
        kept = [
            contract.success if success else next(answer for answer in contract.answers if answer.key == key)
            for contract in (two.old, two.new)
        ]
        for before, after in _media_pairs(two, old, new):
            yield from _body(two, key, (kept[0], kept[1]), before, after, success=success)


def _media_pairs(two: Operations, old: Found, new: Found) -> Iterator[tuple[tuple[str, Found], tuple[str, Found]]]:
    """The bodies of two answers by media type; where each has but one, that is the other's under a new name."""
    one, other = (content_of(contract.document, found) for contract, found in ((two.old, old), (two.new, new)))
    pairs = [
        (media, partner)
        for media in one
        for partner in other
        if media == partner
        or (media not in other and partner not in one and (admits(media, partner) or admits(partner, media)))
    ]
    if not pairs and len(one) == 1 == len(other):
        pairs = [(next(iter(one)), next(iter(other)))]
    yield from (((media, one[media]), (partner, other[partner])) for media, partner in pairs)


def _body(  # noqa: PLR0913  a body of two answers
    two: Operations,
    key: str,
    kept: tuple[Answer, Answer],
    before: tuple[str, Found],
    after: tuple[str, Found],
    *,
    success: bool,
) -> Iterator[Walk]:
    names = [_name(answer, media) for answer, (media, _) in zip(kept, (before, after), strict=True)]
    if before[0] != after[0] and not all(names) and any(names):  # another media type, which tells it
        return
    called = [roles(contract).get(name, "") for contract, name in zip((two.old, two.new), names, strict=True)]
    silent = [not one and PROBLEM not in roles(contract).values() for one, contract in
              zip(called, (two.old, two.new), strict=True)]  # fmt: skip
    problem = PROBLEM in called and all(one == PROBLEM or quiet for one, quiet in zip(called, silent, strict=True))
    where = Where(pointer=f"#status/{key}", name=(key,), bare=two.bare)
    target = names[0] or names[1] or key
    if success and SUCCESS in called:
        where, target = Where(pointer="", bare=two.bare), SUCCESS
    elif problem:
        where, target = Where(pointer=f"#{PROBLEM}", name=(PROBLEM,), bare=two.bare), PROBLEM
    ids = (names[0] or names[1] or key, names[1] or names[0] or key)
    yield two.walked((before[1], after[1]), where, target, ids)


def _name(answer: Answer, media: str) -> str:
    known = {essence(name): body for name, body in answer.bodies.items()}
    return known.get(media, "")
