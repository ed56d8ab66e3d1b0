"""The request side: the operation's address, its credential, and its parameters by place and name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.comparing.difference import Difference, sure
from contracts.comparing.renames import alike, renamed, words
from contracts.comparing.values import moved_bounds
from contracts.model.contract import Rule
from contracts.model.draft import Draft
from contracts.model.json import Json, pointer
from contracts.rules.asking import credentials

_TEMPLATE = re.compile(r"\{([^{}/]*)\}")
_SHOWN = ("in", "required", "type", "format", "enum", "pattern")
_BOUNDS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems"),
)
_SILENT = ("example",)


def bare(path: str) -> str:
    """A path template without its parameters' names, which no request shows."""
    return _TEMPLATE.sub("{}", path)


def operation(old: Draft, new: Draft) -> Iterator[Difference]:
    """Where a request goes. A server that one side doesn't name is no difference."""
    if old.method != new.method:
        yield _outside("operation.method", old.method, new.method, f"The method was {old.method}, now {new.method}.")
    if bare(old.path) != bare(new.path):
        yield _outside("operation.moved", old.path, new.path, f"The path {old.path} is now {new.path}.")
    if old.server and new.server and old.server.lower() != new.server.lower():
        yield _outside("operation.server", old.server, new.server, f"The server {old.server} is now {new.server}.")


def request_body(old: Draft, new: Draft) -> Iterator[Difference]:
    """That something else is documented of the request's body; what that means is left to a person."""
    if old.request_body != new.request_body:
        before, after = ("documented" if one.request_body else None for one in (old, new))
        summary = "The request's body is documented otherwise, and not compared further; read it again."
        yield Difference(kind="request.body", pointer="#body", old=before, new=after, summary=summary)


def _outside(kind: str, old: Json, new: Json, summary: str) -> Difference:
    return Difference(kind=kind, pointer="#operation", old=old, new=new, summary=summary)


def authorization(old: Draft, new: Draft) -> Iterator[Difference]:
    """The header that carries the credential, and its scheme."""
    was, now = (contract.about("request", "authorization") for contract in (old, new))
    texts = [_credential(rules[0]) if rules else None for rules in (was, now)]
    if texts[0] == texts[1] or (texts[0] and texts[1] and texts[0].lower() == texts[1].lower()):
        return
    kind, summary = "authorization.changed", f"The credential was {texts[0]} and is now {texts[1]}."
    if not now:
        kind, summary = "authorization.removed", f"No credential is named any longer; it was {texts[0]}."
    elif not was:
        summary = f"A credential is now wanted: {texts[1]}."
    yield Difference(kind=kind, pointer="#authorization", old=texts[0], new=texts[1], summary=summary, was=was, now=now)


def _credential(rule: Rule) -> str:
    """The ways to be let in, in any order."""
    ways = (sorted(map(_shown_key, way)) for way in credentials(rule.says))
    return " or ".join(sorted(" and ".join(way) for way in ways))


def _shown_key(said: Mapping[str, str]) -> str:
    where = "" if said["in"] == "header" else f"{said['in']} "
    return f"{where}{said['header']}: {said['scheme']} <key>" if said["scheme"] else f"{where}{said['header']}: <key>"


def path_names(old: Draft, new: Draft) -> dict[str, str]:
    """The path's parameters by old name: by their order where both templates have as many, else by name."""
    was, now = (_TEMPLATE.findall(contract.path) for contract in (old, new))
    if len(was) == len(now):
        return dict(zip(was, now, strict=True))
    return {name: name for name in was if name in now}


def parameters(old: Draft, new: Draft) -> Iterator[Difference]:
    """Parameters that went, came, are called otherwise, or say something else.

    What only the path's template brings or loses is the path's own change.
    """
    was, now = (tuple(contract.about("request", "parameter")) for contract in (old, new))
    pairs = _paired(was, now, path_names(old, new))
    partners = {_key(before): after for before, after in pairs}
    for rule in was:
        partner = partners.get(_key(rule))
        if partner is not None:
            yield from _compared(rule, partner)
        elif rule.says["in"] != "path":
            summary = f"The parameter `{rule.at[0]}` is gone."
            yield _parameter("parameter.removed", rule, None, summary, _shown(rule), None)
    taken = {_key(after) for _, after in pairs}
    for rule in now:
        if _key(rule) not in taken and rule.says["in"] != "path":
            kind = "parameter.added-required" if rule.says.get("required") else "parameter.added-optional"
            summary = f"There is a new parameter `{rule.at[0]}`, which is {kind.rpartition('-')[2]}."
            yield _parameter(kind, None, rule, summary, None, _shown(rule))


def _key(rule: Rule) -> tuple[str, str]:
    place, name = str(rule.says["in"]), rule.at[0]
    return place, name.lower() if place == "header" else name


def _paired(was: tuple[Rule, ...], now: tuple[Rule, ...], path: dict[str, str]) -> list[tuple[Rule, Rule]]:
    """The same parameter on both sides: by name, by the path's order, by another place, by a new name."""
    left, right = {_key(rule): rule for rule in was}, {_key(rule): rule for rule in now}
    pairs = []

    def take(one: tuple[str, str], other: tuple[str, str]) -> None:
        if one in left and other in right:
            pairs.append((left.pop(one), right.pop(other)))

    for old_name, new_name in path.items():
        take(("path", old_name), ("path", new_name))
    for key in tuple(left):
        take(key, key)
    for key in tuple(left):
        elsewhere = [known for known in right if known[1] == key[1]]
        if len(elsewhere) == 1:
            take(key, elsewhere[0])
    for place in ("query", "header", "cookie"):
        gone, come = ([name for where, name in side if where == place] for side in (left, right))
        names = renamed(gone, come, lambda one, other: _same(left[place, one], right[place, other]))  # noqa: B023  used at once
        for one, other in (names | _replaced(left, right, place, names)).items():
            take((place, one), (place, other))
    return pairs


def _replaced(
    left: dict[tuple[str, str], Rule], right: dict[tuple[str, str], Rule], place: str, known: dict[str, str]
) -> dict[str, str]:
    """The one required parameter that went for the one that came, where both say the same and share a word.

    A request that was right can only be made right again by sending the one in the place of the other.
    """
    used = {*known, *known.values()}
    gone, come = (
        [name for (where, name), rule in side.items() if where == place and rule.says.get("required")]
        for side in (left, right)
    )
    gone, come = [name for name in gone if name not in used], [name for name in come if name not in used]
    if len(gone) != 1 or len(come) != 1 or not set(words(gone[0])) & set(words(come[0])):
        return {}
    return {gone[0]: come[0]} if _same(left[place, gone[0]], right[place, come[0]]) else {}


def _same(old: Rule, new: Rule) -> bool:
    """Whether two parameters hold the same: a type that is known, format, and values up to case."""
    one, other = old.says, new.says
    same = "type" in one and _types(old) == _types(new) and one.get("format") == other.get("format")
    values, others = _texts(one.get("enum")), _texts(other.get("enum"))
    cased = alike(values, others)
    return same and sorted(cased.get(value, value) for value in values) == sorted(others)


def _texts(values: Json) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []


def _types(rule: Rule) -> frozenset[str]:
    types = rule.says.get("type", ())
    return frozenset([types] if isinstance(types, str) else map(str, types) if isinstance(types, list) else ())


def _shown(rule: Rule) -> dict[str, Json]:
    return {key: rule.says[key] for key in (*_SHOWN, *_BOUNDS) if key in rule.says}


def _parameter(kind: str, was: Rule | None, now: Rule | None, summary: str, old: Json, new: Json) -> Difference:  # noqa: PLR0913, PLR0917  two sides
    rule = was or now
    assert rule is not None
    return Difference(
        kind=kind,
        pointer="#parameter" + pointer(rule.at),
        old=old,
        new=new,
        summary=summary,
        was=(was,) if was else (),
        now=(now,) if now else (),
    )


def _compared(was: Rule, now: Rule) -> Iterator[Difference]:
    name = f"The parameter `{was.at[0]}`"
    one, other = was.says, now.says
    if one["in"] != other["in"] and other["in"] != "path":  # into the path: the path's own change
        where = f"{name} moved from {one['in']} to {other['in']}."
        yield _parameter("parameter.renamed", was, now, where, one["in"], other["in"])
    elif one["in"] == other["in"] != "path" and _key(was) != _key(now):
        yield _parameter("parameter.renamed", was, now, f"{name} is now called `{now.at[0]}`.", was.at[0], now.at[0])
    if bool(one.get("required")) != bool(other.get("required")) and "path" not in {one["in"], other["in"]}:
        kind = "parameter.became-required" if other.get("required") else "parameter.became-optional"
        summary = f"{name} is {'now' if other.get('required') else 'no longer'} required."
        yield _parameter(kind, was, now, summary, bool(one.get("required")), bool(other.get("required")))
    if not (sure(was) and sure(now)):
        return
    types, others = _types(was), _types(now)
    if types and others and not _covers(others, types):
        yield _parameter("parameter.type", was, now, f"{name} has another type.", one["type"], other["type"])
        return
    yield from _narrowed(was, now, name)


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    return narrow <= wide | ({"integer"} if "number" in wide else frozenset())


_HEARD = {
    "parameter.narrowed": "no longer takes all that it took",
    "parameter.unclear": "says something else of what it takes, and whether less is taken can't be told",
    "parameter.widened": "takes more than before",
}


def _narrowed(was: Rule, now: Rule, name: str) -> Iterator[Difference]:
    """What a parameter's value may be, in one entry of each severity at most."""
    kinds: dict[str, list[str]] = {}
    for keyword, kind in _moves(was, now):
        kinds.setdefault(kind, []).append(keyword)
    for kind, words_for in _HEARD.items():
        if kind in kinds:
            old, new = ({key: rule.says[key] for key in kinds[kind] if key in rule.says} or None for rule in (was, now))
            yield _parameter(kind, was, now, f"{name} {words_for}: {', '.join(kinds[kind])}.", old, new)


def _moves(was: Rule, now: Rule) -> Iterator[tuple[str, str]]:
    """Each keyword that moved, with the kind of change. What was not said before may always have been so."""
    one: dict[str, Any] = was.says
    other: dict[str, Any] = now.says
    types, others = _types(was), _types(now)
    if types != others:
        yield "type", "parameter.widened" if types and others else "parameter.unclear"
    values, rest = set(_texts(one.get("enum"))), set(_texts(other.get("enum")))
    if values and rest and values != rest:
        yield "enum", "parameter.widened" if values < rest else "parameter.narrowed"
    for keyword in ("enum", "format", "pattern"):
        if (keyword in one) != (keyword in other):
            yield keyword, "parameter.widened" if keyword in one else "parameter.unclear"
        elif keyword != "enum" and one.get(keyword) != other.get(keyword):
            yield keyword, "parameter.narrowed" if keyword == "format" else "parameter.unclear"
    for keyword in _BOUNDS:
        yield from _bound(keyword, one, other)
    for keyword in sorted({*one, *other} - {*_SHOWN, *_BOUNDS, *_SILENT}):  # what isn't understood
        if one.get(keyword) != other.get(keyword):
            yield keyword, "parameter.unclear"


def _bound(keyword: str, one: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, str]]:
    was, now = ({keyword: said[keyword]} if keyword in said else {} for said in (one, other))
    looser, tighter = moved_bounds(was, now, whole=False)
    if tighter:
        yield keyword, "parameter.narrowed" if was else "parameter.unclear"
    elif looser:
        yield keyword, "parameter.widened"
