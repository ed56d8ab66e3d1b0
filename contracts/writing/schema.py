"""A page's promises as the schemas of an OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contracts.model.contract import Field, Rule
from contracts.model.draft import Draft
from contracts.model.json import ITEM, Json, Path
from contracts.rules import KINDS
from contracts.rules.shape import asserted, only_shown

_PLAIN = ("type", "enum", "format", "range", "length", "pattern", "count")
"""Kinds whose fragment stands on the property itself, in the order in which a reader meets them."""


def rule_record(rule: Rule) -> dict[str, Json]:
    """A rule's identity and provenance, as it travels in an extension; the keywords beside it say the rest."""
    sources: list[Json] = []
    for source in rule.sources:
        where: dict[str, Json] = {"page": source.page, "line": source.line, "kind": source.kind}
        sources.append(where | {"hand": True} if source.hand else where)
    return {"id": rule.id, "level": rule.level, "summary": rule.summary, "sources": sources}


@dataclass(repr=False, eq=False, kw_only=True)
class _Writer:
    """Writes one body, asserting violations alone; the rest is in extensions."""

    draft: Draft
    target: str
    at: dict[Path, dict[str, Rule]] = field(default_factory=dict)
    conditions: dict[Path, list[Rule]] = field(default_factory=dict)
    children: dict[Path, list[Field]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule in self.draft.about(self.target):
            if rule.kind == "condition":
                self.conditions.setdefault(rule.at, []).append(rule)
            else:
                self.at.setdefault(rule.at, {})[rule.kind] = rule
        for known in self.draft.fields:
            if known.target == self.target and known.at:
                self.children.setdefault(known.at[:-1], []).append(known)

    def asserted(self, rule: Rule) -> bool:
        return rule.level == "violation"

    def node(self, at: Path, known: Field | None) -> dict[str, Any]:
        rules = self.at.get(at, {})
        out: dict[str, Any] = {}
        if known and known.description:
            out["description"] = known.description
        for kind in _PLAIN:
            if kind in rules and self.asserted(rules[kind]):
                self.add(out, rules[kind])
        self.nullable_enum(out, shown="type" in rules and only_shown(rules["type"]))
        self.inside(at, out)
        self.conditional(at, out)
        self.extend(at, known, out)
        return out

    def add(self, out: dict[str, Any], rule: Rule) -> None:
        fragment = KINDS[rule.kind].fragment
        assert fragment is not None
        out |= fragment(asserted(rule))

    def nullable_enum(self, out: dict[str, Any], *, shown: bool) -> None:
        """Null among the listed values where the type lets it pass, or has its own word about it."""
        types = out.get("type")
        nullable = shown or (isinstance(types, list) and "null" in types)
        if "enum" in out and nullable and None not in out["enum"]:
            out["enum"] = [*out["enum"], None]

    def inside(self, at: Path, out: dict[str, Any]) -> None:
        """What stands below: properties with their presence, or the elements of an array."""
        below = self.children.get(at, [])
        named = [known for known in below if known.at[-1] != ITEM]
        if named:
            out["properties"] = {known.at[-1]: self.node(known.at, known) for known in named}
            required = [known.at[-1] for known in named if self.presence(known.at)]
            if required:
                out["required"] = required
            closed = self.at.get((), {}).get("closed")
            if closed and self.asserted(closed):
                out["additionalProperties"] = False
        for known in below:
            if known.at[-1] == ITEM:
                out["items"] = self.node(known.at, known)

    def presence(self, at: Path) -> bool:
        rule = self.at.get(at, {}).get("required")
        return rule is not None and self.asserted(rule)

    def conditional(self, at: Path, out: dict[str, Any]) -> None:
        rules = sorted(self.conditions.get(at, ()), key=lambda rule: rule.level != "violation")
        entries = [self.entry(rule) for rule in rules if self.asserted(rule)]
        if entries:
            out["allOf"] = entries

    def entry(self, rule: Rule) -> dict[str, Any]:
        fragment = KINDS[rule.kind].fragment
        assert fragment is not None
        return {"title": rule.id} | fragment(rule.says) | {"x-rule": rule_record(rule)}

    def extend(self, at: Path, known: Field | None, out: dict[str, Any]) -> None:
        """Provenance, annotations, and the rules that are no assertion here."""
        rules = self.at.get(at, {})
        if "echo" in rules:
            out["x-echoes"] = rules["echo"].says["expression"]
        if known and known.annotations:
            out["x-annotations"] = known.annotations
        if rules:
            out["x-rules"] = {kind: self.record(rule) for kind, rule in rules.items()}
        weak = [rule for rule in self.conditions.get(at, ()) if not self.asserted(rule)]
        if weak:
            out["x-conditions"] = [self.entry(rule) for rule in weak]

    def record(self, rule: Rule) -> dict[str, Any]:
        """A rule's identity, with what it says where no keyword beside it does."""
        fragment = KINDS[rule.kind].fragment
        silent = rule.kind in (*_PLAIN, "required") and (not self.asserted(rule) or only_shown(rule))
        return rule_record(rule) | ({"schema": fragment(rule.says)} if silent and fragment else {})


def body_schema(draft: Draft, target: str) -> dict[str, Any]:
    """The schema of one body, with provenance and weaker rules as extensions that OpenAPI may carry."""
    return _Writer(draft=draft, target=target).node((), None)
