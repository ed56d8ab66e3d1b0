"""What a page asks of its requests: the credential, the parameters, and the body in each of its forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from contracts.model.contract import REQUEST, Conflict, Field, Rule, Source
from contracts.model.frozen import frozen
from contracts.model.json import Json
from contracts.model.page import Entry, Page, Section
from contracts.reading.hand import made_rule
from contracts.reading.page.field_promises import Body, body_of
from contracts.reading.page.values_in_prose import stated
from contracts.reading.page_bodies import field_at, rules_of
from contracts.rules.asked_bodies import asked_target
from contracts.rules.texts import WIDTHS

PARAMETER_SECTIONS: tuple[Section, ...] = ("path", "query", "header")


def parameters(page: Page, success: str) -> Iterator[Rule]:
    """The credential and the parameters; what the template names and no list explains is a text."""
    if page.auth:
        entry = next((entry for entry in page.section("auth") if entry.name == page.auth), None)
        line = entry.lines.get("name", 1) if entry else page.lines.get("auth", 1)
        source = Source(page=page.name, line=line, kind="documented")
        says: dict[str, Json] = {"header": page.auth, "scheme": page.scheme}
        yield made_rule("request.authorization", "authorization", "request", (), says, (source,), answers=(success,))
    listed = [stated(entry) for section in PARAMETER_SECTIONS for entry in page.section(section)]
    if page.auth:  # the credential, wherever it is listed, is no parameter as well
        listed = [entry for entry in listed if (entry.section, entry.name.lower()) != ("header", page.auth.lower())]
    names = [entry.name for entry in listed]
    for entry in listed:
        clash = names.count(entry.name) > 1 or entry.name.lower() == "authorization"
        own_id = f"request.{entry.section}.{entry.name}" if clash else f"request.{entry.name}"
        source = Source(page=page.name, line=entry.lines.get("name", 1), kind="documented")
        says = _parameter(entry)
        yield made_rule(own_id, "parameter", "request", (entry.name,), says, (source,), answers=(success,))
    paths = {entry.name for entry in page.section("path")}
    for name in dict.fromkeys(re.findall(r"\{([^{}/]+)\}", page.path)):
        if name not in paths:
            says = {"in": "path", "required": True, "type": "string"}
            own_id = f"request.path.{name}" if name in names else f"request.{name}"
            source = Source(page=page.name, line=page.lines.get("path", 1), kind="assumed")
            yield made_rule(own_id, "parameter", "request", (name,), says, (source,), answers=(success,))


def _parameter(entry: Entry) -> dict[str, Json]:
    says: dict[str, Json] = {"in": entry.section, "required": entry.required or entry.section == "path"}
    if len(entry.types) == 1:
        says["type"] = entry.types[0]
    if entry.format:
        says["format"] = entry.format
    if entry.format in WIDTHS and entry.types == ("integer",):
        says |= {"minimum": -WIDTHS[entry.format], "maximum": WIDTHS[entry.format] - 1}
    if entry.enum and entry.types != ("array",):
        says["enum"] = list(entry.enum)
    return says | {name: value for name, value in entry.constraints if name != "default"}


@frozen
class Asked:
    """The bodies that a page's requests may have: the target of each media type, and what is said of each target."""

    media: dict[str, str]
    bodies: dict[str, Body]

    def rules(self, success: str) -> Iterator[Rule]:
        """What is asked of them; an example shows no more than one request, and promises nothing."""
        for target, heard in self.bodies.items():
            yield from rules_of(heard, tuple(heard.outline.walk()), target, success)

    def fields(self) -> Iterator[Field]:
        """The places that the page lists."""
        for target, heard in self.bodies.items():
            yield from (field_at(heard, at, target) for at in heard.outline.walk() if at)

    def conflicts(self) -> Iterator[Conflict]:
        """Where the page contradicts itself."""
        for heard in self.bodies.values():
            yield from (replace(one, field=f"{REQUEST} {one.field}") for one in heard.conflicts)


def asked(page: Page) -> Asked:
    """The bodies of a page's requests; media types that list the same share one. A choice of shapes has no fields."""
    media: dict[str, str] = {}
    bodies: dict[str, Body] = {}
    forms: dict[tuple[tuple[int, ...], bool], str] = {}
    for name, is_list in page.body.items():
        entries = () if page.choice else tuple(one for one in page.section("body") if name in (one.media or (name,)))
        form = tuple(map(id, entries)), is_list
        if form not in forms:
            forms[form] = asked_target(name, len(forms))
            bodies[forms[form]] = body_of(_as_answer(page, entries, is_list=is_list))
        media[name] = forms[form]
    return Asked(media=media, bodies=bodies)


def _as_answer(page: Page, entries: tuple[Entry, ...], *, is_list: bool) -> Page:
    """A page whose answer is the request's body, without an example."""
    line = page.lines.get("body") or next((entry.lines.get("name", 1) for entry in entries), 1)
    return replace(
        page,
        entries=tuple(replace(entry, section="response") for entry in entries if not entry.read_only),
        array=is_list,
        example=(),
        example_lines={},
        lines={"response": line},
    )
