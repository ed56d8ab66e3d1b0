"""Two bodies side by side, place by place: what went, what came, what is called otherwise, and what each still says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from contracts.comparing.choosing import Options, alternatives, paired
from contracts.comparing.difference import VALUE_KINDS, Difference, How, bare_rules, listed, shape
from contracts.comparing.memory import Compared, Key
from contracts.comparing.renames import renamed
from contracts.comparing.sameness import Sameness
from contracts.comparing.sides import Child, Place, Side
from contracts.comparing.telling import (
    Promising,
    beside,
    come_or_gone,
    content,
    deprecation,
    gathered,
    no_promise,
    nulled,
    promised,
    unread,
)
from contracts.comparing.values import Both, contradicted, listing, presence, recased, said, same_shape, typed
from contracts.model.contract import Rule
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, MAP, Path, dotted, pointer
from contracts.rules.covering import Proof, covers

_BECOMES = frozenset({"field.type", "field.type-unsaid", "field.nullable", "field.not-nullable"})
"""Changes of a place that settle what a condition about it could still say."""
_GRAVE: dict[bool, frozenset[How]] = {
    False: frozenset({"wider", "other"}),
    True: frozenset({"narrower", "said", "other"}),
}
"""What harms who reads a value, and who sends one (True)."""


@frozen
class Where:
    """Where a body stands: how pointers begin, what a sentence calls it, and whether a client sends it.

    `bare` says that one side is a JSON Schema alone, which knows of no provenance.
    """

    pointer: str
    name: Path = ()
    sends: bool = False
    bare: bool = False


class Walk:
    """Two bodies, and what walking through them found.

    `moved` leads from each old place to the same one on the new side; `settled` holds old and new places whose change
    is told already; `cased` the values of an old place that are written otherwise. `conditions` are those of either
    side with the pair that they stand in. What was `compared` already isn't compared again: what is told of a
    definition is told once.
    """

    def __init__(  # noqa: PLR0913, PLR0917  what all walks of two operations share
        self, old: Side, new: Side, where: Where, same: Sameness, compared: Compared, promising: Promising = no_promise
    ) -> None:
        self.old, self.new, self.where = old, new, where
        self._same, self._compared, self._promising = same, compared, promising
        self._within: Key | None = None
        self.found: list[Difference] = []
        self.moved: dict[Path, Path] = {}
        self.equal: set[Path] = set()
        self.settled: set[Path] = set()
        self.cased: dict[Path, dict[str, str]] = {}
        self.conditions: tuple[list[tuple[Rule, Key | None]], list[tuple[Rule, Key | None]]] = ([], [])
        self.echoes: list[tuple[Path, Path, Rule | None, Rule | None]] = []

    def place(self, at: Path) -> str:
        """The pointer of a place: `/holidays/*/id`."""
        return self.where.pointer + pointer("*" if step == ITEM else step for step in at)

    def called(self, at: Path) -> str:
        """How a sentence calls a place: `holidays[].id`, in backquotes."""
        whole = (*self.where.name, *at)
        return f"`{dotted(whole)}`" if whole else "the body"

    def leads(self, before: Path) -> Path | None:
        """The new place of an old one, None where there is none."""
        for depth in range(len(before), -1, -1):
            known = self.moved.get(before[:depth])
            if known is not None:
                return (*known, *before[depth:]) if depth == len(before) or before[:depth] in self.equal else None
        return None

    def reaches(self, after: Path) -> bool:
        """Whether a new place is one that was there."""
        back = {new: old for old, new in self.moved.items()}
        for depth in range(len(after), -1, -1):
            known = back.get(after[:depth])
            if known is not None:
                return depth == len(after) or known in self.equal
        return False

    def roots(self, before: Place, after: Place) -> None:
        """Compares two bodies whole: all differences, in the old side's order, what is new after what was there."""
        if self._alike(before, after):
            self.moved[()] = ()
            self.equal.add(())
            return
        silent = self._silent(self.old, before), self._silent(self.new, after)
        if any(silent) and not self.where.sends:
            if not all(silent):
                self._whole(before, after, lost=silent[1])
            return
        self.visit(before, after)
        self.found = gathered(self.found, self.place(()))

    def _alike(self, before: Place, after: Place) -> bool:
        nodes = [[part.node for part in place.roots] for place in (before, after)]
        return self._same.of(*nodes) and ("false" in before.rest) == ("false" in after.rest)

    def _silent(self, side: Side, place: Place) -> bool:
        """Whether nothing is said of a whole body."""
        return not (place.rules or place.rest or place.choices or place.shut or side.below(place))

    def _whole(self, before: Place, after: Place, *, lost: bool) -> None:
        """A body that only one side describes."""
        both = self._both(before, after)
        kind, summary = "field.documented", f"{both.name} is now documented; before, nothing was said of it."
        if lost:
            kind, summary = "field.type-unsaid", f"Nothing is said of {both.name} any longer."
        how: How = "wider" if lost else "said"
        found = both.found(kind, shape(both.old) or None, shape(both.new) or None, summary, "type", how=how)
        self.found.append(found)

    def _both(self, before: Place, after: Place) -> Both:
        old, new = before.rules, after.rules
        if self.where.bare:
            old, new = bare_rules(old, new), bare_rules(new, old)
        return Both(
            pointer=self.place(before.at), name=self.called(before.at), old=old, new=new, sends=self.where.sends
        )

    def visit(self, before: Place, after: Place) -> None:
        """One place that both sides have, and all below it."""
        self.moved[before.at] = after.at
        both = self._both(before, after)
        above, first = self._within, len(self.found)
        if before.parts and after.parts:
            self._within = key = (self.where.sends, before.key, after.key)
            if not self._compared.meets(key, above, self.old.contract.operation):
                self.found += presence(both)
                self._within = above
                return
        self._compare(both, before, after)
        self.found[first:] = [one if one.within else replace(one, within=self._within) for one in self.found[first:]]
        self._within = above

    def _compare(self, both: Both, before: Place, after: Place) -> None:
        self._beside(both, before, after)
        cased = recased(both.old.get("enum"), both.new.get("enum"))
        if cased:
            self.cased[before.at] = cased
        wrong = contradicted(both)
        if wrong:
            self._note(wrong, before.at, after.at)
        elif before.at and listed(both.old) != listed(both.new):
            self._note(listing(both, shape(both.old), shape(both.new)), before.at, after.at)
            self._below(before, after)
        else:
            self._values(both, before, after)

    def _values(self, both: Both, before: Place, after: Place) -> None:
        options = alternatives((self.old, self.new), before, after)
        if options is not None:
            self.found += presence(both)
            self._choose(both, before, after, options, alone=True)
            return
        change = typed(both)
        own: list[Difference] = [change] if change else []
        goes_on = change is None or change.kind == "field.type-narrowed" or (both.sends and change.how == "wider")
        if goes_on:
            own += said(both)
        elif change and change.kind != "field.type":  # a type that one side alone gives hides nothing of the rest
            untyped = both.old if change.kind == "field.documented" else both.new
            goes_on = bool(self.old.below(before).keys() & self.new.below(after).keys())
            own += said(both) if untyped.keys() & set(VALUE_KINDS) else presence(both)
        if goes_on:
            own += beside(both, (self.old, self.new), before, after)
        for one in self._weighed(own, both, before, after):
            self._note(one, before.at, after.at)
        if goes_on:
            if len(before.choices) == 1 == len(after.choices):
                self._choose(both, before, after, (before.choices[0].options, after.choices[0].options), alone=False)
            self._below(before, after)

    def _note(self, difference: Difference, before: Path, after: Path) -> None:
        self.found.append(difference)
        if difference.kind in _BECOMES:
            self.settled.update((before, after))

    def _beside(self, both: Both, before: Place, after: Place) -> None:
        """What stands beside what is said of the values: conditions, echoes, deprecation, words."""
        for told, place in zip(self.conditions, (before, after), strict=True):
            told.extend(
                (rule, self._within) for rule in place.conditions if not self.where.bare or rule.level == "violation"
            )
        self.echoes.append((before.at, after.at, both.old.get("echo"), both.new.get("echo")))
        self.found += deprecation(
            both.name, both.pointer, old=before.noted("deprecated"), new=after.noted("deprecated")
        )
        self.found += promised(both.name, both.pointer, before.description, after.description, self._promising)

    def _weighed(self, own: list[Difference], both: Both, before: Place, after: Place) -> Iterable[Difference]:
        """What was found of a place, without what is proved to harm nobody."""
        grave = [one for one in own if one.how in _GRAVE[both.sends] and one.kind != "field.nullable"]
        if not grave:
            return own
        there, back = self._proofs(before, after)
        if there() != "yes":
            return own
        rest = [one for one in own if not one.how or one.kind == "field.nullable"]
        if back() == "yes":
            return rest
        summary = f"{both.name} is written in another way; it is proved that this harms nobody."
        return [
            *rest,
            replace(grave[0], kind="value.covered", summary=summary, how="wider" if both.sends else "narrower"),
        ]

    def _proofs(self, before: Place, after: Place) -> tuple[Callable[[], Proof], Callable[[], Proof]]:
        """Whether a change harms nobody, and whether it would back again, each proved when it is asked for."""
        old, new = (
            (side.tree, [part.node for part in place.roots]) for side, place in ((self.old, before), (self.new, after))
        )
        first, second = (new, old) if self.where.sends else (old, new)
        return partial(covers, first, second), partial(covers, second, first)

    # What stands at a place beside its single value

    def _choose(
        self, both: Both, before: Place, after: Place, options: tuple[Options, Options], *, alone: bool
    ) -> None:
        """Alternatives on both sides: what went and came, and what became of those that stayed."""
        outer, self.found = self.found, []
        pairs, gone, come = paired(self.old, options[0], self.new, options[1], self._same)
        own = [come_or_gone(both, before, after, name, come=True) for name in come]
        own += [come_or_gone(both, before, after, name, come=False) for name in gone]
        if alone and before.null != after.null and before.choices and after.choices:
            own += nulled(both, before, after)
        if before.choices and after.choices and before.choices[0].keyword != after.choices[0].keyword:
            own.append(unread(both, [after.choices[0].keyword], before, after))
        for one, other in pairs:
            self.visit(*(side.place(place.at, Child(roots=(option,)))
                         for side, place, option in ((self.old, before, one), (self.new, after, other))))  # fmt: skip
        if alone and content(before, "discriminator") != content(after, "discriminator"):
            own.append(unread(both, ["discriminator"], before, after))
        inner, self.found = self.found, outer
        if self._overlaps(before, after, [*own, *inner]):
            own.append(unread(both, ["oneOf"], before, after))
        rewritten = [one for one in inner if one.pointer == both.pointer and one.how in _GRAVE[both.sends]]
        own += rewritten
        self.found += [one for one in inner if one not in rewritten]
        self.found += self._weighed(own, both, before, after)

    def _overlaps(self, before: Place, after: Place, told: list[Difference]) -> bool:
        """Whether what harmed nobody in one alternative does by what it shares with another, of which but one holds."""
        exact = any(choice.keyword == "oneOf" for choice in (*before.choices, *after.choices))
        if not exact or not told or any(one.how in _GRAVE[self.where.sends] or not one.how for one in told):
            return False
        return self._proofs(before, after)[0]() == "no"

    # What stands below

    def _below(self, before: Place, after: Place) -> None:
        old, new = self.old.below(before), self.new.below(after)
        if after.shut:  # what is wanted and not described can't be there
            new = {name: child for name, child in new.items() if child.roots or name not in old or not old[name].roots}
        gone = [name for name in old if name not in new]
        come = [name for name in new if name not in old]
        names: dict[str, str] = {}
        if gone and come and not self.where.sends:
            names = renamed(gone, come, lambda one, other: self._same_shape(before, old, one, after, new, other))
        for name, child in old.items():
            at = (*before.at, name)
            if name in new or name in names:
                called = name if name in new else names[name]
                self._one_below(at, child, (*after.at, called), new[called])
            else:
                self._gone(self.old.place(at, child), after)
        taken = set(names.values())
        for name in come:
            if name not in taken:
                self._come(before, self.new.place((*after.at, name), new[name]))

    def _one_below(self, at: Path, child: Child, to: Path, other: Child) -> None:
        """A place below that both sides have, under one name or two."""
        roots = ([part.node for part in one.roots] for one in (child, other))
        marks = [(path[-1], bool(one.required), one.never) for path, one in ((at, child), (to, other))]
        if marks[0] == marks[1] and self._same.of(*roots):
            self.moved[at] = to
            self.equal.add(at)
            return
        before, after = self.old.place(at, child), self.new.place(to, other)
        if at[-1] != to[-1]:
            both = self._both(before, after)
            summary = f"{both.name} is now called `{to[-1]}`."
            self.found.append(both.found("field.renamed", at[-1], to[-1], summary, *both.old, *both.new))
        self.visit(before, after)

    def _gone(self, place: Place, above: Place) -> None:
        rules = bare_rules(place.rules, {}) if self.where.bare else place.rules
        both = Both(pointer=self.place(place.at), name=self.called(place.at), old=rules, new={})
        kind, summary = "field.removed", f"{both.name} is gone."
        how: How = "narrower" if self.where.sends and above.shut else ""
        if rules and not listed(rules):
            kind, summary = "field.no-longer-shown", f"{both.name} is gone from the example, which alone showed it."
        elif place.at[-1] in {ITEM, MAP}:
            kind, summary = "field.type-unsaid", f"Nothing is said any longer of what {both.name} is."
            how = "wider"
        self.found.append(both.found(kind, shape(rules), None, summary, *rules, how=how))

    def _come(self, above: Place, place: Place) -> None:
        rules = bare_rules(place.rules, {}) if self.where.bare else place.rules
        both = Both(pointer=self.place(place.at), name=self.called(place.at), old={}, new=rules)
        kind, summary = "field.added", f"{both.name} is new."
        how: How = "wider" if self.where.sends and above.shut else ""
        if place.at[-1] in {ITEM, MAP}:
            kind, summary = "field.documented", f"It is now said what {both.name} is."
            how = "said"
        self.found.append(both.found(kind, None, shape(rules), summary, *rules, how=how))

    def _same_shape(  # noqa: PLR0913, PLR0917  two names, each with what it stands in
        self, before: Place, old: dict[str, Child], one: str, after: Place, new: dict[str, Child], other: str
    ) -> bool:
        if one[0] in "[{" or other[0] in "[{":
            return False
        places = self.old.place((*before.at, one), old[one]), self.new.place((*after.at, other), new[other])
        below = self.old.below(places[0]), self.new.below(places[1])
        items = []
        for side, place, inside in zip((self.old, self.new), places, below, strict=True):
            items.append(side.place((*place.at, ITEM), inside[ITEM]).rules.get("type") if ITEM in inside else None)
        return same_shape((places[0].rules, places[1].rules), ([*below[0]], [*below[1]]), (items[0], items[1]))
