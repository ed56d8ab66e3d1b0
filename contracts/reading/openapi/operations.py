"""The contracts of a document, one for each operation, each with the index over what is promised of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from contracts.model.contract import (
    SUCCESS,
    Answer,
    Block,
    Body,
    Conflict,
    Contract,
    Reviewed,
    Source,
    Unaccounted,
    Waiver,
)
from contracts.model.document import Document, Steps, shown
from contracts.model.json import Json
from contracts.rules.asking import credential
from contracts.rules.exchange import is_json
from contracts.rules.listing import Asked, Listing, Operation
from contracts.rules.relations import kebab
from contracts.rules.spots import Part, reach, whole_of
from contracts.rules.validators import Validators

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_KEY = re.compile(r"[1-5][0-9][0-9]|[1-5]XX|default", re.IGNORECASE)
_BODILESS = frozenset({"204", "205", "304"})
_LONGEST_SLUG = 100
_PLACES = ("path", "query", "header", "cookie")
_TEXTS = frozenset({"type", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum",
                    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "default"})  # fmt: skip
"""What is asked of a value that travels as text."""


def contracts_of(document: Document) -> tuple[Contract, ...]:
    """The contracts of the document's operations, in its order."""
    validators = Validators(document.answers)
    found = []
    for path, raw in _mapping(document.tree.get("paths")).items():
        item, at = document.resolved(raw)
        item = _mapping(item)
        for method in METHODS:
            if isinstance(item.get(method), dict):
                where = (*(at or ("paths", path)), method)
                found.append(_Operation(document, validators, path, item, method, where).contract())
    return tuple(found)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


class _Operation:
    """Reads one operation."""

    def __init__(  # noqa: PLR0913, PLR0917  where it stands, and what all of a document share
        self, document: Document, validators: Validators, path: str, item: dict[str, Any], method: str, where: Steps
    ) -> None:
        self.document, self.validators = document, validators
        self.path, self.item, self.method, self.where = path, item, method, where
        self.node: dict[str, Any] = item[method]
        self.own = _mapping(self.node.get("x-contract"))
        self.page = _text(self.own.get("page")) or document.name
        self.answers: list[Answer] = []
        self.bodies: dict[str, Body] = {}
        self.shown: dict[str, list[tuple[Steps, Json]]] = {}
        self.conflicts: list[Conflict] = []

    def contract(self) -> Contract:
        server, base = self.address()
        self.read_answers()
        title = _text(self.node.get("summary")) or _text(self.node.get("operationId"))
        title = title or f"{self.method.upper()} {self.path}"
        slug = _text(self.own.get("slug")) or kebab(title)
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", slug):
            slug = kebab(slug)[:_LONGEST_SLUG].strip("-")
        asked = (*self.parameters(base), *self.authorization(), *self.envelope(), *self.headers())
        operation = Operation(
            document=self.document,
            validators=self.validators,
            page=self.page,
            bodies=self.bodies,
            asked=asked,
            shown={name: tuple(listed) for name, listed in self.shown.items()},
            conflicts=(*_records(self.own, "conflicts", Conflict), *self.conflicts, *self.doubts()),
        )
        return Contract(
            slug=slug,
            title=title,
            method=self.method.upper(),
            server=server,
            path=base + self.path,
            page=self.page,
            document=self.document,
            at=self.where,
            answers=tuple(self.answers),
            bodies=self.bodies,
            index=Listing(operation),
            waivers=_records(self.own, "waivers", Waiver),
            unaccounted=_records(self.own, "unaccounted", Unaccounted),
            reviewed=_reviewed(self.own),
        )

    def doubts(self) -> Iterator[Conflict]:
        """What was noted of this operation's own part of the document."""
        for doubt in self.document.doubts:
            if doubt.at[: len(self.where)] == self.where:
                source = Source(page=self.page, line=self.document.line(doubt.at), kind="documented")
                yield Conflict(field=shown(doubt.at), problem=doubt.problem, decided=doubt.decided, sources=(source,))

    def address(self) -> tuple[str, str]:
        """Scheme and host, and base path, of the server that stands nearest."""
        servers = self.node.get("servers") or self.item.get("servers") or self.document.tree.get("servers")
        first = _mapping(next(iter(_listed(servers)), None))
        url = _text(first.get("url"))
        for name, variable in _mapping(first.get("variables")).items():
            url = url.replace("{" + name + "}", str(_mapping(variable).get("default", "")))
        try:
            parts = urlsplit(url)
        except ValueError:
            return "", ""
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "", parts.path.rstrip("/")

    # Answers and bodies

    def read_answers(self) -> None:
        responses = {
            str(key).upper() if str(key).lower() != "default" else "default": (key, raw)
            for key, raw in _mapping(self.node.get("responses")).items()
            if _KEY.fullmatch(str(key))
        }
        good = any(key.startswith("2") for key in responses)
        found: dict[int, list[tuple[str, str, Steps, dict[str, Any]]]] = {}
        answers: dict[str, tuple[Any, ...]] = {}
        for key, (name, raw) in responses.items():
            response, at = self.document.resolved(raw)
            response = _mapping(response)
            where = at or (*self.where, "responses", name)
            success = key.startswith("2") or (key == "default" and not good)
            keyword = "x-content" if "content" not in response and "x-content" in response else "content"
            content = _mapping(response.get(keyword))
            for media, raw_media in content.items():
                node = _mapping(self.document.resolved(raw_media)[0])
                schema = node.get("schema")
                if (is_json(media) or "*" in media) and isinstance(schema, dict):
                    root, rooted = self.document.resolved(schema)
                    if isinstance(root, dict):
                        here = rooted or (*where, keyword, media, "schema")
                        found.setdefault(id(root), []).append((key, media, here, node))
            empty = keyword == "x-content" or not content or key in _BODILESS
            if content and key in _BODILESS:
                self.conflict(
                    (*where, "content"), f"a {key} has no body, and one is described", "an empty one keeps it"
                )
            answers[key] = (success, _text(response.get("description")), tuple(content), empty)
        self.name_bodies(found, answers)

    def name_bodies(
        self, found: dict[int, list[tuple[str, str, Steps, dict[str, Any]]]], answers: dict[str, tuple[Any, ...]]
    ) -> None:
        """Names each body, and gives each answer its own."""
        good = [group for group in found.values() if any(answers[key][0] for key, *_ in group)]
        named: dict[tuple[str, str], str] = {}
        for group in found.values():
            sole = len(good) == 1 and group is good[0]
            name = SUCCESS if sole else _name(group)
            if name in self.bodies or (name in _RESERVED and not sole):
                name = f"{group[0][0]}.{group[0][1]}"
            self.bodies[name] = Body(name=name, at=group[0][2])
            for key, media, where, node in group:
                named[key, media] = name
                self.shown.setdefault(name, []).extend(_examples(node, where[:-1], self.document))
        for key, (success, description, media, empty) in answers.items():
            bodies = {one: named[key, one] for one in media if (key, one) in named}
            status = int(key) if key.isdecimal() else 0
            self.answers.append(
                Answer(key=key, status=status, success=success, description=description, media=media, bodies=bodies,
                       empty=empty)
            )  # fmt: skip
        self.answers = _with_statuses(self.answers)

    def conflict(self, at: Steps, problem: str, decided: str) -> None:
        source = Source(page=self.page, line=self.document.line(at), kind="documented")
        self.conflicts.append(Conflict(field=shown(at), problem=problem, decided=decided, sources=(source,)))

    # The request and the envelope

    def successes(self) -> tuple[str, ...]:
        return tuple(answer.key for answer in self.answers if answer.success)

    def parameters(self, base: str) -> Iterator[Asked]:
        """The parameters of the path and of the operation, which wins where both name one."""
        found: dict[tuple[str, str], tuple[dict[str, Any], Steps]] = {}
        for holder, where in ((self.item, self.where[:-1]), (self.node, self.where)):
            for position, raw in enumerate(_listed(holder.get("parameters"))):
                parameter, at = self.document.resolved(raw)
                parameter = _mapping(parameter)
                name, place = parameter.get("name"), parameter.get("in")
                if isinstance(name, str) and place in _PLACES:
                    found[place, name] = parameter, at or (*where, "parameters", position)
                else:
                    self.conflict((*where, "parameters", position), "a parameter without name or place", "passed over")
        for name in re.findall(r"\{([^{}]*)\}", base + self.path):
            if ("path", name) not in found:
                parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                found["path", name] = parameter, self.where
                if name in self.path:
                    self.conflict(self.where, f"the parameter {name!r} of the path isn't described", "taken for a text")
        names = [name for _, name in found]
        for (place, name), (parameter, where) in found.items():
            if f"{{{name}}}" not in base + self.path and place == "path":
                continue
            said = {key: value for key, value in self.schema_of(parameter, where).items() if key in _TEXTS}
            says = said | {"in": place, "required": parameter.get("required") is True or place == "path"}
            if "example" in parameter:
                says |= {"example": parameter["example"]}
            clash = names.count(name) > 1 or (place == "header" and name.lower() == "authorization")
            default = f"request.{place}.{name}" if clash else f"request.{name}"
            record = _mapping(parameter.get("x-rules")).get("parameter")
            yield "parameter", default, (name,), says, record, self.successes(), where

    def schema_of(self, holder: dict[str, Any], where: Steps) -> dict[str, Any]:
        """What is said of a parameter's or header's value, references followed."""
        node: Any = holder.get("schema")
        at = (*where, "schema")
        if node is None:
            for media, content in _mapping(holder.get("content")).items():
                node, at = _mapping(content).get("schema"), (*where, "content", media, "schema")
        if not isinstance(node, dict):
            return {}
        parts, _ = reach(self.document.requests, Part(node=node, at=at), frozenset())
        return whole_of(parts)

    def authorization(self) -> Iterator[Asked]:
        schemes = _mapping(_mapping(self.document.tree.get("components")).get("securitySchemes"))
        wanted = self.node.get("security", self.document.tree.get("security"))
        ways = []
        for requirement in _listed(wanted):
            if not _mapping(requirement):
                return  # nothing is one of the ways
            way = []
            for name in requirement:
                scheme = _mapping(self.document.resolved(schemes.get(name))[0])
                said = scheme.get("x-credential", credential(scheme))
                if said is None:
                    self.conflict((*self.where, "security"), f"the credential {name!r} can't be told", "not judged")
                    return
                way.append(said)
            if way not in ways:
                ways.append(way)
        if not ways:
            return
        plain = ways[0][0] if len(ways) == 1 and len(ways[0]) == 1 else None
        says: dict[str, Json] = {"any": ways}
        if plain is not None and plain.get("in", "header") == "header":
            says = {"header": plain["header"], "scheme": plain["scheme"]}
        record = _mapping(self.node.get("x-rules")).get("authorization")
        yield "authorization", "request.authorization", (), says, record, self.successes(), (*self.where, "security")

    def envelope(self) -> Iterator[Asked]:
        records = _mapping(self.node.get("x-rules"))
        for kind in ("status", "media-type", "json"):
            yield kind, f"response.{kind}", (), {}, records.get(kind), (), (*self.where, "responses")

    def headers(self) -> Iterator[Asked]:
        found: dict[str, tuple[str, dict[str, Json], Any, list[str], Steps]] = {}
        for answer in self.answers:
            raw = _mapping(self.node.get("responses"))
            name = next((name for name in raw if str(name).upper() == answer.key.upper()), answer.key)
            response, at = self.document.resolved(raw.get(name))
            where = at or (*self.where, "responses", name)
            for title, raw_header in _mapping(_mapping(response).get("headers")).items():
                head, head_at = self.document.resolved(raw_header)
                head, head_at = _mapping(head), head_at or (*where, "headers", title)
                says = self.header(title, head, head_at)
                if says is None or title.lower() == "content-type":
                    continue
                record = _mapping(head.get("x-rules")).get("header")
                key = f"{kebab(title)}{says}"
                if key in found:
                    found[key][3].append(answer.key)
                    continue
                taken = any(default == f"response.{kebab(title)}" for default, *_ in found.values())
                default = f"response.{kebab(title)}" + (f"-{answer.key}" if taken else "")
                found[key] = default, says, record, [answer.key], head_at
        for default, says, record, keys, where in found.values():
            yield "header", default, (), says, record, tuple(keys), where

    def header(self, name: str, head: dict[str, Any], where: Steps) -> dict[str, Json] | None:
        """What is said of a header; None where an answer may have it or not, in any form."""
        schema = {
            key: value for key, value in self.schema_of(head, where).items() if key in _TEXTS and key != "default"
        }
        required = head.get("required") is True
        if required and schema.keys() <= {"type", "pattern"} and schema.get("type", "string") == "string":
            return {"name": name, "pattern": schema.get("pattern", "")}
        if not required and not schema.keys() - {"type"} and schema.get("type", "string") == "string":
            return None
        return {"name": name, "schema": schema, "required": required}


_RESERVED = frozenset({"request", "response", "success", "body"})


def _name(group: list[tuple[str, str, Steps, dict[str, Any]]]) -> str:
    """A body's name: its schema's where several answers share it, else its answer's key."""
    keys = list(dict.fromkeys(key for key, *_ in group))
    where = group[0][2]
    if len(keys) > 1 and where[:1] == ("components",):
        return kebab(str(where[2]))
    return keys[0]


def _examples(media: dict[str, Any], where: Steps, document: Document) -> Iterator[tuple[Steps, Json]]:
    """The whole answers that a media type, or its schema, shows."""
    if "example" in media:
        yield (*where, "example"), media["example"]
    for name, raw in _mapping(media.get("examples")).items():
        shown_one = _mapping(document.resolved(raw)[0])
        if "value" in shown_one:
            yield (*where, "examples", name, "value"), shown_one["value"]
    root = _mapping(document.resolved(media.get("schema"))[0])
    for position, value in enumerate(_listed(root.get("examples"))):
        if value is not None:
            yield (*where, "schema", "examples", position), value


def _with_statuses(answers: list[Answer]) -> list[Answer]:
    """Each answer with a status that it stands for, and no other does."""
    from dataclasses import replace

    taken = {answer.status for answer in answers}
    found = []
    for answer in answers:
        if answer.status == 0:
            first = 200 if answer.success else 500
            low = int(answer.key[0]) * 100 if answer.key != "default" else first
            status = next(code for code in (*range(low, low + 100), *range(200, 600)) if code not in taken)
            taken.add(status)
            found.append(replace(answer, status=status))
        else:
            found.append(answer)
    return sorted(found, key=lambda answer: answer.status)


def _records(own: dict[str, Any], part: str, kind: Any) -> tuple[Any, ...]:
    """The conflicts, waivers, unaccounted sentences or reviewed blocks that a document of ours carries."""
    made = []
    for record in _listed(own.get(part)):
        plain = {key: _part(key, value) for key, value in _mapping(record).items()}
        try:
            made.append(kind(**plain))
        except TypeError:
            continue
    return tuple(made)


def _part(key: str, value: Any) -> Any:
    if key == "sources":
        return tuple(Source(**one) for one in _listed(value) if isinstance(one, dict))
    return tuple(_listed(value)) if key == "digests" else value


def _reviewed(own: dict[str, Any]) -> Reviewed | None:
    said = own.get("reviewed")
    if not isinstance(said, dict):
        return None
    plain = {key: value for key, value in said.items() if key != "blocks"}
    try:
        return Reviewed(**plain, blocks=_records(said, "blocks", Block))
    except TypeError:
        return None
