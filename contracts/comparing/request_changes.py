"""The request side: the operation's address, its credential, its parameters by place and name, and its body."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from contracts.comparing.content import Content, in_any_order
from contracts.comparing.counterparts import TEMPLATE, alike, renamed, unnamed, words
from contracts.comparing.difference import UNREAD, Difference, deprecation, promised, sure
from contracts.comparing.header_and_request_kinds import of_parameter, of_request
from contracts.comparing.schemas import Where
from contracts.comparing.side_by_side import Node, Operations, admits, outer
from contracts.model.contract import REQUEST, Contract, Rule
from contracts.model.document import reached
from contracts.model.json import Json, as_mapping, pointer
from contracts.rules.authorization import credential, credentials

Keyed: TypeAlias = dict[tuple[str, str], Rule]
"""Parameters by place and name."""

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_SHOWN = (
    *("in", "required", "type", "format", "enum", "pattern"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minItems", "maxItems"),
)


def operation(old: Contract, new: Contract) -> Iterator[Difference]:
    """Where a request goes. A server that one side doesn't name is no difference."""
    if old.method != new.method:
        yield Difference(
            "operation.method", "#operation", old.method, new.method, f"The method was {old.method}, now {new.method}."
        )
    if unnamed(old.path) != unnamed(new.path):
        yield Difference("operation.moved", "#operation", old.path, new.path, f"The path {old.path} is now {new.path}.")
    if old.server and new.server and old.server.lower() != new.server.lower():
        yield Difference(
            "operation.server", "#operation", old.server, new.server, f"The server {old.server} is now {new.server}."
        )


# The credential


def authorization(two: Operations) -> Iterator[Difference]:
    """The header that carries the credential, and its scheme; the scopes, and ways in that no rule tells."""
    was, now = (outer(contract, REQUEST, "authorization") for contract in (two.old, two.new))
    ways = _ways(two.nodes[0], two.sends.old, ruled=bool(was)), _ways(two.nodes[1], two.sends.new, ruled=bool(now))
    place = "#authorization"
    if ways[0] != ways[1] and bool(was) == bool(now):
        old, new = (json.dumps(side) if side else None for side in ways)
        summary = "The ways in, or their scopes, are described otherwise, and not compared further; read it again."
        yield Difference(UNREAD, place, old, new, summary, was, now)
    old, new = (_credential(rules[0]) if rules else None for rules in (was, now))
    if old == new or (old and new and old.lower() == new.lower()):
        return
    kind, summary = "authorization.changed", f"The credential was {old} and is now {new}."
    if not now:
        kind, summary = "authorization.removed", f"No credential is named any longer; it was {old}."
    elif not was:
        summary = f"A credential is now wanted: {new}."
    yield Difference(kind, place, old, new, summary, was, now)


def _ways(node: Node, content: Content, *, ruled: bool) -> list[Json]:
    """What is asked of who wants in, beside what a rule says: the scopes; without a rule the ways, in any order."""
    tree = node.document.tree
    security = node.keywords.get("security", tree.get("security"))
    schemes = as_mapping(as_mapping(tree.get("components")).get("securitySchemes"))
    ways: list[Json] = []
    for way in security if isinstance(security, list) else ():
        asked: list[Json] = []
        for name, scopes in as_mapping(way).items():
            scheme = node.below(schemes.get(name)).keywords
            said: Any = scheme.get("x-credential", credential(scheme)) or content.of(scheme)
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


# Parameters


def path_names(old: Contract, new: Contract) -> dict[str, str]:
    """The path's parameters by old name: by their order where both templates have as many, else by name."""
    was, now = (TEMPLATE.findall(contract.path) for contract in (old, new))
    if len(was) == len(now):
        return dict(zip(was, now, strict=True))
    return {name: name for name in was if name in now}


def parameters(two: Operations) -> Iterator[Difference]:
    """Parameters that went, came, are called otherwise, or say something else.

    What only the path's template brings or loses is the path's own change.
    """
    left, right = ({_key(rule): rule for rule in outer(contract, REQUEST, "parameter")} for contract in
                   (two.old, two.new))  # fmt: skip
    partners = _partners(left, right, path_names(two.old, two.new))
    for key, rule in left.items():
        if key in partners:
            yield from _compared(two, rule, right[partners[key]])
        elif rule.says["in"] != "path":
            summary = f"The parameter `{rule.at[0]}` is gone."
            yield _parameter("parameter.removed", (rule, None), (_shown(rule), None), summary)
    taken = set(partners.values())
    for key, rule in right.items():
        if key not in taken and rule.says["in"] != "path":
            kind = "parameter.added-required" if rule.says.get("required") else "parameter.added-optional"
            summary = f"There is a new parameter `{rule.at[0]}`, which is {kind.rpartition('-')[2]}."
            yield _parameter(kind, (None, rule), (None, _shown(rule)), summary)


def _key(rule: Rule) -> tuple[str, str]:
    place, name = str(rule.says["in"]), rule.at[0]
    return place, name.lower() if place == "header" else name


def _partners(was: Keyed, now: Keyed, path: dict[str, str]) -> dict[tuple[str, str], tuple[str, str]]:
    """The same parameter on both sides: by the path's order, by name, by another place, by a new name."""
    left, right = dict(was), dict(now)
    partners: dict[tuple[str, str], tuple[str, str]] = {}

    def take(old: tuple[str, str], new: tuple[str, str]) -> None:
        if old in left and new in right:
            partners[old] = new
            del left[old], right[new]

    for old_name, new_name in path.items():
        take(("path", old_name), ("path", new_name))
    for key in tuple(left):
        take(key, key)
    for key in tuple(left):
        elsewhere = [known for known in right if known[1] == key[1]]
        if len(elsewhere) == 1:
            take(key, elsewhere[0])
    for place in ("query", "header", "cookie"):
        gone, come = ({name: rule for (where, name), rule in side.items() if where == place} for side in (left, right))
        names = renamed(gone, come, lambda old, new: _same(gone[old], come[new]))  # noqa: B023  used at once
        for old_name, new_name in (names | _replaced(gone, come, names)).items():
            take((place, old_name), (place, new_name))
    return partners


def _replaced(gone: dict[str, Rule], come: dict[str, Rule], known: dict[str, str]) -> dict[str, str]:
    """The one required parameter that went for the one that came, where both say the same and share a word.

    A request that was right can only be made right again by sending the one in the place of the other.
    """
    used = {*known, *known.values()}
    olds, news = ([name for name, rule in side.items() if rule.says.get("required") and name not in used]
                  for side in (gone, come))  # fmt: skip
    if len(olds) != 1 or len(news) != 1 or not set(words(olds[0])) & set(words(news[0])):
        return {}
    return {olds[0]: news[0]} if _same(gone[olds[0]], come[news[0]]) else {}


def _same(old: Rule, new: Rule) -> bool:
    """Two parameters hold the same: a type that is known, format, and values up to case."""
    same = "type" in old.says and _types(old) == _types(new) and old.says.get("format") == new.says.get("format")
    values, others = (_texts(rule.says.get("enum")) for rule in (old, new))
    cased = alike(values, others)
    return same and sorted(cased.get(value, value) for value in values) == sorted(others)


def _texts(values: Json) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list) else []


def _types(rule: Rule) -> frozenset[str]:
    types = rule.says.get("type", ())
    return frozenset([types] if isinstance(types, str) else map(str, types) if isinstance(types, list) else ())


def _shown(rule: Rule) -> dict[str, Json]:
    return {key: rule.says[key] for key in _SHOWN if key in rule.says}


def _parameter(
    kind: str, rules: tuple[Rule | None, Rule | None], values: tuple[Json, Json], summary: str
) -> Difference:
    place = next(rule.at for rule in rules if rule)
    was, now = ((rule,) if rule else () for rule in rules)
    return Difference(kind, "#parameter" + pointer(place), *values, summary, was, now)


def _compared(two: Operations, was: Rule, now: Rule) -> Iterator[Difference]:
    name, rules = f"The parameter `{was.at[0]}`", (was, now)
    before, after = str(was.says["in"]), str(now.says["in"])
    if after not in {before, "path"}:  # into the path: the path's own change
        summary = f"{name} moved from {before} to {after}."
        yield _parameter("parameter.renamed", rules, (before, after), summary)
    elif before == after != "path" and _key(was) != _key(now):
        summary = f"{name} is now called `{now.at[0]}`."
        yield _parameter("parameter.renamed", rules, (was.at[0], now.at[0]), summary)
    wanted, wants = (bool(rule.says.get("required")) for rule in rules)
    if wanted != wants and "path" not in {before, after}:
        kind, what = ("parameter.became-required", "now") if wants else ("parameter.became-optional", "no longer")
        yield _parameter(kind, rules, (wanted, wants), f"{name} is {what} required.")
    if sure(was) and sure(now):
        yield from _values(two, was, now, name)


def _values(two: Operations, was: Rule, now: Rule, name: str) -> Iterator[Difference]:
    """What a parameter's value may be, and how it is written."""
    before, after = _holder(two.old, was), _holder(two.new, now)
    (old, old_media), (new, new_media) = before.value_schema(), after.value_schema()
    where = Where(pointer="#parameter" + pointer(was.at), name=was.at, sends=True)
    flags = [node.flagged("deprecated") for node in (before, after)]
    texts = [str(node.keywords.get("description", "")) for node in (before, after)]
    yield from deprecation(name, where.pointer, old=flags[0], new=flags[1])
    yield from promised(name, where.pointer, texts[0], texts[1], two.promising)
    found = two.compare((old, new), where, REQUEST, (REQUEST, REQUEST), alone=True).found
    place = str(was.says["in"])
    if place == now.says["in"]:
        styles = [_style(before.keywords, place, old_media), _style(after.keywords, place, new_media)]
        many = any(not _types(rule) or _types(rule) & {"array", "object"} for rule in (was, now))
        if styles[0] != styles[1] and (old_media != new_media or many):  # a style takes lists and objects apart
            summary = f"{name} is written in another way."
            yield _parameter("parameter.style", (was, now), (styles[0], styles[1]), summary)
    flagged = [flag for flag in ("allowReserved", "allowEmptyValue") if before.flagged(flag) != after.flagged(flag)]
    yield from of_parameter(found, was, now, flagged, where.pointer)


def _holder(contract: Contract, rule: Rule) -> Node:
    """The parameter that a rule is about; what the path alone names is a text."""
    node = Node(reached(contract.document.tree, rule.locations[0]), rule.locations[0], contract.document)
    return node if node.keywords.get("name") == rule.at[0] else node._replace(value={"schema": {"type": "string"}})


def _style(node: dict[str, Any], place: str, media: str) -> dict[str, Json]:
    """How a value is written."""
    style = node.get("style", _STYLES[place])
    shown: dict[str, Json] = {"style": style, "explode": node.get("explode", style == "form") is True}
    return shown | ({"content": media} if media else {})


# The body


def body(two: Operations) -> Iterator[Difference]:
    """The body of a request: that it is wanted, its media types, and what it has to hold."""
    old, new = (
        node.below(node.keywords["requestBody"], "requestBody") if "requestBody" in node.keywords else None
        for node in two.nodes
    )
    was, now = ("documented" if found else None for found in (old, new))
    wanted, wants = (found is not None and found.flagged("required") for found in (old, new))
    if wants and not wanted:
        yield Difference("request.required", "#body", was, now, "A request must now have a body.")
    elif old is None or new is None:
        if old is not new:
            summary = f"A body of the request is {'now' if new else 'no longer'} documented."
            yield Difference("request.body", "#body", was, now, summary)
    elif wanted and not wants:
        yield Difference("request.optional", "#body", wanted, wants, "A request may now have no body.")
    if old is not None and new is not None:
        yield from _contents(two, old, new)


def _contents(two: Operations, old: Node, new: Node) -> Iterator[Difference]:
    was, now = old.content(), new.content()
    taken = set()
    found: list[Difference] = []
    where = Where(pointer="#body", name=("request",), sends=True, operation=two.name)
    for media, schema in was.items():
        partner = next((known for known in (media, *now) if known in now and admits(known, media)), None)
        if partner is None:
            summary = f"A body of the type {media} is no longer taken."
            yield Difference("request.narrowed", "#body", media, None, summary)
            near = next((known for known in now if admits(media, known)), None)
            partner = near or (next(iter(now)) if len(was) == 1 == len(now) else None)
        if partner is not None:
            taken.add(partner)
            found += two.compare((schema, now[partner]), where, REQUEST, (REQUEST, REQUEST)).found
    come: list[Json] = [media for media in now if media not in taken]
    if come:
        summary = f"A body may now also be of the type {', '.join(map(str, come))}."
        yield Difference("request.added", "#body", None, come, summary)
    yield from of_request(found)
