"""The request side: the operation's address, its credential, and its parameters by place and name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.comparing.contents import contents_of, in_any_order
from contracts.comparing.difference import UNREAD, Difference, sure
from contracts.comparing.operations import Found, Operations, mapping, outer, schema_of
from contracts.comparing.renames import alike, renamed, words
from contracts.comparing.sending import of_parameter
from contracts.comparing.telling import deprecation, promised
from contracts.comparing.walk import Where
from contracts.model.contract import REQUEST, Contract, Rule
from contracts.model.document import reached
from contracts.model.json import Json, pointer
from contracts.rules.asking import credential, credentials

_TEMPLATE = re.compile(r"\{([^{}/]*)\}")
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_SHOWN = ("in", "required", "type", "format", "enum", "pattern")
_BOUNDS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems"),
)


def bare(path: str) -> str:
    """A path template without its parameters' names, which no request shows."""
    return _TEMPLATE.sub("{}", path)


def operation(old: Contract, new: Contract) -> Iterator[Difference]:
    """Where a request goes. A server that one side doesn't name is no difference."""
    if old.method != new.method:
        yield _outside("operation.method", old.method, new.method, f"The method was {old.method}, now {new.method}.")
    if bare(old.path) != bare(new.path):
        yield _outside("operation.moved", old.path, new.path, f"The path {old.path} is now {new.path}.")
    if old.server and new.server and old.server.lower() != new.server.lower():
        yield _outside("operation.server", old.server, new.server, f"The server {old.server} is now {new.server}.")


def _outside(kind: str, old: Json, new: Json, summary: str) -> Difference:
    return Difference(kind=kind, pointer="#operation", old=old, new=new, summary=summary)


def authorization(old: Contract, new: Contract) -> Iterator[Difference]:
    """The header that carries the credential, and its scheme; the scopes, and ways in that no rule tells."""
    was, now = (outer(contract, "request", "authorization") for contract in (old, new))
    scopes = [_security(contract, ruled=bool(rules)) for contract, rules in ((old, was), (new, now))]
    if scopes[0] != scopes[1] and bool(was) == bool(now):
        summary = "The ways in, or their scopes, are described otherwise, and not compared further; read it again."
        told = [json.dumps(one) if one else None for one in scopes]
        yield Difference(
            kind=UNREAD, pointer="#authorization", old=told[0], new=told[1], summary=summary, was=was, now=now
        )
    texts = [_credential(rules[0]) if rules else None for rules in (was, now)]
    if texts[0] == texts[1] or (texts[0] and texts[1] and texts[0].lower() == texts[1].lower()):
        return
    kind, summary = "authorization.changed", f"The credential was {texts[0]} and is now {texts[1]}."
    if not now:
        kind, summary = "authorization.removed", f"No credential is named any longer; it was {texts[0]}."
    elif not was:
        summary = f"A credential is now wanted: {texts[1]}."
    yield Difference(kind=kind, pointer="#authorization", old=texts[0], new=texts[1], summary=summary, was=was, now=now)


def _security(contract: Contract, *, ruled: bool) -> Json:
    """What is asked of who wants in, beside what a rule says: the scopes; without a rule the ways, in any order."""
    tree = contract.document.tree
    security = mapping(reached(tree, contract.at)).get("security", tree.get("security"))
    schemes = mapping(mapping(tree.get("components")).get("securitySchemes"))
    ways: list[Json] = []
    for way in security if isinstance(security, list) else ():
        asked: list[Json] = []
        for name, scopes in mapping(way).items():
            scheme = mapping(contract.document.resolved(schemes.get(name))[0])
            said: Any = scheme.get("x-credential", credential(scheme)) or contents_of(tree, reads=False).of(scheme)
            plain = {"in": "header", **said} if isinstance(said, dict) else said
            wide = sorted(map(str, scopes)) if isinstance(scopes, list) else []
            asked.append(wide if ruled else [plain, wide])
        ways.append(in_any_order(asked))
    return in_any_order(ways)


def _credential(rule: Rule) -> str:
    """The ways to be let in, in any order."""
    ways = (sorted(map(_shown_key, way)) for way in credentials(rule.says))
    return " or ".join(sorted(" and ".join(way) for way in ways))


def _shown_key(said: Mapping[str, str]) -> str:
    where = "" if said["in"] == "header" else f"{said['in']} "
    return f"{where}{said['header']}: {said['scheme']} <key>" if said["scheme"] else f"{where}{said['header']}: <key>"


def path_names(old: Contract, new: Contract) -> dict[str, str]:
    """The path's parameters by old name: by their order where both templates have as many, else by name."""
    was, now = (_TEMPLATE.findall(contract.path) for contract in (old, new))
    if len(was) == len(now):
        return dict(zip(was, now, strict=True))
    return {name: name for name in was if name in now}


def parameters(two: Operations) -> Iterator[Difference]:
    """Parameters that went, came, are called otherwise, or say something else.

    What only the path's template brings or loses is the path's own change.
    """
    was, now = (outer(contract, "request", "parameter") for contract in (two.old, two.new))
    pairs = _paired(was, now, path_names(two.old, two.new))
    partners = {_key(before): after for before, after in pairs}
    for rule in was:
        partner = partners.get(_key(rule))
        if partner is not None:
            yield from _compared(two, rule, partner)
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


def _compared(two: Operations, was: Rule, now: Rule) -> Iterator[Difference]:
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
    if sure(was) and sure(now):
        yield from _values(two, was, now, name)


def _values(two: Operations, was: Rule, now: Rule, name: str) -> Iterator[Difference]:
    """What a parameter's value may be, and how it is written."""
    old, new = (_holder(contract, rule) for contract, rule in ((two.old, was), (two.new, now)))
    schemas = [schema_of(contract.document, holder) for contract, holder in ((two.old, old), (two.new, new))]
    where = Where(pointer="#parameter" + pointer(was.at), name=was.at, sends=True)
    flags = [mapping(holder[0]).get("deprecated") is True for holder in (old, new)]
    texts = [str(mapping(holder[0]).get("description", "")) for holder in (old, new)]
    yield from deprecation(name, where.pointer, old=flags[0], new=flags[1])
    yield from promised(name, where.pointer, texts[0], texts[1], two.promising)
    forms = [(*_style(holder[0], str(rule.says["in"])), media) for holder, rule, (*_, media) in
             zip((old, new), (was, now), schemas, strict=True)]  # fmt: skip
    walk = two.walked((schemas[0][:2], schemas[1][:2]), where, REQUEST, ("request", "request"), alone=True)
    if was.says["in"] == now.says["in"] and forms[0] != forms[1] and (forms[0][2] != forms[1][2] or _many(was, now)):
        summary = f"{name} is written in another way."
        yield _parameter("parameter.style", was, now, summary, _named(forms[0]), _named(forms[1]))
    flagged = [
        keyword
        for keyword in ("allowReserved", "allowEmptyValue")
        if (mapping(old[0]).get(keyword) is True) != (mapping(new[0]).get(keyword) is True)
    ]
    yield from of_parameter(walk.found, was, now, flagged)


def _holder(contract: Contract, rule: Rule) -> Found:
    """The parameter that a rule is about; what the path alone names is a text."""
    at = rule.locations[0]
    node = mapping(reached(contract.document.tree, at))
    return (node, at) if node.get("name") == rule.at[0] else ({"schema": {"type": "string"}}, at)


def _style(node: Any, place: str) -> tuple[str, bool]:
    style = node.get("style", _STYLES[place])
    return style, node.get("explode", style == "form") is True


def _many(was: Rule, now: Rule) -> bool:
    """Whether a value may be a list or an object, which a style takes apart."""
    return any(not _types(rule) or _types(rule) & {"array", "object"} for rule in (was, now))


def _named(form: tuple[str, bool, str]) -> dict[str, Json]:
    content: dict[str, Json] = {"content": form[2]} if form[2] else {}
    shown: dict[str, Json] = {"style": form[0], "explode": form[1]}
    return shown | content
