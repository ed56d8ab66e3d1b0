"""Body schemas of an OpenAPI document as rules: references followed, older spellings translated, the rest refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

from contracts.errors import Unusable
from contracts.model.contract import LEVELS, Field, Rule, Source, Target
from contracts.model.json import ITEM, Json, Path, dotted, pointer
from contracts.rules import KINDS, sentence
from contracts.rules.kind import reserved
from contracts.rules.patterns import compiled
from contracts.rules.relations import condition_id

MAX_DEPTH = 50
"""Deeper schemas contain themselves, or might as well."""
MAX_SCHEMAS = 20_000
"""A document whose references unfold into more is no description of one body."""

_TYPES = {"null", "string", "integer", "number", "boolean", "array", "object"}
_LONGEST = 120
"""So many characters of a place are shown."""
_SILENT = {
    "title", "description", "$comment", "example", "examples", "default", "deprecated", "readOnly", "writeOnly",
    "$schema", "$id", "properties", "required", "items", "additionalProperties", "allOf", "then", "else",
    "externalDocs", "xml", "discriminator",
}  # fmt: skip
_DRIFT = {"closed", "status", "media-type"}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_type(value: Any) -> bool:
    names = [value] if isinstance(value, str) else value
    return _is_names(names) and bool(names) and len(set(names)) == len(names) and set(names) <= _TYPES


_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "type": (_is_type, "a JSON type or a list of them"),
    "enum": (lambda value: isinstance(value, list) and bool(value), "a list of values"),
    "required": (_is_names, "a list of names"),
    "allOf": (lambda value: isinstance(value, list), "a list of schemas"),
    **dict.fromkeys(("properties", "x-annotations", "x-rules"), (lambda value: isinstance(value, dict), "an object")),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), (_is_number, "a number")),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), (_is_size, "a whole number")),
    **dict.fromkeys(
        ("format", "pattern", "description", "x-echoes"), (lambda value: isinstance(value, str), "a text")
    ),
}  # fmt: skip
"""What the keywords that are read must hold."""


@dataclass(repr=False, eq=False, kw_only=True)
class Loader:
    """Collects the rules and fields of one operation. `name` is how messages call the document."""

    name: str
    document: dict[str, Any]
    rules: dict[str, Rule] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)
    schemas: int = 0

    def refuse(self, where: str, problem: str) -> Unusable:
        """The error for something that can't be held, in one line."""
        shown = where if len(where) <= _LONGEST else f"{where[:_LONGEST]}…"
        return Unusable(" ".join(f"{self.name}: {problem} at {shown or 'the top'}".split()))

    def mapping(self, value: Any, where: str) -> dict[str, Any]:
        """The value, which has to be an object."""
        if not isinstance(value, dict):
            raise self.refuse(where, "an object is expected")
        return value

    def sequence(self, value: Any, where: str) -> list[Any]:
        """The value, which has to be a list."""
        if not isinstance(value, list):
            raise self.refuse(where, "a list is expected")
        return value

    def text(self, value: Any, where: str) -> str:
        """The value, which has to be a text."""
        if not isinstance(value, str):
            raise self.refuse(where, "a text is expected")
        return value

    def resolved(self, value: Any, where: str) -> dict[str, Any]:
        """The object itself, or the one that its local `$ref` leads to; what stands beside it comes along."""
        found, beside, seen = self.mapping(value, where), dict[str, Any](), set[str]()
        while "$ref" in found:
            reference = found["$ref"]
            if not isinstance(reference, str) or not reference.startswith("#/") or reference in seen:
                raise self.refuse(where, f"the reference {reference!r} leads nowhere")
            seen.add(reference)
            beside = {key: item for key, item in found.items() if key != "$ref"} | beside
            target: Any = self.document
            for step in reference[2:].split("/"):
                step = step.replace("~1", "/").replace("~0", "~")  # noqa: PLW2901  as RFC 6901 has it
                if not isinstance(target, dict) or step not in target:
                    raise self.refuse(where, f"the reference {reference!r} leads nowhere")
                target = target[step]
            found = self.mapping(target, where)
        return self.merged(found, beside, where)

    def merged(self, one: dict[str, Any], other: dict[str, Any], where: str) -> dict[str, Any]:
        """Two schemas that both hold, as one; refused where they say different things of the same."""
        whole = one | other
        for key in one.keys() & other.keys():
            first, second = one[key], other[key]
            if key == "properties" and isinstance(first, dict) and isinstance(second, dict):
                twice = [name for name in first if name in second and first[name] != second[name]]
                if twice:
                    raise self.refuse(where, f"the property {twice[0]!r} with two schemas can't be held")
                whole[key] = first | second
            elif key in {"required", "allOf"} and isinstance(first, list) and isinstance(second, list):
                whole[key] = first + [item for item in second if item not in first]
            elif first != second and not key.startswith("x-") and key not in _SILENT:
                raise self.refuse(where, f"the keyword {key!r} with two values can't be held")
        return whole

    def flat(self, value: Any, where: str, depth: int = 0) -> dict[str, Any]:
        """A schema with references followed and the older spellings of "or null" turned into a type list."""
        self.schemas += 1
        if depth > MAX_DEPTH or self.schemas > MAX_SCHEMAS:
            raise self.refuse(where, "a schema that contains itself can't be held")
        schema = dict(self.resolved(value, where))
        for choice in ("anyOf", "oneOf"):
            options = schema.get(choice)
            if isinstance(options, list) and len(options) == 2 and {"type": "null"} in options:  # noqa: PLR2004
                solid = options[1] if options[0] == {"type": "null"} else options[0]
                del schema[choice]
                schema = self.merged(self.flat(solid, where, depth + 1), schema, where) | {"nullable": True}
        for part in schema.get("allOf", ()) if isinstance(schema.get("allOf"), list) else ():
            if isinstance(part, dict) and "if" not in part:
                rest = schema | {"allOf": [other for other in schema["allOf"] if other is not part]}
                schema = self.merged(self.flat(part, where, depth + 1), rest, where)
        if schema.pop("nullable", False) is True and _is_type(schema.get("type")):
            types = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
            schema["type"] = [*types, *(["null"] if "null" not in types else [])]
        return self.checked(schema, where)

    def checked(self, schema: dict[str, Any], where: str) -> dict[str, Any]:
        """The schema, every keyword that is read of the right form."""
        for key, value in schema.items():
            fits, what = _SHAPES.get(key, (lambda _: True, ""))
            if not fits(value):
                raise self.refuse(where, f"the keyword {key!r} has to be {what}")
        if "pattern" in schema:
            try:
                compiled(schema["pattern"])
            except Unusable as error:
                raise self.refuse(where, str(error)) from None
        return schema

    def add(  # noqa: PLR0913  the parts of a rule
        self,
        kind: str,
        target: Target,
        at: Path,
        says: dict[str, Json],
        *,
        record: Any,
        default: str,
        statuses: tuple[int, ...] = (),
    ) -> None:
        """One rule, named and placed by its record, or by default where the document carries none."""
        if record is None:
            text = sentence(kind, ("problem", *at) if target == "problem" else at, says)
            level = "drift" if kind in _DRIFT else "violation"
            sources: list[Any] = [{"page": self.name, "line": 0, "kind": "documented"}]
            record = {"id": default, "level": level, "summary": text, "sources": sources}
        rule = self.rule(kind, target, at, says, record, default)
        rule = replace(rule, statuses=statuses)
        known = self.rules.get(rule.id)
        if known is not None:
            if kind != "header" or replace(known, statuses=statuses) != rule:
                raise self.refuse(f"rule {rule.id}", "two rules have this id")
            rule = replace(known, statuses=tuple(sorted({*known.statuses, *statuses})))
        self.rules[rule.id] = rule

    def rule(self, kind: str, target: Target, at: Path, says: dict[str, Json], record: Any, default: str) -> Rule:  # noqa: PLR0913, PLR0917  the parts of a rule
        """The rule that a record names."""
        where = f"rule {default}"
        record = self.mapping(record, where)
        level, listed = record.get("level"), self.sequence(record.get("sources"), where)
        if level not in LEVELS:
            raise self.refuse(where, f"the level is one of {', '.join(LEVELS)}")
        return Rule(
            id=self.text(record.get("id"), where),
            kind=kind,
            target=target,
            at=at,
            says=says,
            level=level,
            summary=self.text(record.get("summary"), where),
            sources=tuple(self.source(one, where) for one in listed),
        )

    def source(self, record: Any, where: str) -> Source:
        """Where a promise is written."""
        known = self.mapping(record, where)
        kind, line, hand = known.get("kind"), known.get("line"), known.get("hand", False)
        if kind not in ("documented", "example", "assumed") or not _is_size(line) or not isinstance(hand, bool):
            raise self.refuse(where, "an incomplete source")
        page = self.text(known.get("page"), where)
        return Source(page=page, line=cast("int", line), kind=cast("Any", kind), hand=hand)


def records(node: dict[str, Any]) -> dict[str, Any]:
    """The rules' identities beside a node's keywords, by kind."""
    found = node.get("x-rules")
    return found if isinstance(found, dict) else {}


@dataclass(repr=False, eq=False, kw_only=True)
class _Body:
    """Reads one body, depth first, in the document's order."""

    loader: Loader
    target: Target
    statuses: tuple[int, ...]

    def name(self, at: Path) -> str:
        """How ids call a place."""
        return dotted(("problem", *at)) if self.target == "problem" else reserved(at) + dotted(at)

    def add(self, kind: str, at: Path, says: dict[str, Json], record: Any, default: str) -> None:
        self.loader.add(kind, self.target, at, says, record=record, default=default, statuses=self.statuses)

    def visit(self, raw: Any, at: Path, where: str) -> None:
        if len(at) > MAX_DEPTH:
            raise self.loader.refuse(where, "a schema that contains itself can't be held")
        node = self.loader.flat(raw, where)
        self.refuse_unknown(node, where)
        if at:
            annotations, description = node.get("x-annotations", {}), node.get("description", "")
            self.loader.fields.append(
                Field(at=at, target=self.target, description=description, annotations=annotations)
            )
        known = records(node)
        for kind, says in _said(node):
            record = known.get(kind)
            if isinstance(record, dict) and "schema" in record:  # the keyword says less than the rule, read below
                continue
            self.add(kind, at, says, record, f"{self.name(at)}.{kind}")
        self.weak(known, at, where)
        if "x-echoes" in node:
            says = {"expression": node["x-echoes"]}
            self.add("echo", at, says, known.get("echo"), f"{self.name(at)}.echoes-request")
        self.conditions(node, at)
        self.inside(node, at, where)

    def weak(self, known: dict[str, Any], at: Path, where: str) -> None:
        """The rules that no keyword asserts, since they are weaker than a violation."""
        for kind, record in known.items():
            if isinstance(record, dict) and "schema" in record and kind in KINDS:
                schema = self.loader.checked(self.loader.mapping(record["schema"], where), where)
                parse = KINDS[kind].parse
                says = parse(schema) if parse else {}
                if says is None:
                    raise self.loader.refuse(where, f"the rule for {kind!r} says nothing")
                self.add(kind, at, says, record, f"{self.name(at)}.{kind}")

    def refuse_unknown(self, node: dict[str, Any], where: str) -> None:
        spoken = {keyword for kind in KINDS.values() for keyword in kind.keywords} | {"format"} | _SILENT
        unknown = [key for key in node if key not in spoken and not key.startswith("x-")]
        if unknown:
            raise self.loader.refuse(where, f"the keyword {unknown[0]!r} can't be held yet")
        if isinstance(node.get("additionalProperties"), dict) and node["additionalProperties"]:
            raise self.loader.refuse(where, "a schema for the names that aren't listed can't be held yet")

    def inside(self, node: dict[str, Any], at: Path, where: str) -> None:
        required, below = node.get("required", []), node.get("properties", {})
        for key, raw in below.items():
            inner = (*at, key)
            if key in required:
                record = records(self.loader.resolved(raw, where)).get("required")
                self.add("required", inner, {}, record, f"{self.name(inner)}.required")
            self.visit(raw, inner, f"{where}/properties{pointer((key,))}")
        unlisted = [name for name in required if name not in below]
        if unlisted:
            raise self.loader.refuse(where, f"the required name {unlisted[0]!r} isn't among the properties")
        if "items" in node:
            self.visit(node["items"], (*at, ITEM), where + "/items")

    def conditions(self, node: dict[str, Any], at: Path) -> None:
        inline = [{key: node[key] for key in ("if", "then", "else") if key in node}] if "if" in node else []
        weak = self.loader.sequence(node.get("x-conditions", []), dotted(at))
        for raw in [*node.get("allOf", ()), *inline, *weak]:
            entry = self.loader.mapping(raw, "a condition")
            parse = KINDS["condition"].parse
            says = parse(entry) if parse else None
            if says is None:
                raise self.loader.refuse(dotted(at), "a condition of this form can't be held yet")
            own = self.target == "problem"
            default = condition_id(("problem", *at), says) if own else reserved(at) + condition_id(at, says)
            self.add("condition", at, says, entry.get("x-rule"), default)


def read_body(loader: Loader, schema: Any, target: Target, statuses: tuple[int, ...]) -> None:
    """Every rule of one body. Raises Unusable for what can't be held."""
    body = _Body(loader=loader, target=target, statuses=statuses)
    where = f"the {target} body"
    body.visit(schema, (), where)
    root = loader.flat(schema, where)
    default = f"{'response' if target == 'success' else 'problem'}.undocumented-field"
    body.add("closed", (), {}, records(root).get("closed"), default)
    if root.get("additionalProperties") is False and "closed" not in records(root):
        loader.rules[default] = replace(loader.rules[default], level="violation")


def _said(node: dict[str, Any]) -> Iterator[tuple[str, dict[str, Json]]]:
    for kind in KINDS.values():
        if kind.parse is None or kind.name == "condition":
            continue
        says = kind.parse(node)
        if says is None:
            continue
        types = node.get("type")
        if kind.name == "enum" and isinstance(types, list) and "null" in types:
            says = {"values": [value for value in node.get("enum", [node.get("const")]) if value is not None]}
        yield kind.name, says
