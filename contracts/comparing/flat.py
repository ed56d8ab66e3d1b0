"""A contract in the flat shape that is compared: one success body, one problem body, rules of the kinds known best.

What that shape can't hold (a choice of schemas, a recursion, more bodies, a keyword of no known kind) stays beside it
as a rule whose kind is the keyword and which says the content of the document there, so that it can at least be told
from another. This module alone leads from a contract of the document's own shape to the comparing of changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.comparing.contents import Contents, in_any_order
from contracts.model.contract import REQUEST, RESPONSE, SUCCESS, Answer, Contract, Field, Rule, Source
from contracts.model.document import Steps, reached, steps_of
from contracts.model.draft import Draft
from contracts.model.json import Json, Path, dotted, pointer
from contracts.rules import KINDS, kind_of
from contracts.rules.asking import credential
from contracts.rules.formats import FORMATS, WIDTHS
from contracts.rules.listing import listing_of
from contracts.rules.spots import MOST, Part, Spot, or_null, reach

PROBLEM = "problem"
BODY_KINDS = frozenset(
    ("required", "type", "enum", "format", "range", "length", "pattern", "count", "condition", "echo", "closed")
)
"""The kinds of rules about a body that are compared by what they mean; any other by its content alone."""

AROUND = "content"
"""The kind of what stands around the bodies and is compared by its content: `at` is the pointer where a change of it is
told, the status that both sides have to list ("" for any), and what sets it apart."""

_PLACES = frozenset({"properties", "patternProperties", "prefixItems", "allOf"})
"""Keywords whose schemas hold at places of their own; of these only one that nothing keeps says anything here."""
_PARAMETER = frozenset(
    """type enum const format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum minItems
    maxItems default""".split()
)
_MOST_KEPT = 8
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def as_draft(contract: Contract) -> Draft:
    """What a contract promises, in the flat shape."""
    return _Flat(contract).draft()


def roles(contract: Contract) -> dict[str, str]:
    """What the bodies are called that are walked through: that of success, and that of failures where there is one."""
    good = {name for answer in contract.answers if answer.success for name in answer.bodies.values()}
    others = [name for name in contract.bodies if name not in good]
    known = {contract.main: SUCCESS} if contract.main else {}
    return known | ({others[0]: PROBLEM} if len(others) == 1 else {})


def essence(media: str) -> str:
    """A media type without parameters: `application/json; charset=utf-8` is JSON as well."""
    return media.partition(";")[0].strip().lower()


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class _Flat:
    """Reads one contract."""

    def __init__(self, contract: Contract) -> None:
        self.contract, self.document = contract, contract.document
        self.node: dict[str, Any] = reached(contract.document.tree, contract.at)
        self.answers: Contents = contents_of(contract.document.answers, "default", "readOnly")
        self.requests: Contents = contents_of(contract.document.requests, "writeOnly")
        self.roles = roles(contract)
        self.hidden = {
            (name, spot.at)
            for name in self.roles
            for spot in listing_of(contract).spots[name]
            if any(part.node.get("writeOnly") is True for part in spot.parts)
        }

    def draft(self) -> Draft:
        contract = self.contract
        rules = [*self.known(), *self.around()]
        for name, role in self.roles.items():
            rules += self.unheld(name, role)
        return Draft(
            slug=contract.slug,
            title=contract.title,
            method=contract.method,
            server=contract.server,
            path=contract.path,
            page=contract.page,
            rules=tuple(rules),
            fields=tuple(self.fields()),
            answers=tuple(self.listed()),
            unaccounted=contract.unaccounted,
            request_body=self.request_body(),
        )

    def shown(self, name: str, at: Path) -> bool:
        """Whether a place is there in an answer: what is only for requests isn't."""
        return not any((name, at[:depth]) in self.hidden for depth in range(1, len(at) + 1))

    def listed(self) -> Iterator[Answer]:
        """The answers, that of success first; of their bodies those that have a role."""
        success = self.contract.success
        for answer in (success, *(answer for answer in self.contract.answers if answer is not success)):
            held = {media: self.roles[name] for media, name in answer.bodies.items() if name in self.roles}
            yield replace(answer, bodies=held)

    def fields(self) -> Iterator[Field]:
        """The places of the bodies that have a role, and the names that are required and described nowhere."""
        known = {(field.target, field.at) for field in self.contract.fields}
        for field in self.contract.fields:
            if field.target in self.roles and self.shown(field.target, field.at):
                yield replace(field, target=self.roles[field.target])
        for rule in self.contract.rules:
            if rule.kind == "required" and rule.target in self.roles and (rule.target, rule.at) not in known:
                known.add((rule.target, rule.at))
                yield Field(at=rule.at, target=self.roles[rule.target])

    # What is compared by its meaning

    def known(self) -> Iterator[Rule]:
        """The rules of known kinds, about the bodies as their roles have it."""
        for rule in self.contract.rules:
            if rule.kind == "parameter":
                yield replace(rule, says=self.parameter(rule))
            elif rule.kind == "header":
                if "pattern" in rule.says or rule.says["required"]:
                    yield replace(rule, says=self.header(rule))
            elif rule.target in {REQUEST, RESPONSE}:
                yield rule
            elif rule.target in self.roles and rule.kind in BODY_KINDS and self.shown(rule.target, rule.at):
                yield replace(rule, target=self.roles[rule.target])

    def parameter(self, rule: Rule) -> dict[str, Json]:
        """What a parameter's rule says, with the content of what it leaves out."""
        says = dict(rule.says)
        if "const" in says:
            says.setdefault("enum", [says.pop("const")])
        node = self.at(rule)
        if node.get("name") != rule.at[0]:
            return says  # the path alone names it
        for media in _mapping(node.get("content")):
            says["content"] = essence(media)
        style = node.get("style", _STYLES[str(says["in"])])
        explode = node.get("explode", style == "form")
        if (style, explode) != (_STYLES[str(says["in"])], style == "form"):
            says |= {"style": style, "explode": explode}
        says |= {keyword: True for keyword in ("allowReserved", "allowEmptyValue") if node.get(keyword) is True}
        return says | self.left_out(node, rule, self.requests)

    def header(self, rule: Rule) -> dict[str, Json]:
        """A header that an answer promises to carry: its name, and its form as a pattern, or as all that is said."""
        node = self.at(rule)
        more = self.left_out(node, rule, self.answers)
        if "pattern" in rule.says and not more:
            return rule.says
        form = {"pattern": rule.says["pattern"]} if "pattern" in rule.says else rule.says["schema"]
        text = json.dumps(_mapping(form) | more, sort_keys=True)
        return {"name": rule.says["name"], "pattern": text}

    def at(self, rule: Rule) -> dict[str, Any]:
        """The parameter or header that a rule is about."""
        return _mapping(reached(self.document.tree, rule.locations[0])) if rule.locations else {}

    def left_out(self, holder: dict[str, Any], rule: Rule, contents: Contents) -> dict[str, Json]:
        """What is said of a value that travels as text beside what its rule holds, by keyword."""
        schema, where = holder.get("schema"), (*rule.locations[0], "schema")
        for media, content in _mapping(holder.get("content")).items():
            schema, where = _mapping(content).get("schema"), (*rule.locations[0], "content", media, "schema")
        if schema is False:
            return {"not": True}
        parts, _ = reach(contents.tree, Part(node=_mapping(schema), at=where), frozenset())
        found: dict[str, list[Json]] = {}
        for part in parts:
            wrapper = or_null(part.node)
            for keyword, value in part.node.items():
                silent = keyword in _PARAMETER or keyword in {"$ref", "allOf"} or contents.silent(keyword)
                if not silent and not (wrapper and keyword == wrapper[0]):
                    found.setdefault(keyword, []).append(contents.said(keyword, value))
        return {keyword: values[0] if len(values) == 1 else in_any_order(values) for keyword, values in found.items()}

    def request_body(self) -> str:
        """What is documented of the request's body: a page's own digest, else one over its content."""
        own = _mapping(self.node.get("x-contract")).get("requestBody", "")
        if own or "requestBody" not in self.node:
            return str(own)
        return self.requests.digest(self.node["requestBody"])

    # What is compared by its content

    def around(self) -> Iterator[Rule]:
        """What stands around the bodies, and the bodies themselves, for those that have no role on both sides."""
        security = self.node.get("security", self.document.tree.get("security"))
        if isinstance(security, list) and security:
            yield self.beside(*self.security(security), ("security",))
        if self.node.get("callbacks"):
            said = self.answers.of(self.node["callbacks"], names=True)
            yield self.beside(("#callbacks", "", ""), said, ("callbacks",))
        raw = _mapping(self.node.get("responses"))
        for answer in self.contract.answers:
            name = next((name for name in raw if str(name).upper() == answer.key.upper()), answer.key)
            yield from self.answer(answer, _mapping(self.document.resolved(raw.get(name))[0]), ("responses", name))

    def answer(self, answer: Answer, response: dict[str, Any], where: Steps) -> Iterator[Rule]:
        status = f"#status/{answer.key}"
        content = _mapping(response.get("content", response.get("x-content")))
        for media, raw in content.items():
            said = self.answers.of(_mapping(self.document.resolved(raw)[0]).get("schema", True))
            yield self.beside((status, answer.key, essence(media)), said, where)
        for name, raw in _mapping(response.get("headers")).items():
            head = _mapping(self.document.resolved(raw)[0])
            if head.get("required") is not True and name.lower() != "content-type":
                place = "#header" + pointer((name,))
                said = [self.answers.of(head.get("schema")), self.answers.of(head.get("content"), names=True)]
                yield self.beside((place, answer.key, ""), said, where)
        if response.get("links"):
            yield self.beside((status, answer.key, "links"), self.answers.of(response["links"], names=True), where)

    def security(self, security: list[Any]) -> tuple[Path, Json]:
        """What is asked of who wants in, beside what a rule says: the scopes; without a rule the ways, in any order."""
        schemes = _mapping(_mapping(self.document.tree.get("components")).get("securitySchemes"))
        ways = []
        ruled = bool(self.contract.about(REQUEST, "authorization"))
        for way in security:
            asked: list[Json] = []
            for name, scopes in _mapping(way).items():
                scheme = _mapping(self.document.resolved(schemes.get(name))[0])
                said: Any = scheme.get("x-credential", credential(scheme)) or self.requests.of(scheme)
                plain = {"in": "header", **said} if isinstance(said, dict) else said
                wide = sorted(map(str, scopes)) if isinstance(scopes, list) else []
                asked.append(wide if ruled else [plain, wide])
            ways.append(in_any_order(asked))
        name = "scopes" if ruled else "untold" if all(security) else "optional"
        return ("#authorization", "", name), in_any_order(ways)

    def beside(self, at: Path, content: Json, where: Steps) -> Rule:
        """A rule that stands for a content outside the bodies that are walked through."""
        return self.made(f"response.{AROUND}", AROUND, RESPONSE, at, {AROUND: content}, (*self.contract.at, *where))

    def made(self, name: str, kind: str, target: str, at: Path, says: dict[str, Json], where: Steps) -> Rule:  # noqa: PLR0913, PLR0917  the parts of a rule
        source = Source(page=self.contract.page, line=self.document.line(where), kind="documented")
        return Rule(id=name, kind=kind, target=target, says=says, summary="", sources=(source,), at=at)

    def unheld(self, name: str, role: str) -> Iterator[Rule]:
        """What is said at the places of a body and is of no known kind, by keyword; one rule for each."""
        listing = listing_of(self.contract)
        listed = listing.spots[name]
        ids = {(rule.at, rule.kind): rule.id for rule in self.contract.rules if rule.target == name}
        places = {part.at: spot.at for spot in reversed(listed) for part in spot.parts}
        for spot in filter(lambda spot: self.shown(name, spot.at), listed):
            where = spot.parts[0].at if spot.parts else self.contract.bodies[name].at
            found: dict[tuple[Path, str], list[Json]] = {}
            for at, kind, content in (*self.forms(spot), *self.choices(spot), *self.said(spot, places)):
                found.setdefault((at, kind), []).append(content)
            for (at, kind), contents in found.items():
                says: dict[str, Json] = {kind: contents[0] if kind == "format" else in_any_order(contents)}
                yield self.made(ids.get((at, kind), listing.default(name, at, kind)), kind, role, at, says, where)
        if len(listed) >= MOST:
            where = self.contract.bodies[name].at
            whole = self.answers.of(reached(self.document.answers, where))
            yield self.made(listing.default(name, (), "places"), "places", role, (), {"places": whole}, where)

    def forms(self, spot: Spot) -> Iterator[tuple[Path, str, Json]]:
        """Formats that nobody asserts, and what stands twice and differs, where a rule holds but one."""
        for keyword in ("format", "pattern", "const"):
            values = [part.node[keyword] for part in spot.parts if keyword in part.node]
            if any(value != values[0] for value in values):
                yield spot.at, f"{keyword}s", in_any_order(values)
            elif values and keyword == "format" and values[0] not in (*FORMATS, *WIDTHS):
                yield spot.at, keyword, values[0]

    def choices(self, spot: Spot) -> Iterator[tuple[Path, str, Json]]:
        """That null may stand where no type is given."""
        if spot.null and not any("type" in part.node for part in spot.parts) and any(
            not self.answers.silent(keyword) for part in spot.parts[1:] for keyword in part.node
        ):  # fmt: skip
            yield spot.at, "null", True

    def said(self, spot: Spot, places: dict[Steps, Path]) -> Iterator[tuple[Path, str, Json]]:
        """Each keyword at a place that no known kind holds, with its content."""
        here = {part.at for part in spot.parts}
        for part in spot.parts:
            wrapper = or_null(part.node)
            for keyword, value in part.node.items():
                if keyword in _PLACES:
                    yield from _never(spot.at, keyword, value)
                elif keyword == "$ref":
                    target = steps_of(value)
                    if target not in here:  # it was entered above
                        yield spot.at, keyword, dotted(places[target]) if target in places else self.answers.of(value)
                elif keyword == "if":
                    if KINDS["condition"].parse is None or KINDS["condition"].parse(part.node) is None:
                        whole = {name: part.node[name] for name in ("if", "then", "else") if name in part.node}
                        yield spot.at, keyword, self.answers.of(whole)
                elif not (self.held(keyword, part) or (wrapper and keyword == wrapper[0])):
                    yield spot.at, keyword, self.answers.said(keyword, value)

    def held(self, keyword: str, part: Part) -> bool:
        """Whether a keyword is compared by its meaning, or says nothing."""
        if keyword in {"items", "additionalProperties"}:
            return keyword != "items" or part.node[keyword] is not False
        if keyword in {"then", "else", "format", "writeOnly"} or self.answers.silent(keyword):
            return True
        return kind_of(keyword, part.node) in BODY_KINDS


def _never(at: Path, keyword: str, value: Any) -> Iterator[tuple[Path, str, Json]]:
    """The places of which a schema says that nothing can stand there."""
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if inner is False:
            below = {"properties": f"{step}", "patternProperties": f"{{{step}}}", "prefixItems": f"[{step}]"}
            yield (*at, below[keyword]) if keyword in below else at, "false", True


_KEPT: dict[tuple[int, tuple[str, ...]], tuple[dict[str, Any], Contents]] = {}


def contents_of(tree: dict[str, Any], *silent: str) -> Contents:
    """The contents of one view of a document, made once for all its operations."""
    key = id(tree), silent
    if key not in _KEPT:
        while len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[key] = tree, Contents(tree, frozenset(silent))
    return _KEPT[key][1]
