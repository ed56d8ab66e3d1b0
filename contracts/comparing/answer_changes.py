"""The answers of an operation: the listed statuses, their media types, links, headers, and every body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from contracts.comparing.difference import PROBLEM, UNREAD, Difference, deprecation, roles, sure
from contracts.comparing.header_and_request_kinds import of_header
from contracts.comparing.schemas import Comparison, Where
from contracts.comparing.side_by_side import Node, Operations, TwoNodes, admits, essence, outer
from contracts.model.contract import RESPONSE, SUCCESS, Answer, Contract, Rule
from contracts.model.json import Json, as_mapping, pointer

WITHOUT_BODY = (204, 205)

Head: TypeAlias = tuple[str, Node | None, Node | None]
"""A header of one answer: the answer's status, and the header on either side."""


def _bodiless(contract: Contract) -> bool:
    """The success status is one of an answer that can't have a body."""
    return contract.success.status in WITHOUT_BODY


def _status_of(answer: Answer) -> Json:
    """A status as it is listed: a number, a range or `default`."""
    return int(answer.key) if answer.key.isdecimal() else answer.key


def _others(contract: Contract) -> dict[str, Answer]:
    """The answers beside that of success, by their status."""
    return {answer.key: answer for answer in contract.answers if answer != contract.success}


def _envelope(two: Operations, kind: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules of a kind on both sides."""
    was, now = (outer(contract, RESPONSE, kind) for contract in (two.old, two.new))
    return was, now


def statuses(two: Operations) -> Iterator[Difference]:
    """The success status, the listed failures, and answers whose body may now be missing."""
    rules = _envelope(two, "status")
    old, new = two.old.success, two.new.success
    if old.key != new.key:
        empty = [_bodiless(contract) for contract in (two.old, two.new)]
        emptied = empty[0] != empty[1] and bool((two.new if empty[0] else two.old).main)
        kind = "status.success" if emptied or _documented(rules) else "guess.contradicted"
        summary = f"Success was {old.key} and is now {new.key}."
        yield Difference(kind, f"#status/{old.key}", _status_of(old), _status_of(new), summary, *rules)
    else:
        yield from _emptied(old, new)
    before, after = _others(two.old), _others(two.new)
    for key, answer in before.items():
        if key in after:
            yield from _emptied(answer, after[key])
        elif key != new.key:
            yield from _listed_otherwise(answer, rules[0], come=False)
    for key, answer in after.items():
        if key not in before and key != old.key:
            yield from _listed_otherwise(answer, rules[1], come=True)


def _listed_otherwise(answer: Answer, rules: tuple[Rule, ...], *, come: bool) -> Iterator[Difference]:
    """A status that came or went; of several answers of success, which of them comes is not said."""
    status, place = _status_of(answer), f"#status/{answer.key}"
    old, new = (None, status) if come else (status, None)
    was, now = ((), rules) if come else (rules, ())
    kind, what = ("status.added", "listed now") if come else ("status.removed", "no longer listed")
    summary = f"The status {answer.key} is {what}."
    yield Difference(kind, place, old, new, summary, was, now)
    if answer.success:
        often = "now also" if come else "no longer"
        summary = f"Success may {often} be {answer.key}; what that means isn't understood."
        yield Difference(UNREAD, place, old, new, summary, was, now)


def _emptied(old: Answer, new: Answer) -> Iterator[Difference]:
    if old.empty != new.empty:
        kind, what = ("body.may-be-missing", "may now have no body") if new.empty else (
            "body.always-there", "now always has a body")  # fmt: skip
        summary = f"An answer of status {new.key} {what}."
        yield Difference(kind, f"#status/{new.key}", not old.empty, not new.empty, summary)


def _documented(rules: tuple[tuple[Rule, ...], tuple[Rule, ...]]) -> bool:
    return all(sure(rule) for side in rules for rule in side)


def media(two: Operations) -> Iterator[Difference]:
    """The media types of the success and of the failures that both sides list; nothing where one side names none."""
    rules = _envelope(two, "media-type")
    others = _others(two.new)
    pairs = [(two.old.success, two.new.success)]
    pairs += [(answer, others[key]) for key, answer in _others(two.old).items() if key in others]
    for old, new in pairs:
        before, after = ({essence(name) for name in answer.media} for answer in (old, new))
        if not before or not after or before == after:
            continue
        kind = "media.added"
        if not any(admits(was, now) or admits(now, was) for was in before for now in after):
            kind = "media.changed" if old is not two.old.success or _documented(rules) else "guess.contradicted"
        elif all(any(admits(was, now) for was in before) for now in after):
            kind = "media.narrowed"
        summary = f"Status {new.key} was {' or '.join(old.media)} and is now {' or '.join(new.media)}."
        yield Difference(kind, f"#status/{old.key}", list(old.media), list(new.media), summary, *rules)


def links(two: Operations) -> Iterator[Difference]:
    """What leads from an answer to another operation."""
    for key, *responses in two.responses():
        was, now = (as_mapping(node.keywords.get("links")) or None for node in responses)
        if two.reads.old.of(was, names=True) != two.reads.new.of(now, names=True):
            summary = f"The links of {key} are described otherwise, and not compared further; read it again."
            old, new = sorted(was or ()) or None, sorted(now or ()) or None
            yield Difference(UNREAD, f"#status/{key}", old, new, summary)


# Headers


def headers(two: Operations) -> Iterator[Difference]:
    """Headers of the answers that both sides list, one entry for each that is promised otherwise."""
    found: dict[str, list[Head]] = {}
    names: dict[str, str] = {}
    both = {answer.key for answer in two.old.answers} & {answer.key for answer in two.new.answers}
    for key, *responses in two.responses():
        if key in both:
            old, new = (_heads(response, names) for response in responses)
            for name in dict.fromkeys([*old, *new]):
                found.setdefault(name, []).append((key, old.get(name), new.get(name)))
    for name, heads in found.items():
        yield from _header(two, names[name], heads)


def _heads(response: Node, names: dict[str, str]) -> dict[str, Node]:
    """The headers of an answer by their names in lower case; `names` keeps how each is written at first."""
    found: dict[str, Node] = {}
    for name, raw in as_mapping(response.keywords.get("headers")).items():
        if name.lower() != "content-type":
            names.setdefault(name.lower(), name)
            found[name.lower()] = response.below(raw, "headers", name)
    return found


def _header(two: Operations, name: str, heads: list[Head]) -> Iterator[Difference]:
    keys = {key for key, *_ in heads}
    rules = [_header_rules(contract, name, keys) for contract in (two.old, two.new)]
    if not _documented((rules[0], rules[1])):
        return
    texts = [[f"{rule.says['name']}: {rule.says.get('pattern', rule.says.get('schema'))}" for rule in side] or None
             for side in rules]  # fmt: skip
    change = Difference("header.changed", "#header" + pointer((name,)), texts[0], texts[1], "", rules[0], rules[1])
    lost = sorted(key for key, old, new in heads if _is(old, "required") and not _is(new, "required"))
    won = sorted(key for key, old, new in heads if _is(new, "required") and not _is(old, "required"))
    header = f"The header {name}"
    if lost:
        summary = f"{header} is no longer promised with {', '.join(lost)}."
        yield change._replace(kind="header.removed", summary=summary)
    elif won:
        yield change._replace(kind="header.added", summary=f"{header} is now promised with {', '.join(won)}.")
    elif any(old and not new for _, old, new in heads):
        summary = f"{header} is no longer described; whether it still comes is not said."
        yield change._replace(kind=UNREAD, old=name, new=None, summary=summary)
    elif any(new and not old for _, old, new in heads):
        yield change._replace(kind="header.added", old=None, new=name, summary=f"{header} is now described.")
    found = [one for _, old, new in heads if old and new for one in _header_values(two, name, (old, new))]
    yield from of_header(found, change, header)


def _header_rules(contract: Contract, name: str, keys: set[str]) -> tuple[Rule, ...]:
    return tuple(
        rule
        for rule in outer(contract, RESPONSE, "header")
        if str(rule.says["name"]).lower() == name.lower() and keys & set(rule.answers)
    )


def _header_values(two: Operations, name: str, heads: TwoNodes) -> Iterator[Difference]:
    """What became of a header's values, as of any other value that a client reads."""
    old, new = (head.value_schema()[0] for head in heads)
    where = Where(pointer="#header" + pointer((name,)), name=(name,))
    flags = [_is(head, "deprecated") for head in heads]
    yield from deprecation(f"the header {name}", where.pointer, old=flags[0], new=flags[1])
    yield from two.compare((old, new), where, RESPONSE, (RESPONSE, RESPONSE), alone=True).found


def _is(head: Node | None, flag: str) -> bool:
    return head is not None and head.flagged(flag)


# Bodies


def bodies(two: Operations) -> Iterator[Comparison]:
    """Each body of each answer that both sides list, that of success first."""
    for key, old, new in two.responses():
        success = key == two.old.success.key
        if success and _bodiless(two.old) != _bodiless(two.new):  # the status tells it
            continue
        answers = [
            contract.success if success else next(answer for answer in contract.answers if answer.key == key)
            for contract in (two.old, two.new)
        ]
        contents = old.content(), new.content()
        for medias in _same_media(*map(list, contents)):
            names = [
                next((body for media, body in answer.bodies.items() if essence(media) == name), "")
                for answer, name in zip(answers, medias, strict=True)
            ]
            if medias[0] == medias[1] or all(names) or not any(names):  # else another media type, which tells it
                schemas = contents[0][medias[0]], contents[1][medias[1]]
                yield _body(two, key, schemas, (names[0], names[1]), success=success)


def _same_media(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Which media type is which; where each side has but one, that is the other's under a new name."""
    pairs = [
        (was, now)
        for was in old
        for now in new
        if was == now or (was not in new and now not in old and (admits(was, now) or admits(now, was)))
    ]
    return [(old[0], new[0])] if not pairs and len(old) == 1 == len(new) else pairs


def _body(two: Operations, key: str, schemas: TwoNodes, names: tuple[str, str], *, success: bool) -> Comparison:
    known = [roles(contract) for contract in (two.old, two.new)]
    called = [role_of.get(name, "") for role_of, name in zip(known, names, strict=True)]
    problem = PROBLEM in called and all(
        role == PROBLEM or (not role and PROBLEM not in role_of.values())
        for role, role_of in zip(called, known, strict=True)
    )
    place, name, target = f"#status/{key}", [key], names[0] or names[1] or key
    if success and SUCCESS in called:
        place, name, target = "", [], SUCCESS
    elif problem:
        place, name, target = f"#{PROBLEM}", [PROBLEM], PROBLEM
    where = Where(pointer=place, name=tuple(name), bare=two.bare, operation=two.name)
    return two.compare(schemas, where, target, (names[0] or names[1] or key, names[1] or names[0] or key))
