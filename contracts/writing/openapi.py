"""A page's promises as OpenAPI 3.1: the document that a contract is loaded from, provenance included."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from contracts.model.contract import REQUEST, SUCCESS, WEBHOOK, Answer, Field, Reviewed, Rule
from contracts.model.draft import Draft
from contracts.model.json import ITEM, Json, Path
from contracts.rules import KINDS
from contracts.rules.authorization import credential
from contracts.rules.json_types import asserted, only_shown
from contracts.rules.legal_exchanges import path_values
from contracts.rules.samples import VALUE_KINDS, text_for

_ENVELOPE = ("authorization", "status", "media-type", "json")
_OF_NO_BODY = ("authorization", "parameter", "parameter-range")
"""The rules about a request that aren't about its body."""


def _parameter(draft: Draft, rule: Rule, example: Any) -> dict[str, Any]:
    says = dict(rule.says)
    place, required = says.pop("in"), says.pop("required")
    out = {"name": rule.at[0], "in": place, "required": required, "schema": says}
    records = {rule.kind: rule_record(rule)}
    for bounds in draft.about(REQUEST, "parameter-range"):
        if bounds.at == rule.at and bounds.says["in"] == place:
            known = {name: value for name, value in bounds.says.items() if name != "in"}
            records[bounds.kind] = rule_record(bounds) | {"schema": known}
    return out | ({} if example is None else {"example": example}) | {"x-rules": records}


def _headers(draft: Draft, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for rule in draft.about("response", "header"):
        if key in rule.answers:
            pattern = str(rule.says["pattern"])
            found[str(rule.says["name"])] = {
                "required": True,
                "schema": {"type": "string", "pattern": pattern},
                "example": text_for(pattern),
                "x-rules": {rule.kind: rule_record(rule)},
            }
    return found


def _content(draft: Draft, answer: Answer) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    refusals = draft.refusals.get(answer.key, ())
    if refusals:
        media["examples"] = {f"example-{number}": {"value": value} for number, value in enumerate(refusals, start=1)}
    if answer.success:
        schema = {"title": draft.title} | body_schema(draft, SUCCESS)
        media = {"schema": schema} | ({"example": draft.example[0]} if draft.example else {})
    return dict.fromkeys(answer.media, media)


def _response(draft: Draft, answer: Answer) -> dict[str, Any]:
    """One answer; a body that may be missing is held in an extension, for tools take `content` as a promise."""
    out: dict[str, Any] = {"description": answer.description}
    headers = _headers(draft, answer.key)
    if headers:
        out["headers"] = headers
    if answer.media:
        out["x-content" if answer.empty else "content"] = _content(draft, answer)
    return out


def _security(draft: Draft) -> tuple[dict[str, Any], str]:
    """The security scheme and its name; a page that names no credential has none."""
    for rule in draft.about("request", "authorization"):
        header, word = str(rule.says["header"]), str(rule.says["scheme"])
        bearing = header.lower() == "authorization" and re.fullmatch(r"[A-Za-z0-9-]+", word)
        scheme: dict[str, Any] = {"type": "apiKey", "in": "header", "name": header}
        if bearing:
            scheme = {"type": "http", "scheme": word.lower()}
        exact = {} if credential(scheme) == rule.says else {"x-credential": rule.says}
        return scheme | exact, word.lower() if bearing else "key"
    return {}, ""


def operation_id(slug: str) -> str:
    """`get-a-contact` as `getAContact`."""
    first, *rest = re.split(r"[^A-Za-z0-9]+", slug)
    return first + "".join(word.capitalize() for word in rest)


def _provenance(draft: Draft, digest: str) -> dict[str, Any]:
    return {
        "slug": draft.slug,
        "page": draft.page,
        "digest": digest,
        "conflicts": [_listed(asdict(conflict)) for conflict in draft.conflicts],
        "waivers": [_listed(asdict(waiver)) for waiver in draft.waivers],
        "unaccounted": [_listed(asdict(sentence)) for sentence in draft.unaccounted],
        **({} if draft.reviewed is None else {"reviewed": _reviewed(draft.reviewed)}),
    }


def _reviewed(reviewed: Reviewed) -> dict[str, Any]:
    return asdict(reviewed) | {"blocks": [_listed(asdict(block)) for block in reviewed.blocks]}


def _listed(record: dict[str, Any]) -> dict[str, Any]:
    """The record as JSON has it, where every sequence is a list."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in record.items()}


def _operation(draft: Draft, scheme_name: str, digest: str) -> dict[str, Any]:
    answers = ((body, draft.about(SUCCESS, "echo")) for body in draft.example)
    examples = path_values(draft.about(REQUEST, "parameter"), answers)
    parameters = [_parameter(draft, rule, examples.get(rule.at[0])) for rule in draft.about("request", "parameter")]
    envelope = [rule for rule in draft.rules if rule.kind in _ENVELOPE]
    return {
        "operationId": operation_id(draft.slug),
        "summary": draft.title,
        "security": [{scheme_name: []}] if scheme_name else [],
        "parameters": parameters,
        **_request_body(draft),
        "responses": {str(answer.status): _response(draft, answer) for answer in draft.answers},
        "x-rules": {rule.kind: rule_record(rule) for rule in envelope},
        "x-contract": _provenance(draft, digest),
    }


def _request_body(draft: Draft) -> dict[str, Any]:
    """The body of a request in each media type; there has to be one where anything in it is required."""
    wanted = [rule for target in draft.asked.values() for rule in draft.about(target, "required")]
    content = {media: {"schema": body_schema(draft, target)} for media, target in draft.asked.items()}
    required = any(ITEM not in rule.at for rule in wanted)
    return {"requestBody": {"required": required, "content": content}} if content else {}


def _webhook(draft: Draft, digest: str) -> dict[str, Any]:
    """What the API sends by itself: its request holds what a contract has as the body of success."""
    return {
        "operationId": operation_id(draft.slug),
        "summary": draft.title,
        "requestBody": {"required": True, "content": _content(draft, draft.answers[0])},
        "responses": {"2XX": {"description": "The client has it."}},
        "x-contract": _provenance(draft, digest),
    }


def openapi(draft: Draft, digest: str = "") -> dict[str, Any]:
    """The OpenAPI 3.1 document of a page; weaker rules and provenance travel as `x-` extensions, with the digest."""
    scheme, name = _security(draft)
    components: dict[str, Any] = {"securitySchemes": {name: scheme}} if scheme else {}
    if any("problem" in answer.bodies.values() for answer in draft.answers):
        components["schemas"] = {"Problem": body_schema(draft, "problem")}
    host = urlsplit(draft.server).netloc
    if draft.method == WEBHOOK:
        described = {"paths": {}, "webhooks": {draft.path: {"post": _webhook(draft, digest)}}}
    else:
        described = {"paths": {draft.path: {draft.method.lower(): _operation(draft, name, digest)}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{draft.title} ({host})" if host else draft.title,
            "version": digest[:12] or "0",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": draft.server or "/"}],
        **described,
        "components": components,
    }


def rule_record(rule: Rule) -> dict[str, Json]:
    """A rule's identity and provenance, as it travels in an extension; the keywords beside it say the rest."""
    sources: list[Json] = []
    for source in rule.sources:
        where: dict[str, Json] = {"page": source.page, "line": source.line, "kind": source.kind}
        sources.append(where | {"hand": True} if source.hand else where)
    return {"id": rule.id, "level": rule.level, "summary": rule.summary, "sources": sources}


@dataclass(repr=False, eq=False, kw_only=True)
class _BodyWriter:
    """Writes one body, asserting violations alone; the rest is in extensions."""

    draft: Draft
    target: str
    at: dict[Path, dict[str, Rule]] = field(default_factory=dict)
    conditions: dict[Path, list[Rule]] = field(default_factory=dict)
    children: dict[Path, list[Field]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule in self.draft.about(self.target):
            if rule.kind in _OF_NO_BODY:
                continue
            if rule.kind in {"condition", "if"}:
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
        for kind in VALUE_KINDS:
            if kind in rules and self.asserted(rules[kind]):
                self.add(out, rules[kind])
        self.nullable_enum(out, shown="type" in rules and only_shown(rules["type"]))
        self.inside(at, out)
        self.conditional(at, out)
        self.extend(at, known, out)
        return out

    def add(self, out: dict[str, Any], rule: Rule) -> None:
        out |= KINDS[rule.kind].fragment(asserted(rule))

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
        fragment = rule.says if rule.kind == "if" else KINDS[rule.kind].fragment(rule.says)
        return {"title": rule.id} | fragment | {"x-rule": rule_record(rule)}

    def extend(self, at: Path, known: Field | None, out: dict[str, Any]) -> None:
        """Provenance, annotations, and the rules that are no assertion here."""
        rules = self.at.get(at, {})
        if "echo" in rules:
            self.add(out, rules["echo"])
        if known and known.annotations:
            out["x-annotations"] = known.annotations
            out |= {"format": known.annotations["format"]} if "format" in known.annotations else {}
        if rules:
            out["x-rules"] = {kind: self.record(rule) for kind, rule in rules.items()}
        weak = [rule for rule in self.conditions.get(at, ()) if not self.asserted(rule)]
        if weak:
            out["x-conditions"] = [self.entry(rule) for rule in weak]

    def record(self, rule: Rule) -> dict[str, Any]:
        """A rule's identity, with what it says where no keyword beside it does."""
        silent = rule.kind in (*VALUE_KINDS, "required") and (not self.asserted(rule) or only_shown(rule))
        return rule_record(rule) | ({"schema": KINDS[rule.kind].fragment(rule.says)} if silent else {})


def body_schema(draft: Draft, target: str) -> dict[str, Any]:
    """The schema of one body, with provenance and weaker rules as extensions that OpenAPI may carry."""
    return _BodyWriter(draft=draft, target=target).node((), None)
