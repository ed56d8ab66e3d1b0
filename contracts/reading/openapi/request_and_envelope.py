"""What an operation asks of its requests, and promises around the bodies of its answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Any

from contracts.model.contract import Answer, Rule
from contracts.model.document import Document, Steps, as_written, reached
from contracts.model.json import Json, as_list, as_mapping, as_text
from contracts.model.text import kebab
from contracts.rules.authorization import AUTHORIZATION, credential
from contracts.rules.exchange import is_json
from contracts.rules.places import Part, inside, reach, whole_of
from contracts.rules.rule_maker import RuleMaker

_PLACES = ("path", "query", "header", "cookie")
_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
"""How a value is written that no style is given for."""
_TEXTS = frozenset({"type", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum",
                    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "default"})  # fmt: skip
"""What is asked of a value that travels as text."""
_STRUCTURED = frozenset({"array", "object"})
_DEEPEST = 4


def examples_of(media: dict[str, Any], where: Steps, document: Document) -> Iterator[tuple[Steps, Json]]:
    """The whole answers that a media type, or its schema, shows."""
    if media.get("example") is not None:
        yield (*where, "example"), media["example"]
    for name, raw in as_mapping(media.get("examples")).items():
        shown_one = as_mapping(document.resolved(raw)[0])
        if "value" in shown_one:
            yield (*where, "examples", name, "value"), shown_one["value"]
    root = as_mapping(document.resolved(media.get("schema"))[0])
    for position, value in enumerate(as_list(root.get("examples"))):
        if value is not None:
            yield (*where, "schema", "examples", position), value


def answer_examples(document: Document, at: Steps, key: str) -> Iterator[tuple[Steps, Json]]:
    """The whole answers that the documented answer `key` of the operation at a place shows."""
    responses = as_mapping(as_mapping(document.resolved(reached(document.tree, at))[0]).get("responses"))
    name = as_written(responses, key)
    response, moved = document.resolved(responses.get(name))
    where = moved or (*at, "responses", name)
    for keyword in ("content", "x-content"):
        for media, raw in as_mapping(as_mapping(response).get(keyword)).items():
            yield from examples_of(as_mapping(document.resolved(raw)[0]), (*where, keyword, media), document)


Promise = Callable[[], Rule]
"""Makes a rule, once somebody asks for it: only then is its line looked up."""


class Envelope:
    """Reads the parameters, the credential, the envelope and the headers of one operation."""

    def __init__(
        self, rule_maker: RuleMaker, item: dict[str, Any], where: Steps, answers: tuple[Answer, ...],
        conflict: Callable[[Steps, str, str], None],
    ) -> None:  # fmt: skip
        self.document, self.item, self.where, self.conflict = rule_maker.document, item, where, conflict
        self.node: dict[str, Any] = item[str(where[-1])]
        self.answers = answers
        self._rule_maker = rule_maker
        self.successes = tuple(answer.key for answer in answers if answer.success)

    def promises(self, path: str) -> tuple[Promise, ...]:
        """Every rule about the request and the envelope; `path` is the whole template."""
        return (*self.parameters(path), *self.authorization(), *self.envelope(), *self.headers())

    def made(self, *parts: Any, **more: Any) -> Promise:
        """What makes a rule of these parts."""
        return partial(self._rule_maker.made, *parts, **more)

    def parameters(self, path: str) -> Iterator[Promise]:
        """The parameters of the path and of the operation, which wins where both name one."""
        found: dict[tuple[str, str], tuple[dict[str, Any], Steps]] = {}
        for holder, where in ((self.item, self.where[:-1]), (self.node, self.where)):
            for position, raw in enumerate(as_list(holder.get("parameters"))):
                parameter, at = self.document.resolved(raw)
                parameter = as_mapping(parameter)
                name, place = parameter.get("name"), parameter.get("in")
                if isinstance(name, str) and place in _PLACES:
                    found[place, name] = parameter, at or (*where, "parameters", position)
                else:
                    self.conflict((*where, "parameters", position), "a parameter without name or place", "passed over")
        for name in re.findall(r"\{([^{}]*)\}", path):
            if ("path", name) not in found:
                parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                found["path", name] = parameter, self.where
                if f"{{{name}}}" in str(self.where[1]):
                    self.conflict(self.where, f"the parameter {name!r} of the path isn't described", "taken for a text")
        names = [name for _, name in found]
        for (place, name), (parameter, where) in found.items():
            if f"{{{name}}}" not in path and place == "path":
                continue
            clash = names.count(name) > 1 or (place == "header" and name.lower() == "authorization")
            default = f"request.{place}.{name}" if clash else f"request.{name}"
            record = as_mapping(parameter.get("x-rules")).get("parameter")
            says = self.parameter(place, parameter, where)
            yield self.made("parameter", (name,), says, record, where, default=default, answers=self.successes)
            yield from self.bounds(name, default, parameter, says, where)

    def bounds(
        self, name: str, rule_id: str, parameter: dict[str, Any], says: dict[str, Json], where: Steps
    ) -> Iterator[Promise]:
        """The range of a number that its schema doesn't give and the example of a refusal tells."""
        record = as_mapping(as_mapping(parameter.get("x-rules")).get("parameter-range"))
        known = as_mapping(record.get("schema"))
        if "page" not in as_mapping(self.node.get("x-contract")):
            record, known = self.refused(name, says)
        if known.keys() == {"minimum", "maximum"}:
            told = {"in": says["in"], **known}
            own = f"{rule_id}.range"
            yield self.made("parameter-range", (name,), told, record, where, default=own, answers=self.successes)

    def refused(self, name: str, says: dict[str, Json]) -> tuple[dict[str, Any], dict[str, Json]]:
        """Where the example of a refusal tells the range of an integer, and the range; nothing where none does."""
        if says.get("type") != "integer" or {"minimum", "maximum"} & says.keys():
            return {}, {}
        told = re.compile(rf"\b{re.escape(name)} must be between (-?[0-9]{{1,20}}) and (-?[0-9]{{1,20}})\b")
        for at, text in self.refusals:
            found = told.search(text)
            if found:
                source = {"page": self.document.name, "line": self.document.line(at), "kind": "example"}
                return {"sources": [source]}, {"minimum": int(found[1]), "maximum": int(found[2])}
        return {}, {}

    @cached_property
    def refusals(self) -> tuple[tuple[Steps, str], ...]:
        """The texts in the examples of refusals that tell a range, and where each example is."""
        refused = (answer.key for answer in self.answers if self.successes and not answer.success and answer.media)
        examples = (found for key in refused for found in answer_examples(self.document, self.where, key))
        return tuple((at, text) for at, example in examples for text in _texts(example) if " must be between " in text)

    def parameter(self, place: str, parameter: dict[str, Any], where: Steps) -> dict[str, Json]:
        """What is said of one parameter."""
        says = self.texts(parameter, where) | {
            "in": place,
            "required": parameter.get("required") is True or place == "path",
        }
        if "example" in parameter:
            says |= {"example": parameter["example"]}
        style = as_text(parameter.get("style")) or _STYLES[place]
        if style != _STYLES[place]:
            says["style"] = style
        if isinstance(parameter.get("explode"), bool) and parameter["explode"] != (style == "form"):
            says["explode"] = parameter["explode"]
        media = next(iter(as_mapping(parameter.get("content"))), None)
        return says | ({"content": media} if media and "schema" not in parameter else {})

    def texts(self, holder: dict[str, Any], where: Steps) -> dict[str, Json]:
        """What is said of a parameter's or header's value, references followed."""
        node: Any = holder.get("schema")
        at = (*where, "schema")
        if node is None:
            for media, content in as_mapping(holder.get("content")).items():
                node, at = as_mapping(content).get("schema"), (*where, "content", media, "schema")
        return self.of_text(Part(node=node, at=at), 0) if isinstance(node, dict) else {}

    def of_text(self, part: Part, depth: int) -> dict[str, Json]:
        """What a schema says of a value as text; nothing of a choice that offers lists or objects."""
        parts, _ = reach(self.document.requests, part, frozenset())
        whole = whole_of(parts)
        said = {key: value for key, value in whole.items() if key in _TEXTS}
        for keyword in ("anyOf", "oneOf") if depth < _DEEPEST else ():
            options = [
                one for below in parts if keyword in below.node for one in inside(below) if one.at[-2] == keyword
            ]
            forms = [self.of_text(option, depth + 1) for option in options]
            if forms and sum(keyword in below.node for below in parts) == 1 and all(map(_is_scalar, forms)):
                said[keyword] = [*forms]
        return said

    def authorization(self) -> Iterator[Promise]:
        """The credentials that let a request in."""
        schemes = as_mapping(as_mapping(self.document.tree.get("components")).get("securitySchemes"))
        ways, scopes = [], []
        for requirement in as_list(self.node.get("security", self.document.tree.get("security"))):
            if not as_mapping(requirement):
                return  # nothing is one of the ways
            way = []
            for name, wanted in requirement.items():
                scheme = as_mapping(self.document.resolved(schemes.get(name))[0])
                exact = as_mapping(scheme.get("x-credential"))
                said = exact if {"header", "scheme"} <= exact.keys() else credential(scheme)
                if said is None:
                    self.conflict((*self.where, "security"), f"the credential {name!r} can't be told", "not judged")
                    return
                way.append(said)
                scopes += [str(scope) for scope in as_list(wanted)]
            if way not in ways:
                ways.append(way)
        if not ways:
            return
        plain = ways[0][0] if len(ways) == 1 and len(ways[0]) == 1 else None
        says: dict[str, Json] = {"any": ways}
        if plain is not None and plain.get("in", "header") == "header":
            says = {"header": plain["header"], "scheme": plain["scheme"]}
        record = as_mapping(self.node.get("x-rules")).get("authorization")
        if record is None and scopes:
            told = f" It needs the scopes {', '.join(dict.fromkeys(scopes))}, which nothing here can tell."
            record = {"summary": AUTHORIZATION.sentence((), says) + told}
        where, own = (*self.where, "security"), "request.authorization"
        yield self.made("authorization", (), says, record, where, default=own, answers=self.successes)

    def envelope(self) -> Iterator[Promise]:
        """What every answer keeps."""
        records = as_mapping(self.node.get("x-rules"))
        media = [media for answer in self.answers for media in answer.media]
        due = ("json",) if any(is_json(one) or "*" in one for one in media) else ()
        for kind in ("status", "media-type", *due):
            yield self.made(kind, (), {}, records.get(kind), (*self.where, "responses"), default=f"response.{kind}")

    def headers(self) -> Iterator[Promise]:
        """The headers of the answers, one rule for all that say the same of one."""
        found: dict[str, tuple[str, dict[str, Json], Any, list[str], Steps]] = {}
        for answer in self.answers:
            raw = as_mapping(self.node.get("responses"))
            name = as_written(raw, answer.key)
            response, at = self.document.resolved(raw.get(name))
            where = at or (*self.where, "responses", name)
            for title, raw_header in as_mapping(as_mapping(response).get("headers")).items():
                head, head_at = self.document.resolved(raw_header)
                head, head_at = as_mapping(head), head_at or (*where, "headers", title)
                says = self.header(title, head, head_at)
                if says is None or title.lower() == "content-type":
                    continue
                record = as_mapping(head.get("x-rules")).get("header")
                key = f"{kebab(title)}{says}"
                if key in found:
                    found[key][3].append(answer.key)
                    continue
                taken = any(default == f"response.{kebab(title)}" for default, *_ in found.values())
                default = f"response.{kebab(title)}" + (f"-{answer.key}" if taken else "")
                found[key] = default, says, record, [answer.key], head_at
        for default, says, record, keys, where in found.values():
            yield self.made("header", (), says, record, where, default=default, answers=tuple(keys))

    def header(self, name: str, head: dict[str, Any], where: Steps) -> dict[str, Json] | None:
        """What is said of a header; None where an answer may have it or not, in any form."""
        schema = {key: value for key, value in self.texts(head, where).items() if key != "default"}
        required = head.get("required") is True
        if required and schema.keys() <= {"type", "pattern"} and schema.get("type", "string") == "string":
            return {"name": name, "pattern": schema.get("pattern", "")}
        if not required and not schema.keys() - {"type"} and schema.get("type", "string") == "string":
            return None
        return {"name": name, "schema": schema, "required": required}


def _texts(value: Json) -> Iterator[str]:
    """The texts in an example, at any depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


def _is_scalar(form: dict[str, Json]) -> bool:
    types: Any = form.get("type", ())
    return not _STRUCTURED & ({types} if isinstance(types, str) else set(types))
