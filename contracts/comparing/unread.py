"""What is compared by its content alone: that it is another, never what that means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.comparing.difference import Difference, Rules, called, place
from contracts.comparing.fields import Walk
from contracts.comparing.flat import AROUND, PROBLEM, essence
from contracts.model.contract import RESPONSE, SUCCESS, Rule
from contracts.model.draft import Draft
from contracts.model.json import Json, Path

KIND = "operation.unread"


def within(walked: Walk) -> Iterator[Difference]:
    """Keywords of no known kind that say something else, at the places that both sides have."""
    for before, after in walked.moved.items():
        was, now = walked.old.rest.get(before, {}), walked.new.rest.get(after, {})
        kinds = [kind for kind in dict.fromkeys([*was, *now]) if _said(was, kind) != _said(now, kind)]
        if kinds:
            at, name = place(walked.old.target, before), called(walked.old.target, before)
            yield _difference(at, name, kinds, [was[kind] for kind in kinds if kind in was],
                              [now[kind] for kind in kinds if kind in now])  # fmt: skip


def _said(rules: Rules, kind: str) -> Json:
    return rules[kind].says if kind in rules else None


def around(old: Draft, new: Draft) -> Iterator[Difference]:
    """What stands around the bodies, and the bodies that aren't walked through, of statuses that both sides list.

    That a status or media type came or went is told elsewhere, unless it is one more of success.
    """
    was, now = ({rule.at: rule for rule in side.about(RESPONSE, AROUND)} for side in (old, new))
    found: dict[str, tuple[list[Rule], list[Rule]]] = {}
    for at in dict.fromkeys([*was, *now]):
        one, other = was.get(at), now.get(at)
        if (one and one.says) != (other and other.says) and _counts(old, new, at, alone=not (one and other)):
            sides = found.setdefault(at[0], ([], []))
            for side, rule in zip(sides, (one, other), strict=True):
                side.extend([rule] if rule else [])
    for pointer, (before, after) in found.items():
        yield _difference(pointer, f"`{pointer[1:]}`", (), before, after)


def _counts(old: Draft, new: Draft, at: Path, *, alone: bool) -> bool:
    pointer, status, media = at
    if pointer == "#authorization" and alone:
        return media == "untold"  # else a rule of one side tells it
    answers = [next((one for one in side.answers if one.key == status), None) for side in (old, new)]
    if not status or not pointer.startswith("#status/"):
        return not status or None not in answers
    if None in answers:
        return any(
            answer is not None and answer.success and answer is not side.success
            for answer, side in zip(answers, (old, new), strict=True)
        )
    if media == "links":
        return True
    return not alone and not _walked(old, new, at)


def _walked(old: Draft, new: Draft, at: Path) -> bool:
    """Whether the bodies of a status and media type are compared place by place.

    One may say nothing, where its whole side has no such body.
    """
    _, status, media = at
    roles = [_role(side, status, media) for side in (old, new)]
    known = {role for role in roles if role}
    for side, role in zip((old, new), roles, strict=True):
        silent = not any(rule.says[AROUND] is not True for rule in side.about(RESPONSE, AROUND) if rule.at == at)
        others = {one for answer in side.answers for one in answer.bodies.values()}
        if role is None and (not silent or known & others):
            return False
    return known == {SUCCESS} or (known == {PROBLEM} and walks_problem(old, new))


def _role(side: Draft, status: str, media: str) -> str | None:
    answer = next(one for one in side.answers if one.key == status)
    return {essence(name): role for name, role in answer.bodies.items()}.get(media)


def walks_problem(old: Draft, new: Draft) -> bool:
    """Whether both sides list failures, and each has one body of them, or none that says anything."""
    sides = [[answer for answer in side.answers if not answer.success] for side in (old, new)]
    held = [any(PROBLEM in answer.bodies.values() for answer in side) for side in sides]
    return all(sides) and any(held) and all(one or _silent(side) for one, side in zip(held, (old, new), strict=True))


def _silent(side: Draft) -> bool:
    """Whether nothing is said of any body of a failure."""
    keys = {answer.key for answer in side.answers if not answer.success}
    bodies = (rule for rule in side.about(RESPONSE, AROUND) if rule.at[1] in keys and rule.at[2] != "links")
    return all(rule.says[AROUND] is True for rule in bodies if rule.at[0].startswith("#status/"))


def _difference(pointer: str, name: str, kinds: Iterable[str], was: list[Rule], now: list[Rule]) -> Difference:
    what = ", ".join(f"`{kind}`" for kind in kinds)
    summary = f"{name} is described otherwise{' by ' if what else ''}{what}, and not compared further; read it again."
    old, new = ([*(next(iter(rule.says.values())) for rule in rules)] or None for rules in (was, now))
    return Difference(kind=KIND, pointer=pointer, old=old, new=new, summary=summary, was=tuple(was), now=tuple(now))
