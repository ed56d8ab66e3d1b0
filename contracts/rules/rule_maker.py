"""What the places of a body state, each keyword as a rule with its name, its strength and where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from contracts.model.contract import LEVELS, REQUEST, RESPONSE, SUCCESS, Level, Rule, Source
from contracts.model.document import Document, Steps
from contracts.model.json import Json, Path, as_text
from contracts.rules import KINDS, kind_of
from contracts.rules.conditions import condition_id
from contracts.rules.kind import rule_id
from contracts.rules.places import Part, Place, merged, or_null, reach, whole_of


class RuleMaker:
    """Makes the rules of one operation's bodies from their places; `page` is where they are written."""

    def __init__(self, document: Document, page: str, places: dict[str, tuple[Place, ...]]) -> None:
        self.document, self.page, self.places = document, page, places
        self._places_at = {(name, place.at): place for name, listed in places.items() for place in listed}

    def place(self, target: str, at: Path) -> Place | None:
        """What is said at a place of a body."""
        return self._places_at.get((target, at))

    def of_body(self, name: str) -> Iterator[Rule]:
        """The rules of every place of a body, and the one about what isn't documented."""
        root = self.places[name][0]
        record = next(
            (part.node["x-rules"]["closed"] for part in root.parts if "closed" in part.node.get("x-rules", {})), None
        )
        asserted = any(part.node.get("additionalProperties") is False for part in root.parts)
        if len(self.places[name]) > 1 or asserted:
            default = f"{RESPONSE if name == SUCCESS else name}.undocumented-field"
            rule = self.made("closed", (), {}, record, root.parts[0].at, target=name, default=default)
            yield replace(rule, level="violation") if asserted and record is None else rule
        for place in self.places[name]:
            yield from self._at(name, place)

    def _at(self, name: str, place: Place) -> Iterator[Rule]:
        """The rules of one place, each once, with all that assert it."""
        whole = merged(place)
        stated: dict[str, list[Steps]] = {}
        records: dict[str, Any] = {}
        for part in place.parts:
            known = part.node.get("x-rules", {})
            for keyword in part.node:
                kind = kind_of(keyword, part.node)
                if kind == "additionalProperties" and (not place.at or self.closed_whole(name)):
                    continue  # a matter of the closed body
                if kind and kind not in _APART and not (kind in _CHOICES and self._is_plain(part, kind)):
                    stated.setdefault(kind, []).append((*part.at, keyword))
                    records.setdefault(kind, known.get(kind))
            yield from self._presence(name, place, part)
            if "if" in part.node:
                yield self.condition(name, place.at, part.node, part.at)
        for kind, locations in stated.items():
            says = KINDS[kind].parse(whole)
            if says is not None:
                rule = self.made(kind, place.at, says, records[kind], locations[0], target=name)
                yield replace(rule, locations=tuple(locations))

    def _is_plain(self, part: Part, keyword: str) -> bool:
        """True where a choice is an "or null" and no more; one beside what is null already is broken by null itself."""
        wrapper = or_null(part.node)
        if wrapper is None or wrapper[0] != keyword or keyword == "anyOf":
            return wrapper is not None and wrapper[0] == keyword
        option = Part(node=part.node[keyword][wrapper[1]], at=(*part.at, *wrapper))
        parts, _ = reach(self.document.answers, option, frozenset())
        whole = whole_of(parts)
        types, values = whole.get("type", "null"), whole.get("enum", [whole.get("const")])
        return "null" not in types or not (None in values or any(or_null(one.node) for one in parts))

    def _presence(self, name: str, place: Place, part: Part) -> Iterator[Rule]:
        for wanted in part.node.get("required", ()):
            at = (*place.at, wanted)
            record = self._required_record(name, at)
            yield self.made("required", at, {}, record, (*part.at, "required"), target=name)

    def _required_record(self, name: str, at: Path) -> Any:
        place = self._places_at.get((name, at))
        for part in place.parts if place else ():
            if "required" in part.node.get("x-rules", {}):
                return part.node["x-rules"]["required"]
        return None

    def condition(self, name: str, at: Path, node: Any, where: Steps) -> Rule:
        """The rule of a node that holds `if`."""
        says = KINDS["condition"].parse(node)
        kind, default = ("condition", condition_id(name, at, says)) if says else ("if", "")
        says = says or {name: node[name] for name in ("if", "then", "else") if name in node}
        return self.made(kind, at, says, node.get("x-rule"), (*where, "if"), target=name, default=default)

    def made(  # noqa: PLR0913  the parts of a rule
        self, kind: str, at: Path, says: dict[str, Json], record: Any, where: Steps, *, target: str = "",
        default: str = "", answers: tuple[str, ...] = (),
    ) -> Rule:  # fmt: skip
        """A rule, written at `where`; what a record beside it tells counts more than its `default` id.

        Of a rule about a body, `target` is the body's name, and the id follows from place and kind.
        """
        known = record if isinstance(record, dict) else {}
        target = target or (REQUEST if kind in {"parameter", "parameter-range", "authorization"} else RESPONSE)
        level = known.get("level")
        summary = known.get("summary")
        named = at if target in {SUCCESS, REQUEST, RESPONSE} else (target, *at)
        return Rule(
            id=as_text(known.get("id")) or default or rule_id(target, at, kind),
            kind=kind,
            target=target,
            says=says,
            summary=summary if isinstance(summary, str) else KINDS[kind].sentence(named, says),
            sources=self._sources(known, where),
            at=at,
            level=cast("Level", level) if level in LEVELS else KINDS[kind].level,
            answers=answers,
            locations=(where,),
        )

    def _sources(self, record: dict[str, Any], where: Steps) -> tuple[Source, ...]:
        listed = record.get("sources")
        found = tuple(_source(one) for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
        return found or (Source(page=self.page, line=self.document.line(where), kind="documented"),)

    def closed_whole(self, target: str) -> bool:
        """True where the whole body is closed by one rule of the document's own."""
        return any("closed" in part.node.get("x-rules", {}) for part in self.places[target][0].parts)


_CHOICES = frozenset({"anyOf", "oneOf"})
_APART = frozenset({"if", "required"})
"""Kinds that are listed one by one: a condition each, a name each."""


def _source(record: dict[str, Any]) -> Source:
    line, kind = record.get("line"), record.get("kind")
    return Source(
        page=as_text(record.get("page")),
        line=line if isinstance(line, int) else 0,
        kind=kind if kind in ("documented", "example", "assumed") else "documented",
        hand=record.get("hand") is True,
    )
