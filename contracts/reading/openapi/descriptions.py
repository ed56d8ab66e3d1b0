"""What the texts of a description promise beyond its schemas, by the same table of phrases as a page's.

What is understood is put into the document's normal form, where it is a rule like any other; what sounds like a promise
and isn't understood is listed. The table is loaded where a text sounds like a promise: most don't.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from contracts.model.contract import SUCCESS, Conflict, Contract, Source, Unaccounted
from contracts.model.document import Document, Steps, found_at, reached
from contracts.model.json import Json, Path, dotted
from contracts.reading.page.normative_words import ring
from contracts.rules import KINDS
from contracts.rules.places import Part, Place, whole_of

if TYPE_CHECKING:
    from contracts.model.page import Sentence
    from contracts.reading.page.phrases import NullMeans, Reading, Values


class Descriptions:
    """Reads the texts of one document, each once; `changed` counts what was put into its normal form."""

    def __init__(self, document: Document, page: str) -> None:
        self._document, self._page = document, page
        self._known: dict[int, tuple[Sentence, ...]] = {}
        self.conflicts: dict[Steps, Conflict] = {}
        self.changed = 0

    def read(self, bodies: dict[str, tuple[Place, ...]]) -> tuple[Unaccounted, ...]:
        """Reads what is said of the places of some bodies; the sentences that nothing answers for."""
        found: dict[tuple[str, str], Unaccounted] = {}
        for name, places in bodies.items():
            for place in places:
                field = _called(name, place.at)
                for part in place.parts:
                    for sentence in self._part(part, place):
                        found[field, sentence.digest] = _unaccounted(field, sentence)
        return tuple(found.values())

    def outside(self, contract: Contract) -> tuple[Unaccounted, ...]:
        """The sentences about an operation's parameters and answers that nothing answers for."""
        found = []
        for rule in contract.about("request", "parameter"):
            node = found_at(self._document.tree, rule.locations[0])
            found += [_unaccounted(rule.at[0], one) for one in self._ringing(node, rule.locations[0])]
        for answer in contract.answers:
            where = (*contract.at, "responses", answer.key)
            found += [_unaccounted("", one) for one in self._ringing({"description": answer.description}, where)]
        return tuple(found)

    def _ringing(self, node: Any, where: Steps) -> Iterator[Sentence]:
        text = node.get("description") if isinstance(node, dict) else None
        if isinstance(text, str) and ring(text):
            from contracts.reading.page.limits import Limits
            from contracts.reading.page.phrases import Legend

            line = self._document.line((*where, "description"))
            for sentence, reading in _readings(text, line):
                if ring(sentence.text) and (reading is None or isinstance(reading, Limits | Legend)):
                    yield sentence

    def _part(self, part: Part, place: Place) -> tuple[Sentence, ...]:
        """The sentences about a schema that ring and aren't understood; what is understood is asserted there."""
        known = self._known.get(id(part.node))
        if known is not None:
            return known
        left: list[Sentence] = []
        text = part.node.get("description")
        if isinstance(text, str) and ring(text):
            line = self._document.line((*part.at, "description"))
            for sentence, reading in _readings(text, line):
                taken = reading is not None and self._assert(reading, part, place, sentence)
                if ring(sentence.text) and not taken:
                    left.append(sentence)
        self._known[id(part.node)] = tuple(left)
        return self._known[id(part.node)]

    def _assert(self, reading: Reading, part: Part, place: Place, sentence: Sentence) -> bool:
        """True where what a sentence says is asserted by the schema now, or promises nothing of an answer."""
        from contracts.reading.page.phrases import Flags, Nullable, NullMeans, Present, Values, Writable

        whole = whole_of(place.parts, null=place.null)
        types = whole.get("type")
        listed = [types] if isinstance(types, str) else list(types or ())
        if isinstance(reading, Nullable):
            return "null" in listed or self._nullable(part, listed, sentence)
        if isinstance(reading, Values) and listed in (["string"], ["string", "null"]):
            return set(reading.values) == set(map(str, whole.get("enum", ()))) or self._values(part, whole, reading)
        properties = whole.get("properties", {})
        if isinstance(reading, NullMeans) and {reading.null, reading.other} <= properties.keys():
            return self._condition(part, reading, sentence)
        if isinstance(reading, Flags) and set(reading.names) <= properties.keys():
            return self._required(part.at, reading.names)
        if isinstance(reading, Present) and part.at[-2:-1] == ("properties",):
            return self._required(part.at[:-2], (str(part.at[-1]),))
        return isinstance(reading, Writable)

    def _nullable(self, part: Part, listed: list[str], sentence: Sentence) -> bool:
        if not isinstance(part.node.get("type"), str) or len(listed) != 1:
            return False
        self._edit(part.at, {"type": [*listed, "null"]})
        source = Source(page=self._page, line=sentence.line, kind="documented")
        self.conflicts[part.at] = Conflict(
            field=dotted(tuple(str(step) for step in part.at[-1:])),
            problem="the schema gives a type without null, the description says that it may be null",
            decided="the description is followed: null is allowed",
            sources=(source,),
        )
        return True

    def _values(self, part: Part, whole: dict[str, Any], reading: Values) -> bool:
        if "enum" in whole or "const" in whole or "type" not in part.node:
            return False
        null = [None] if "null" in part.node["type"] and not isinstance(part.node["type"], str) else []
        self._edit(part.at, {"enum": [*reading.values, *null]})
        return True

    def _required(self, at: Steps, names: tuple[str, ...]) -> bool:
        known = reached(self._document.tree, at).get("required", ())
        more = [name for name in names if name not in known]
        if more:
            self._edit(at, {"required": [*known, *more]})
        return True

    def _condition(self, part: Part, reading: NullMeans, sentence: Sentence) -> bool:
        says: dict[str, Json] = {
            "when": {"path": [reading.null], "is": [None]},
            "then": {"path": [reading.other], "is": [reading.value]},
        }
        source: dict[str, Json] = {"page": self._page, "line": sentence.line, "kind": "documented"}
        entry = KINDS["condition"].fragment(says) | {"x-rule": {"sources": [source]}}
        self._edit(part.at, {"allOf": [*part.node.get("allOf", ()), entry]})
        return True

    def _edit(self, at: Steps, more: dict[str, Any]) -> None:
        """Puts keywords into a schema, in every view of the document."""
        self.changed += 1
        seen: set[int] = set()
        for tree in (self._document.tree, self._document.answers, self._document.requests):
            node = found_at(tree, at)
            if isinstance(node, dict) and id(node) not in seen:
                seen.add(id(node))
                node.update(more)


def _readings(text: str, line: int) -> Iterator[tuple[Sentence, Reading | None]]:
    """The sentences of a description, all at its line, each with what it is understood to promise.

    What marks code or stress in Markdown is no wording.
    """
    from contracts.reading.page.promising_sentences import understand
    from contracts.reading.page.sentence_splitting import sentences

    plain = text.replace("`", "").replace("**", "")
    for sentence in sentences((line, one) for one in plain.splitlines()):
        yield sentence, understand(sentence.text)


def _called(name: str, at: Path) -> str:
    return dotted(at if name == SUCCESS else (name, *at)) if at or name != SUCCESS else ""


def _unaccounted(field: str, sentence: Sentence) -> Unaccounted:
    return Unaccounted(field=field, line=sentence.line, digest=sentence.digest, text=sentence.text)
