"""What one document says at a place of a body, and what stands below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Any, TypeAlias

from contracts.comparing.content import Content, in_any_order
from contracts.comparing.difference import sure
from contracts.model.contract import Rule
from contracts.model.document import Document, Steps
from contracts.model.frozen import frozen
from contracts.model.json import Json, Path
from contracts.rules import KINDS, kind_of
from contracts.rules.kind import rule_id
from contracts.rules.places import Part, below, is_null, or_null, reach, whole_of
from contracts.rules.rule_maker import RuleMaker
from contracts.rules.samples import VALUE_KINDS
from contracts.rules.texts import WIDTHS

Rules: TypeAlias = dict[str, Rule]
"""The rules of one place, by kind."""

_ORDER = (*VALUE_KINDS, "minProperties", "maxProperties", "multipleOf", "uniqueItems", "echo")
"""The kinds of rules about single values that are compared by what they mean, and what repeats the request."""
_SHUT = ("additionalProperties", "unevaluatedProperties")
_APART = frozenset(
    """$ref allOf anyOf oneOf required properties patternProperties prefixItems if then else format
    readOnly writeOnly""".split()
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
class Alternatives:
    """Alternatives of one `anyOf` or `oneOf`, and a rule for them."""

    keyword: str
    options: tuple[Part, ...]
    rule: Rule


@frozen
class DescribedPlace:
    """All that is said at one place of a body.

    `rest` holds, by keyword, the content of what isn't understood, and a rule for it.
    """

    at: Path
    roots: tuple[Part, ...] = ()
    parts: tuple[Part, ...] = ()
    null: bool = False
    rules: Rules = field(default_factory=dict)
    rest: dict[str, tuple[Json, Rule]] = field(default_factory=dict)
    choices: tuple[Alternatives, ...] = ()
    conditions: tuple[Rule, ...] = ()
    shut: bool = False

    @property
    def key(self) -> tuple[Steps, ...]:
        """Where in the document all this is said."""
        return tuple(part.at for part in self.parts)

    @property
    def nodes(self) -> list[Any]:
        """The schemas that hold here, as they stand."""
        return [part.node for part in self.roots]

    @property
    def deprecated(self) -> bool:
        """What stands here is to go."""
        return any(part.node.get("deprecated") is True for part in self.parts)

    @property
    def description(self) -> str:
        """What is said here in words."""
        return next((str(part.node["description"]) for part in self.parts if "description" in part.node), "")

    @property
    def listed(self) -> bool:
        """The place is documented, and not merely shown by an example."""
        return not self.rules or any(map(sure, self.rules.values()))

    def content(self, keyword: str) -> Json:
        """The content of a keyword that isn't understood."""
        return self.rest[keyword][0] if keyword in self.rest else None


class Schemas:
    """The schemas of one document as who reads or sends a body sees them.

    `target` is what the body's rules are about, `name` what ids call it; `page` and `at` are where it is written.
    """

    def __init__(  # noqa: PLR0913  where it is written, and how it is called
        self, document: Document, content: Content, *, page: str, at: Steps, target: str, name: str
    ) -> None:
        self.content, self.tree = content, content.tree
        self._at, self._target, self._name = at, target, name
        self._hidden = "writeOnly" if content.reads else "readOnly"
        self._maker = RuleMaker(document, page, {})

    def root(self, node: Any, at: Steps) -> DescribedPlace:
        """The whole body."""
        return self.place((), Child(roots=_roots(node, at), never=node is False))

    def place(self, at: Path, child: Child) -> DescribedPlace:
        """What is said where some schemas hold."""
        parts = tuple(part for root in child.roots for part in self._reached(root))
        null = any(or_null(part.node) for part in parts)
        rules = self._rules(at, parts, null=null)
        if child.required:
            known = (part.node.get("x-rules", {}).get("required") for part in parts)
            record = next((record for record in known if record is not None), None)
            rules["required"] = self._made("required", at, {}, record, child.required[0])
        return DescribedPlace(
            at=at,
            roots=child.roots,
            parts=parts,
            null=null,
            rules=rules,
            rest=dict(self._rest(at, parts, never=child.never)),
            choices=tuple(self._choices(at, parts)),
            conditions=tuple(
                self._maker.condition(self._name, at, part.node, part.at) for part in parts if _condition(part.node)
            ),
            shut=any(part.node.get(keyword) is False for part in parts for keyword in _SHUT),
        )

    def _reached(self, root: Part) -> list[Part]:
        return reach(self.tree, root, frozenset())[0]

    def _made(self, kind: str, at: Path, says: dict[str, Json], record: Any, where: Steps) -> Rule:
        default = rule_id(self._name, at, kind)
        return self._maker.made(kind, at, says, record, where, target=self._target, default=default)

    def _rules(self, at: Path, parts: tuple[Part, ...], *, null: bool) -> Rules:
        """The rules about single values."""
        stated: dict[str, tuple[Steps, Any]] = {}
        for part in parts:
            for keyword in part.node:
                kind = _kind(keyword, part.node)
                if kind and kind not in stated:
                    stated[kind] = (*part.at, keyword), part.node.get("x-rules", {}).get(kind)
        whole, rules = whole_of(parts, null=null), Rules()
        for kind in _ORDER:
            if kind in stated:
                says = KINDS[kind].parse(whole) or ({"format": whole["format"]} if kind == "format" else None)
                if says is not None:
                    rules[kind] = self._made(kind, at, says, stated[kind][1], stated[kind][0])
        return rules

    def _rest(self, at: Path, parts: tuple[Part, ...], *, never: bool) -> Iterator[tuple[str, tuple[Json, Rule]]]:
        """The content of what isn't compared by its meaning, by keyword."""
        found: dict[str, list[Json]] = {"false": [True]} if never else {}
        where: dict[str, Steps] = {}
        for keyword in (*_ONCE, "type", "enum"):
            values = [part.node[keyword] for part in parts if keyword in part.node]
            if len(values) > 1 and not _agree(keyword, values):
                found[f"{keyword}s"] = in_any_order(values)
        for part in parts:
            for keyword, value in part.node.items():
                if not self._understood(keyword, part.node):
                    said = {name: part.node[name] for name in ("if", "then", "else") if name in part.node}
                    content = self.content.of(said) if keyword == "if" else self.content.of_keyword(keyword, value)
                    found.setdefault(keyword, []).append(content)
                    where.setdefault(keyword, (*part.at, keyword))
        for keyword, contents in found.items():
            content = in_any_order(contents)
            place = where.get(keyword, parts[0].at if parts else self._at)
            yield keyword, (content, self._made(keyword, at, {keyword: content}, None, place))

    def _understood(self, keyword: str, node: dict[str, Any]) -> bool:
        if keyword == "if":
            return _condition(node)
        if keyword == "discriminator":
            return False
        if keyword == "items":
            return node[keyword] is not False
        if keyword in _SHUT:
            return keyword == "additionalProperties" or isinstance(node[keyword], bool)
        return keyword in _APART or bool(_kind(keyword, node)) or self.content.silent(keyword)

    def _choices(self, at: Path, parts: tuple[Part, ...]) -> Iterator[Alternatives]:
        """The alternatives at a place; a plain "or null" is none."""
        for part in parts:
            wrapper = or_null(part.node)
            for keyword in ("anyOf", "oneOf"):
                listed = part.node.get(keyword)
                if isinstance(listed, list) and listed and not (wrapper and wrapper[0] == keyword):
                    options = tuple(
                        Part(node=option if isinstance(option, dict) else {"not": {}} if option is False else {},
                             at=(*part.at, keyword, position))
                        for position, option in enumerate(listed)
                    )  # fmt: skip
                    rule = self._made(keyword, at, {keyword: len(options)}, None, (*part.at, keyword))
                    yield Alternatives(keyword=keyword, options=options, rule=rule)

    def below(self, place: DescribedPlace) -> dict[str, Child]:
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
            if not any(part.node.get(self._hidden) is True for root in roots for part in self._reached(root)):
                children[step] = Child(roots=roots, required=tuple(required.get(step, ())), never=step in never)
        return children

    def silent(self, place: DescribedPlace) -> bool:
        """Nothing is said of a whole body."""
        return not (place.rules or place.rest or place.choices or place.shut or self.below(place))

    def alternatives(self, place: DescribedPlace) -> tuple[Part, ...]:
        """The alternatives of a place that is a choice and nothing else; none of any other."""
        alone = len(place.choices) == 1 and not (place.rules.keys() - {"required"})
        pure = alone and not (place.rest.keys() - {"discriminator"}) and not self.below(place)
        return place.choices[0].options if pure else ()

    def named(self, option: Part) -> str:
        """What sets an alternative apart from others: its schema's name, its title, a constant, its type; else ""."""
        node = option.node
        if isinstance(node.get("$ref"), str):
            return str(node["$ref"]).rpartition("/")[2]
        if is_null(node):
            return "null"
        if isinstance(node.get("title"), str):
            return str(node["title"])
        whole = whole_of(self._reached(option))
        for name, inner in whole.get("properties", {}).items():
            listed = inner if isinstance(inner, dict) else {}
            values = [listed["const"]] if "const" in listed else listed.get("enum", [])
            if len(values) == 1:
                return f"{name}={values[0]}"
        types = whole.get("type")
        return types if isinstance(types, str) else ""


def _agree(keyword: str, values: list[Any]) -> bool:
    """What several schemas say is one value, or lists of types or of values that have something in common."""
    if keyword in _ONCE:
        return all(value == values[0] for value in values)
    lists = [value if isinstance(value, list) else [value] for value in values]
    if keyword == "type":
        lists = [[*names, "integer"] if "number" in names else names for names in lists]
    return any(all(value in other for other in lists) for value in lists[0])


def _roots(node: Any, at: Steps) -> tuple[Part, ...]:
    return (Part(node=node, at=at),) if isinstance(node, dict) else ()


def _kind(keyword: str, node: dict[str, Any]) -> str:
    """The kind of rule about single values that a keyword states, "" for any other."""
    if keyword == "format" and isinstance(node["format"], str):
        return "range" if node["format"] in WIDTHS else "format"
    kind = kind_of(keyword, node)
    return kind if kind in _ORDER else ""


def _condition(node: dict[str, Any]) -> bool:
    """A node states a condition of the plain form."""
    return "if" in node and KINDS["condition"].parse(node) is not None
