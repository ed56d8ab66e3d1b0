"""The rules of one operation, listed from its document: each keyword at each place of each body, and the envelope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property, partial
from typing import Protocol, cast

from contracts.model.contract import Body, Conflict, Contract, Field, Rule, Unaccounted
from contracts.model.document import Document, Steps, steps_of
from contracts.model.json import Json, Path
from contracts.rules import KINDS, kind_of, ordered
from contracts.rules.documented_examples import Examples, WholeAnswers, noted
from contracts.rules.error_paths import Assertion, assertion
from contracts.rules.instance import ABSENT, find, replaced
from contracts.rules.legal_bodies import NoAnswer, legal_body, legal_part, mended
from contracts.rules.places import Part, Place, field_of, inside, places_of, reach
from contracts.rules.rule_maker import RuleMaker
from contracts.rules.texts import matches
from contracts.rules.validators import Error, Validators


class Descriptions(Protocol):
    """What the texts of a document promise; `changed` grows with what of it was put into the document."""

    changed: int
    conflicts: dict[Steps, Conflict]

    def read(self, bodies: dict[str, tuple[Place, ...]]) -> tuple[Unaccounted, ...]:
        """Reads what is said of the places of bodies; the sentences that nothing answers for."""

    def outside(self, contract: Contract) -> tuple[Unaccounted, ...]:
        """The sentences about an operation's parameters and answers that nothing answers for."""


class Listing:
    """The index over one operation, each part made when it is first asked for.

    `validators` are those of the whole document, as who reads an answer sees it. `around` makes the rules about the
    request and the envelope; `whole` are the answers that the document shows; `conflicts` were met while it was read;
    `descriptions` reads the document's texts, None where a person has read them already.
    """

    def __init__(  # noqa: PLR0913  what was read of one operation
        self,
        document: Document,
        at: Steps,
        *,
        validators: Validators,
        page: str,
        bodies: dict[str, Body],
        around: tuple[Callable[[], Rule], ...],
        whole: WholeAnswers,
        conflicts: tuple[Conflict, ...],
        descriptions: Descriptions | None,
    ) -> None:
        self.document, self._at, self.page = document, at, page
        self.validators, self.bodies = validators, bodies
        self._around, self._noted, self._descriptions = around, conflicts, descriptions
        self._examples = Examples(document, validators, page, bodies, whole)
        self._bases: dict[str, Json] = {}
        self._values: dict[tuple[str, Path, bool], Json] = {}
        self._about: dict[tuple[str, tuple[str, ...]], tuple[Rule, ...]] = {}
        self._closed: dict[str, tuple[tuple[Path, frozenset[str], tuple[str, ...]], ...]] = {}

    @cached_property
    def places(self) -> dict[str, tuple[Place, ...]]:
        """The places of each body."""
        self._examples.settle()
        return self._settled[0]

    @cached_property
    def _settled(self) -> tuple[dict[str, tuple[Place, ...]], tuple[Unaccounted, ...]]:
        """The places of each body, once it is asserted what the texts about them say, and what they leave open."""
        texts, found = self._descriptions, self._places()
        if texts is None:
            return found, ()
        before, left = texts.changed, texts.read(found)
        if texts.changed == before:
            return found, left
        self.validators.forget()
        return self._places(), left

    def _places(self) -> dict[str, tuple[Place, ...]]:
        return {name: places_of(self.document.answers, body.at) for name, body in self.bodies.items()}

    def unaccounted(self, contract: Contract) -> tuple[Unaccounted, ...]:
        """The sentences of the document about this contract that sound like a promise and that nothing answers for."""
        texts = self._descriptions
        return (*self._settled[1], *texts.outside(contract)) if texts else ()

    def examples(self, body: Body) -> tuple[Json, ...]:
        """The documented answers of a body that keep its rules."""
        return tuple(value for name, value in self._examples.kept if name == body.name)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What is noted of the document where this operation reads it, and where its examples break it."""
        parts = [(name, place) for name, listed in self.places.items() for place in listed]
        said = self._descriptions.conflicts if self._descriptions else {}
        read = (said[part.at] for _, place in parts for part in place.parts if part.at in said)
        return (
            *self._noted,
            *noted(self.document, self._at, self.page),
            *self._examples.conflicts,
            *self._examples.partly(parts),
            *dict.fromkeys(read),
        )

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, in the order of every contract."""
        doubted = self._examples.broken  # first, since it settles how the document is read
        found = [*self.around]
        for name in self.bodies:
            found += self._rule_maker.of_body(name)
        distinct: dict[str, Rule] = {}
        for rule in found:
            if (rule.target, rule.kind, rule.at) in doubted and rule.level == "violation":
                rule = replace(rule, level="drift")  # noqa: PLW2901  the same rule, weaker
            known = distinct.get(rule.id)
            distinct[rule.id] = replace(known, locations=known.locations + rule.locations) if known else rule
        return ordered(tuple(distinct.values()), self.fields, tuple(self.bodies))

    @cached_property
    def around(self) -> tuple[Rule, ...]:
        """The rules about the request and the envelope."""
        return tuple(make() for make in self._around)

    def about(self, target: str, kinds: tuple[str, ...]) -> tuple[Rule, ...]:
        """The rules of one target, of the given kinds or of all."""
        key = target, kinds
        if key not in self._about:
            wanted = (rule for rule in self.rules if rule.target == target and (not kinds or rule.kind in kinds))
            self._about[key] = tuple(wanted)
        return self._about[key]

    def placed(self, target: str, at: Path) -> tuple[Rule, ...]:
        """The rules of one target that stand at a place."""
        return self._placed.get((target, at), ())

    @cached_property
    def _placed(self) -> dict[tuple[str, Path], tuple[Rule, ...]]:
        found: dict[tuple[str, Path], list[Rule]] = {}
        for rule in self.rules:
            found.setdefault((rule.target, rule.at), []).append(rule)
        return {place: tuple(rules) for place, rules in found.items()}

    def returns(self, target: str) -> tuple[tuple[Path, Steps], ...]:
        """Where a definition is met inside itself, the nearest first, and where that definition stands."""
        found: list[tuple[Path, Steps]] = []
        for place in self.places[target]:
            reached_here = {part.at for part in place.parts}
            for part in place.parts:
                reference = part.node.get("$ref")
                if isinstance(reference, str) and (where := steps_of(reference)) not in reached_here:
                    found.append((place.at, where))
        return tuple(sorted(found, key=lambda one: len(one[0])))

    def names(self, target: str, at: Path) -> frozenset[str]:
        """What a place of a body is documented to hold, a step each."""
        return self._names.get((target, at), frozenset())

    @cached_property
    def _names(self) -> dict[tuple[str, Path], frozenset[str]]:
        found: dict[tuple[str, Path], set[str]] = {}
        for known in self.fields:
            found.setdefault((known.target, known.at[:-1]), set()).add(known.at[-1])
        return {place: frozenset(steps) for place, steps in found.items()}

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every documented place below the bodies."""
        return tuple(field_of(place, name) for name, listed in self.places.items() for place in listed if place.at)

    def place(self, target: str, at: Path) -> Place | None:
        """What is said at a place of a body."""
        return self._rule_maker.place(target, at)

    @cached_property
    def _rule_maker(self) -> RuleMaker:
        return RuleMaker(self.document, self.page, self.places)

    def base(self, name: str) -> Json:
        """A legal answer of a body: a documented example with the documented names alone, else one that is made.

        Raises NoAnswer.
        """
        if name not in self._bases:
            body = self.bodies[name]
            shown = (self._pruned(name, value) for value in self.examples(body))
            kept = next((value for value in shown if self.validators.keeps(body.at, value)), ABSENT)
            self._bases[name] = legal_body(self.document, self.validators, body) if kept is ABSENT else kept
        return self._bases[name]

    def request_keeps(self, at: Steps, value: Json) -> bool:
        """True where a value of a request keeps the schema at a place of the document."""
        return self._requests.keeps(at, value) is not False

    @cached_property
    def _requests(self) -> Validators:
        same = self.document.requests is self.document.answers
        return self.validators if same else Validators(self.document.requests)

    def _pruned(self, name: str, body: Json) -> Json:
        """A body without what nobody documented."""
        for at, known, patterns in self.closed(name):
            for steps, value in list(find(body, at, partial(self.names, name))):
                if isinstance(value, dict) and not value.keys() <= known:
                    kept = {
                        one: inner
                        for one, inner in value.items()
                        if one in known or any(matches(pattern, one) for pattern in patterns)
                    }
                    body = replaced(body, steps, kept)
        return body

    def mended(self, name: str, body: Json) -> Json:
        """A body changed as little as it takes to keep its schema. Raises NoAnswer."""
        return mended(self.document, self.validators, self.bodies[name].at, body)

    def frame(self, name: str, at: Path) -> Json:
        """A small value for one place of a body, with what it must hold and no more; null where none is known."""
        return self._value(name, at, full=False)

    def alternative(self, name: str, at: Path, where: Steps) -> Json:
        """A small value for one place of a body, built with the alternative that stands at `where`. Raises NoAnswer."""
        place = self.place(name, at)
        if place is None:
            raise NoAnswer("no such place")
        return legal_part(self.document, place, where)

    def part(self, name: str, at: Path) -> Json:
        """A small legal value for one place of a body; null where none is known. Raises NoAnswer for a whole body."""
        return self._value(name, at, full=True) if at else self.base(name)

    def _value(self, name: str, at: Path, *, full: bool) -> Json:
        key = name, at, full
        if key not in self._values:
            place = self.place(name, at)
            try:
                self._values[key] = legal_part(self.document, place, full=full) if place else None
            except NoAnswer:
                self._values[key] = None
        return self._values[key]

    def closed(self, name: str) -> tuple[tuple[Path, frozenset[str], tuple[str, ...]], ...]:
        """The places of a body whose names are all documented, without saying that no others come: names, patterns."""
        if name not in self._closed:
            self._closed[name] = tuple(self._closings(name))
        return self._closed[name]

    def _closings(self, name: str) -> Iterator[tuple[Path, frozenset[str], tuple[str, ...]]]:
        for place in self.places[name]:
            known: set[str] = set()
            patterns: set[str] = set()
            open_ = self._named(place.parts, known, patterns, set())
            if known and not open_:
                yield place.at, frozenset(known), tuple(patterns)

    def _named(self, parts: Iterable[Part], known: set[str], patterns: set[str], seen: set[Steps]) -> bool:
        """Collects what may be named at a place, in any alternative; whether the document speaks of other names."""
        open_ = False
        for part in parts:
            node = part.node
            known.update(node.get("properties", {}), node.get("required", ()))
            patterns.update(node.get("patternProperties", {}))
            open_ |= any(keyword in node for keyword in ("additionalProperties", "unevaluatedProperties"))
            for option in inside(part):
                if option.at not in seen:
                    seen.add(option.at)
                    more, _ = reach(self.document.answers, option, frozenset())
                    open_ |= self._named(more, known, patterns, seen)
        return open_

    # From an error to its rule

    @cached_property
    def _by_place(self) -> dict[tuple[str, str, Path], Rule]:
        return {(rule.target, rule.kind, rule.at): rule for rule in self.rules if rule.kind not in {"condition", "if"}}

    @cached_property
    def _by_location(self) -> dict[tuple[str, Steps], Rule]:
        kinds = {"condition", "if"}
        return {(rule.target, where): rule for rule in self.rules if rule.kind in kinds for where in rule.locations}

    def rule_of(self, target: str, error: Error, missing: str = "") -> tuple[Rule, Assertion]:
        """The rule that an error in a body breaks, and where that stands; `missing` is a name that isn't there."""
        told = assertion(self.document.answers, self.bodies[target].at, error.path)
        if told.keyword == "if":
            where = (*told.at, "if")
            known = self._by_location.get((target, where))
            return known or self._rule_maker.condition(target, told.place, told.node, told.at), told
        kind = kind_of(told.keyword, told.node) or told.keyword
        place = (*told.place, missing) if missing and told.keyword == "required" else told.place
        if kind == "additionalProperties" and (not place or self._rule_maker.closed_whole(target)):
            kind, place = "closed", ()
        known = self._by_place.get((target, kind, place))
        if known is None:
            says = KINDS[kind].parse(told.node) if isinstance(told.node, dict) else None
            known = self._rule_maker.made(kind, place, says or {}, None, (*told.at, told.keyword), target=target)
        return known, told


def listing_of(contract: Contract) -> Listing:
    """The index over a contract's document, with all that it can do."""
    return cast("Listing", contract.index)
