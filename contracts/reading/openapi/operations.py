"""The contracts of a document, one for each operation, each with the index over what is promised of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from contracts.model.contract import (
    SUCCESS,
    WEBHOOK,
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
from contracts.model.document import METHODS, Document, Steps, reached, shown, steps_of
from contracts.model.json import Json, as_list, as_mapping, as_text
from contracts.model.text import kebab
from contracts.reading.openapi.request_and_envelope import Envelope, Promise, examples_of
from contracts.rules.exchange import is_json
from contracts.rules.listing import Listing
from contracts.rules.rule_maker import RuleMaker
from contracts.rules.validators import Validators

if TYPE_CHECKING:
    from contracts.reading.openapi.descriptions import Descriptions

_KEY = re.compile(r"[1-5][0-9][0-9]|[1-5]XX|default", re.IGNORECASE)
_BODILESS = frozenset({"204", "205", "304"})
_EMPTY = re.compile(
    r"\bbody is (?:always )?empty\b|\b(?:no|an empty|without an?y?) (?:response )?body\b", re.IGNORECASE
)
_BOTH = "both keep it: an empty one, and one of that form"
_LONGEST_SLUG = 100


def contracts_of(document: Document) -> tuple[Contract, ...]:
    """The contracts of the document's operations, in its order."""
    validators, descriptions = Validators(document.answers), _descriptions(document)
    found = []
    for path, raw in as_mapping(document.tree.get("paths")).items():
        item, at = document.resolved(raw)
        item = as_mapping(item)
        for method in METHODS:
            if isinstance(item.get(method), dict):
                where = (*(at or ("paths", path)), method)
                found.append(_Operation(document, validators, path, item, method, where).contract(descriptions))
    return tuple(found)


def _descriptions(document: Document) -> Callable[[], Descriptions]:
    """What reads the texts of a document, once anybody wants that: documents from pages do without."""

    @cache
    def made() -> Descriptions:
        from contracts.reading.openapi.descriptions import Descriptions

        return Descriptions(document, document.name)

    return made


def webhooks_of(document: Document) -> tuple[Contract, ...]:
    """The contracts of what the document's webhooks send, in its order, as far as that is JSON of a known form.

    The body that is sent stands where an operation's contract has that of its success.
    """
    validators, descriptions = Validators(document.answers), _descriptions(document)
    found = []
    for name, raw in as_mapping(document.tree.get("webhooks")).items():
        item, at = document.resolved(raw)
        item = as_mapping(item)
        for method in METHODS:
            if isinstance(item.get(method), dict):
                where = (*(at or ("webhooks", name)), method)
                found.append(_Webhook(document, validators, str(name), item, method, where).contract(descriptions))
    return tuple(contract for contract in found if contract.bodies)


class _Operation:
    """Reads one operation."""

    def __init__(  # noqa: PLR0913, PLR0917  where it stands, and what all of a document share
        self, document: Document, validators: Validators, path: str, item: dict[str, Any], method: str, where: Steps
    ) -> None:
        self.document, self.validators = document, validators
        self.path, self.item, self.method, self.where = path, item, method, where
        self.node: dict[str, Any] = item[method]
        self.own = as_mapping(self.node.get("x-contract"))
        self.page = as_text(self.own.get("page")) or document.name
        self.answers: list[Answer] = []
        self.bodies: dict[str, Body] = {}
        self.shown: dict[str, list[tuple[Steps, Json]]] = {}
        self.conflicts: list[Conflict] = []

    def contract(self, descriptions: Callable[[], Descriptions]) -> Contract:
        """The contract, with what `descriptions` reads in the texts about it, unless they come from a page."""
        server, base = self.address()
        self.read_answers()
        title = as_text(self.node.get("summary")) or as_text(self.node.get("operationId"))
        title = title or f"{self.called} {self.path}"
        slug = as_text(self.own.get("slug")) or kebab(title)
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", slug):
            slug = kebab(slug)[:_LONGEST_SLUG].strip("-")
        around = self.around(base)  # which may note conflicts
        listing = Listing(
            self.document,
            self.where,
            validators=self.validators,
            page=self.page,
            bodies=self.bodies,
            around=around,
            whole={name: tuple(listed) for name, listed in self.shown.items()},
            conflicts=(*_records(self.own, "conflicts", Conflict), *self.conflicts),
            descriptions=None if "page" in self.own else descriptions(),
        )
        return Contract(
            slug=slug,
            title=title,
            method=self.called,
            server=server,
            path=base + self.path,
            page=self.page,
            document=self.document,
            at=self.where,
            answers=tuple(self.answers),
            bodies=self.bodies,
            index=listing,
            waivers=_records(self.own, "waivers", Waiver),
            sentences=_records(self.own, "unaccounted", Unaccounted),
            reviewed=_reviewed(self.own),
        )

    @property
    def called(self) -> str:
        """The contract's method."""
        return self.method.upper()

    def around(self, base: str) -> tuple[Promise, ...]:
        """What is promised of the request and around the answers."""
        rule_maker = RuleMaker(self.document, self.page, {})
        return Envelope(rule_maker, self.item, self.where, tuple(self.answers), self.conflict).promises(
            base + self.path
        )

    def described(self) -> Iterator[tuple[str, Any, Steps]]:
        """The answers by their keys, and where each stands."""
        for key, raw in as_mapping(self.node.get("responses")).items():
            if _KEY.fullmatch(str(key)):
                known = str(key).upper() if str(key).lower() != "default" else "default"
                yield known, raw, (*self.where, "responses", key)

    def address(self) -> tuple[str, str]:
        """Scheme and host, and base path, of the server that stands nearest."""
        servers = self.node.get("servers") or self.item.get("servers") or self.document.tree.get("servers")
        first = as_mapping(next(iter(as_list(servers)), None))
        url = as_text(first.get("url"))
        for name, variable in as_mapping(first.get("variables")).items():
            url = url.replace("{" + name + "}", str(as_mapping(variable).get("default", "")))
        try:
            parts = urlsplit(url)
        except ValueError:
            return "", ""
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "", parts.path.rstrip("/")

    # Answers and bodies

    def read_answers(self) -> None:
        responses = {key: (raw, where) for key, raw, where in self.described()}
        good = any(key.startswith("2") for key in responses)
        found: dict[int, list[tuple[str, str, Steps, dict[str, Any]]]] = {}
        answers: dict[str, tuple[Any, ...]] = {}
        for key, (raw, own) in responses.items():
            response, at = self.document.resolved(raw)
            response = as_mapping(response)
            where = at or own
            success = key.startswith("2") or (key == "default" and not good)
            keyword = "x-content" if "content" not in response and "x-content" in response else "content"
            content = as_mapping(response.get(keyword))
            for media, raw_media in content.items():
                node = as_mapping(self.document.resolved(raw_media)[0])
                schema = node.get("schema")
                if (is_json(media) or "*" in media) and isinstance(schema, dict):
                    root, here = self.named(schema, (*where, keyword, media, "schema"))
                    if isinstance(root, dict):
                        found.setdefault(id(root), []).append((key, media, here, node))
            empty = keyword == "x-content" or not content or key in _BODILESS
            if content and _EMPTY.search(as_text(response.get("description"))):
                empty = True
                self.conflict((*where, "content"), "its words say that it has no body, and one is described", _BOTH)
            if content and key in _BODILESS:
                self.conflict(
                    (*where, "content"), f"a {key} has no body, and one is described", "an empty one keeps it"
                )
            answers[key] = (success, as_text(response.get("description")), tuple(content), empty)
        self.name_bodies(found, answers)

    def named(self, schema: Any, at: Steps) -> tuple[Any, Steps]:
        """The schema that a reference calls by its name alone, and where it is; else the schema itself."""
        while isinstance(schema, dict) and "$ref" in schema and schema.keys() <= _NAMING:
            if not schema["$ref"].startswith("#"):
                break
            at = steps_of(schema["$ref"])
            schema = reached(self.document.tree, at)
        return schema, at

    def name_bodies(
        self, found: dict[int, list[tuple[str, str, Steps, dict[str, Any]]]], answers: dict[str, tuple[Any, ...]]
    ) -> None:
        """Names each body, and gives each answer its own."""
        good = [group for group in found.values() if any(answers[key][0] for key, *_ in group)]
        named: dict[tuple[str, str], str] = {}
        for group in found.values():
            sole = len(good) == 1 and group is good[0]
            name = SUCCESS if sole else _name(group, reached(self.document.tree, group[0][2]))
            if name in self.bodies or (name in _RESERVED and not sole):
                name = f"{group[0][0]}.{group[0][1]}"
            self.bodies[name] = Body(name=name, at=group[0][2])
            for key, media, where, node in group:
                named[key, media] = name
                self.shown.setdefault(name, []).extend(examples_of(node, where[:-1], self.document))
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


class _Webhook(_Operation):
    """Reads what one webhook sends: the body of its request, as if it were an answer that a client gets."""

    @property
    def called(self) -> str:
        return WEBHOOK

    def around(self, _base: str) -> tuple[Promise, ...]:
        return ()

    def described(self) -> Iterator[tuple[str, Any, Steps]]:
        yield "200", self.node.get("requestBody"), (*self.where, "requestBody")

    def address(self) -> tuple[str, str]:
        return "", ""


_NAMING = frozenset({"$ref", "title", "description", "summary", "$comment", "examples", "deprecated"})
"""What may stand beside a reference and asserts nothing."""
_RESERVED = frozenset({"request", "response", "success", "body"})


def _name(group: list[tuple[str, str, Steps, dict[str, Any]]], schema: Any) -> str:
    """A body's name: its schema's where several answers share it, else its answer's key.

    In a document of ours a schema may stand under another name than it had, since that was taken.
    """
    keys = list(dict.fromkeys(key for key, *_ in group))
    where = group[0][2]
    if len(keys) > 1 and where[:1] == ("components",):
        return kebab(as_text(as_mapping(schema).get("x-called")) or str(where[2]))
    return keys[0]


def _with_statuses(answers: list[Answer]) -> list[Answer]:
    """Each answer with a status that it stands for, and no other does."""
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


# What a document of ours carries beside its promises


def _records(own: dict[str, Any], part: str, kind: Any) -> tuple[Any, ...]:
    """The conflicts, waivers, unaccounted sentences or reviewed blocks that a document of ours carries."""
    made = []
    for record in as_list(own.get(part)):
        try:
            made.append(kind(**{key: _part(key, value) for key, value in record.items()}))
        except (TypeError, AttributeError):
            continue
    return tuple(made)


def _part(key: str, value: Any) -> Any:
    if key == "sources":
        return tuple(Source(**one) for one in as_list(value) if isinstance(one, dict))
    return tuple(as_list(value)) if key == "digests" else value


def _reviewed(own: dict[str, Any]) -> Reviewed | None:
    """What was reviewed of the vendor's page, None where nothing was."""
    said = own.get("reviewed")
    if not isinstance(said, dict):
        return None
    plain = {key: value for key, value in said.items() if key != "blocks"}
    try:
        return Reviewed(**plain, blocks=_records(said, "blocks", Block))
    except TypeError:
        return None
