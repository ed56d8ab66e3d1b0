"""The examples that a document gives of its answers: those that keep its rules, and where it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from contracts.model.contract import Body, Conflict, Source
from contracts.model.document import Document, Steps, found_at, reached, shown, steps_of
from contracts.model.json import Json, Path, dotted
from contracts.rules import kind_of
from contracts.rules.error_paths import Assertion, assertion
from contracts.rules.places import Place, or_null
from contracts.rules.validators import Error, Undecided, Validators

WholeAnswers = dict[str, tuple[tuple[Steps, Json], ...]]
"""For each body the whole answers that a document shows of it, and where."""


class Examples:
    """The whole answers that an operation shows, held against its bodies when that is first asked for.

    `whole` holds them for each body, with where they stand; `page` is what messages call the document.
    """

    def __init__(
        self, document: Document, validators: Validators, page: str, bodies: dict[str, Body], whole: WholeAnswers
    ) -> None:
        self._document, self._validators = document, validators
        self._page, self._bodies, self._whole = page, bodies, whole

    def settle(self) -> None:
        """Decides how the document is read, where an example has a say in that."""
        _ = self._examined

    @property
    def kept(self) -> tuple[tuple[str, Json], ...]:
        """The examples that keep the rules, each with the name of its body."""
        return self._examined[0]

    @property
    def broken(self) -> frozenset[tuple[str, str, Path]]:
        """The rules that an example breaks, by body, kind and place."""
        return self._examined[1]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Where an example breaks a rule, or was read as meant because of one."""
        return self._examined[2]

    @cached_property
    def _examined(self) -> tuple[tuple[tuple[str, Json], ...], frozenset[tuple[str, str, Path]], tuple[Conflict, ...]]:
        kept: list[tuple[str, Json]] = []
        broken: set[tuple[str, str, Path]] = set()
        conflicts: dict[Conflict, None] = {}
        for name, listed in self._whole.items():
            for where, value in listed:
                problems = self._problems(self._bodies[name].at, where, value, conflicts)
                if not problems:
                    kept.append((name, value))
                for place, kind, told in problems:
                    broken.add((name, kind, place))
                    conflicts[self._conflict(place, where, told, "the rule stands, as drift")] = None
        return tuple(kept), frozenset(broken), tuple(conflicts)

    def partly(self, parts: Iterable[tuple[str, Place]]) -> Iterator[Conflict]:
        """Where the example of a part of a body breaks what stands beside it; that is no answer, so the rule stands."""
        seen: dict[Conflict, None] = {}
        for _, place in parts:
            for part in place.parts if place.at else ():
                listed = part.node.get("examples")
                for position, value in enumerate(listed if isinstance(listed, list) else ()):
                    if value is None or self._validators.keeps(part.at, value) is not False:
                        continue
                    for error in self._errors(part.at, value)[:1]:
                        told = assertion(self._document.answers, part.at, error.path)
                        where = (*part.at, "examples", position)
                        seen[self._conflict((*place.at, *told.place), where, told, "the rule stands")] = None
        yield from seen

    def _conflict(self, place: Path, where: Steps, told: Assertion, decided: str) -> Conflict:
        return Conflict(
            field=dotted(place),
            problem=f"the example breaks `{told.keyword}`",
            decided=f"{decided}, and the example is not used",
            sources=(self._source((*told.at, told.keyword)), self._source(where, shown=True)),
        )

    def _source(self, where: Steps, *, shown: bool = False) -> Source:
        line = self._document.line(where)
        return Source(page=self._page, line=line, kind="example" if shown else "documented")

    def _problems(
        self, at: Steps, where: Steps, value: Json, conflicts: dict[Conflict, None]
    ) -> list[tuple[Path, str, Assertion]]:
        """What an example breaks: place, kind, and where it stands."""
        if self._validators.keeps(at, value):
            return []
        for error in self._errors(at, value):
            told = assertion(self._document.answers, at, error.path)
            if told.keyword == "oneOf" and not (error.inner or or_null(told.node) or "anyOf" in told.node):
                conflicts[self._read_as_any(told, where)] = None
        problems = []
        for error in self._errors(at, value):
            told = assertion(self._document.answers, at, error.path)
            kind = kind_of(told.keyword, told.node) or told.keyword
            missing = error.missing if kind == "required" else ()
            problems += [((*told.place, name), kind, told) for name in missing] or [(told.place, kind, told)]
        return problems

    def _errors(self, at: Steps, value: Json) -> tuple[Error, ...]:
        try:
            return self._validators.fast_errors(at, value)
        except Undecided:
            return ()

    def _read_as_any(self, told: Assertion, where: Steps) -> Conflict:
        """Reads an overlapping `oneOf` as `anyOf`, in every view of the document."""
        lines = self._source((*told.at, "oneOf")), self._source(where, shown=True)
        for tree in (self._document.tree, self._document.answers, self._document.requests):
            node = reached(tree, told.at)
            if "oneOf" in node:
                node["anyOf"] = node.pop("oneOf")
        self._validators.forget()
        return Conflict(
            field=dotted(told.place),
            problem=f"the document's own example keeps several alternatives of `oneOf` at {shown(told.at)}",
            decided="read as meant: any of them",
            sources=lines,
        )


def noted(document: Document, at: Steps, page: str) -> Iterator[Conflict]:
    """What was noted when a document was read, of all that the operation at a place refers to."""
    if not document.doubts:
        return
    reading = _read_by(document.tree, at)
    for doubt in document.doubts:
        if doubt.at == ("openapi",) or any(doubt.at[:depth] in reading for depth in range(1, len(doubt.at) + 1)):
            source = Source(page=page, line=document.line(doubt.at), kind="documented")
            yield Conflict(field=shown(doubt.at), problem=doubt.problem, decided=doubt.decided, sources=(source,))


def _read_by(tree: dict[str, Any], at: Steps) -> set[Steps]:
    """The places of a document that an operation reads: its own, its path's parameters, all that they refer to."""
    found = {at, (*at[:-1], "parameters")}
    waiting = [reached(tree, at), reached(tree, at[:-1]).get("parameters")]
    while waiting:
        value = waiting.pop()
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        reference = value.get("$ref") if isinstance(value, dict) else None
        if isinstance(reference, str) and reference.startswith("#") and steps_of(reference) not in found:
            found.add(steps_of(reference))
            waiting.append(found_at(tree, steps_of(reference)))  # None, of data of the vendor's own
    return found
