"""One body as one contract has it: what is said at a place, and what stands below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.comparing.contents import Contents, in_any_order
from contracts.comparing.difference import VALUE_KINDS, Rules
from contracts.model.contract import Contract, Rule
from contracts.model.document import Steps
from contracts.model.frozen import frozen
from contracts.model.json import Json, Path
from contracts.rules import KINDS, kind_of
from contracts.rules.formats import WIDTHS
from contracts.rules.listing import listing_of
from contracts.rules.spots import Part, below, is_null, or_null, reach, whole_of
from contracts.rules.stated import Stated

_LIMITS = ("minProperties", "maxProperties", "multipleOf", "uniqueItems")
_COMPARED = frozenset((*VALUE_KINDS, *_LIMITS))
"""The kinds of rules about single values that are compared by what they mean."""
_SHUT = ("additionalProperties", "unevaluatedProperties")
_APART = frozenset(
    "$ref allOf required properties patternProperties prefixItems if then else writeOnly readOnly".split()
)
"""Keywords that are read in their own way, or say nothing by themselves."""
_ONCE = ("pattern", "format", "multipleOf", "const")
"""Keywords of which a rule holds but one."""


@frozen
class Child:
    """What stands one step below a place: the schemas, and the lists that require it."""

    roots: tuple[Part, ...] = ()
    required: tuple[Steps, ...] = ()
    never: bool = False


@frozen
class Choice:
    """Alternatives of one `anyOf` or `oneOf`, and a rule for them."""

    keyword: str
    options: tuple[Part, ...]
    rule: Rule


@frozen
class Place:
    """All that is said at one place of a body.

    `rest` holds, by keyword, the content of what isn't understood, and a rule for it.
    """

    at: Path
    roots: tuple[Part, ...]
    parts: tuple[Part, ...]
    null: bool
    rules: Rules
    rest: dict[str, tuple[Json, Rule]]
    choices: tuple[Choice, ...]
    conditions: tuple[Rule, ...]
    shut: bool

    @property
    def key(self) -> tuple[Steps, ...]:
        """Where in the document all this is said."""
        return tuple(part.at for part in self.parts)

    def noted(self, keyword: str) -> bool:
        """Whether a flag is set here."""
        return any(part.node.get(keyword) is True for part in self.parts)

    @property
    def description(self) -> str:
        """What is said here in words."""
        return next((str(part.node["description"]) for part in self.parts if "description" in part.node), "")


class Side:
    """One body of one contract; `tree` is its document as the body's reader or writer sees it.

    `target` is what its rules are about, `name` what ids call it; `hidden` is the flag of what isn't there.
    """

    def __init__(self, contract: Contract, tree: dict[str, Any], contents: Contents, target: str, name: str) -> None:
        self.contract, self.tree, self.contents, self.target, self.name = contract, tree, contents, target, name
        self.hidden = "writeOnly" if contents.reads else "readOnly"
        self._stating = Stated(contract.document, listing_of(contract).page, {})

    def root(self, node: Any, at: Steps) -> Place:
        """The whole body."""
        return self.place((), Child(roots=_roots(node, at), never=node is False))

    def place(self, at: Path, child: Child) -> Place:
        """What is said where some schemas hold."""
        parts = tuple(part for root in child.roots for part in reach(self.tree, root, frozenset())[0])
        null = any(or_null(part.node) for part in parts)
        stated, records, conditions = self._stated(at, parts)
        whole = whole_of(parts, null=null)
        rules: Rules = {}
        for kind, locations in stated.items():
            says = self._stating.said(kind, whole) or ({"format": whole["format"]} if kind == "format" else None)
            if says is not None:
                rules[kind] = self._made(kind, at, says, records.get(kind), locations[0])
        if child.required:
            record = next((part.node["x-rules"]["required"] for part in parts
                           if "required" in part.node.get("x-rules", {})), None)  # fmt: skip
            rules["required"] = self._made("required", at, {}, record, child.required[0])
        return Place(
            at=at,
            roots=child.roots,
            parts=parts,
            null=null,
            rules=rules,
            rest=dict(self._rest(at, parts, never=child.never)),
            choices=tuple(self._choices(at, parts)),
            conditions=conditions,
            shut=any(part.node.get(keyword) is False for part in parts for keyword in _SHUT),
        )

    def _made(self, kind: str, at: Path, says: dict[str, Json], record: Any, where: Steps) -> Rule:
        default = self._stating.default(self.name, at, kind)
        return self._stating.made(kind, default, at, says, record, (), where, target=self.target)

    def _stated(
        self, at: Path, parts: tuple[Part, ...]
    ) -> tuple[dict[str, list[Steps]], dict[str, Any], tuple[Rule, ...]]:
        """Where each kind of rule about single values is stated, with its record; and the conditions."""
        stated: dict[str, list[Steps]] = {}
        records: dict[str, Any] = {}
        conditions = []
        for part in parts:
            known = part.node.get("x-rules", {})
            for keyword in part.node:
                kind = _kind(keyword, part.node)
                if kind:
                    stated.setdefault(kind, []).append((*part.at, keyword))
                    records.setdefault(kind, known.get(kind))
            if _is_condition(part.node):
                rule = self._stating.condition(self.name, at, part.node, part.at)
                conditions.append(rule)
        order = {kind: stated[kind] for kind in (*VALUE_KINDS, *_LIMITS, "echo") if kind in stated}
        return order, records, tuple(conditions)

    def _rest(self, at: Path, parts: tuple[Part, ...], *, never: bool) -> Iterator[tuple[str, tuple[Json, Rule]]]:
        """The content of what isn't compared by its meaning, by keyword."""
        found: dict[str, list[Json]] = {"false": [True]} if never else {}
        where: dict[str, Steps] = {"false": parts[0].at if parts else self.contract.at}
        for keyword in _ONCE:
            values = [part.node[keyword] for part in parts if keyword in part.node]
            if any(value != values[0] for value in values):
                found[f"{keyword}s"] = in_any_order(values)
        for keyword in ("type", "enum"):  # which have nothing in common
            values = [part.node[keyword] for part in parts if keyword in part.node]
            if len(values) > 1 and not _common(keyword, values):
                found[f"{keyword}s"] = in_any_order(values)
        for part in parts:
            for keyword, value in part.node.items():
                if self._understood(keyword, part.node):
                    continue
                said = {name: part.node[name] for name in ("if", "then", "else") if name in part.node}
                content = self.contents.of(said) if keyword == "if" else self.contents.said(keyword, value)
                found.setdefault(keyword, []).append(content)
                where.setdefault(keyword, (*part.at, keyword))
        for keyword, contents in found.items():
            says: dict[str, Json] = {keyword: in_any_order(contents)}
            place = where.get(keyword, parts[0].at if parts else self.contract.at)
            yield keyword, (in_any_order(contents), self._made(keyword, at, says, None, place))

    def _understood(self, keyword: str, node: dict[str, Any]) -> bool:
        value = node[keyword]
        if keyword == "if":
            return _is_condition(node)
        if keyword == "discriminator":
            return False
        if keyword in _APART or _kind(keyword, node) or self.contents.silent(keyword):
            return True
        if keyword == "items":
            return value is not False
        if keyword in _SHUT:
            return value is False or keyword == "additionalProperties" or value is True
        return keyword in {"format", "anyOf", "oneOf"}

    def _choices(self, at: Path, parts: tuple[Part, ...]) -> Iterator[Choice]:
        """The alternatives at a place; a plain "or null" is none."""
        for part in parts:
            wrapper = or_null(part.node)
            for keyword in ("anyOf", "oneOf"):
                options = part.node.get(keyword)
                if isinstance(options, list) and options and not (wrapper and wrapper[0] == keyword):
                    held = tuple(
                        Part(node=option if isinstance(option, dict) else {"not": {}} if option is False else {},
                             at=(*part.at, keyword, position))
                        for position, option in enumerate(options)
                    )  # fmt: skip
                    rule = self._made(keyword, at, {keyword: len(held)}, None, (*part.at, keyword))
                    yield Choice(keyword=keyword, options=held, rule=rule)

    def below(self, place: Place) -> dict[str, Child]:
        """What stands below a place, in documented order; without what isn't there for who reads or writes it."""
        found: dict[str, list[Part]] = {}
        never: set[str] = set()
        required: dict[str, list[Steps]] = {}
        for step, node, where, _ in below(place.parts):
            found.setdefault(step, []).extend(_roots(node, where))
            never |= {step} if node is False else set()
        for part in place.parts:
            for name in part.node.get("required", ()):
                required.setdefault(name, []).append((*part.at, "required"))
        children: dict[str, Child] = {}
        for step in dict.fromkeys([*found, *required]):
            roots = tuple(found.get(step, ()))
            if not any(part.node.get(self.hidden) is True for root in roots
                       for part in reach(self.tree, root, frozenset())[0]):  # fmt: skip
                children[step] = Child(roots=roots, required=tuple(required.get(step, ())), never=step in never)
        return children


def _common(keyword: str, values: list[Any]) -> bool:
    """Whether anything is of all of some lists of types, or of values."""
    lists = [value if isinstance(value, list) else [value] for value in values]
    if keyword == "type":
        lists = [[*names, "integer"] if "number" in names else names for names in lists]
    return any(all(value in other for other in lists) for value in lists[0])


def _roots(node: Any, at: Steps) -> tuple[Part, ...]:
    return (Part(node=node, at=at),) if isinstance(node, dict) else ()


def _kind(keyword: str, node: dict[str, Any]) -> str:
    """The kind of rule about single values that a keyword states, "" for any other."""
    if keyword == "x-echoes":
        return "echo"
    if keyword == "format" and isinstance(node["format"], str):
        return "range" if node["format"] in WIDTHS else "format"
    kind = kind_of(keyword, node)
    return kind if kind in _COMPARED else ""


def _is_condition(node: dict[str, Any]) -> bool:
    parse = KINDS["condition"].parse
    return "if" in node and parse is not None and parse(node) is not None


def named(option: Part, tree: dict[str, Any]) -> str:
    """What sets an alternative apart from others: its schema's name, its title, a constant, its type; else ""."""
    node = option.node
    if isinstance(node.get("$ref"), str):
        return str(node["$ref"]).rpartition("/")[2]
    if is_null(node):
        return "null"
    if isinstance(node.get("title"), str):
        return str(node["title"])
    whole = whole_of(reach(tree, option, frozenset())[0])
    for name, inner in whole.get("properties", {}).items():
        listed = inner if isinstance(inner, dict) else {}
        values = [listed["const"]] if "const" in listed else listed.get("enum", [])
        if len(values) == 1:
            return f"{name}={values[0]}"
    types = whole.get("type")
    return types if isinstance(types, str) else ""
