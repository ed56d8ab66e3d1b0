"""Two schemas compared with a direction, place by place: what went, came, is called otherwise, and says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from contracts.comparing.alternatives import (
    Options,
    alternative_change,
    alternatives,
    changes_beside,
    paired,
    unread_change,
)
from contracts.comparing.content import Contents
from contracts.comparing.counterparts import renamed
from contracts.comparing.described_places import Child, DescribedPlace, Schemas
from contracts.comparing.difference import Compared, Difference, How, Key, Promising, deprecation, promised
from contracts.comparing.place_pairs import (
    PlacePair,
    bare_rules,
    case_changes,
    contradiction,
    listing_change,
    null_changes,
    presence_changes,
    same_shape,
    shape,
    type_change,
    value_changes,
)
from contracts.model.contract import Rule
from contracts.model.frozen import frozen
from contracts.model.json import ITEM, MAP, Path, dotted, starred
from contracts.rules.covering import Proof, covers
from contracts.rules.samples import VALUE_KINDS

_BECOMES = frozenset({"field.type", "field.type-unsaid", "field.nullable", "field.not-nullable"})
"""Changes of a place that settle what a condition about it could still say."""
_GRAVE: dict[bool, frozenset[How]] = {
    False: frozenset({"wider", "other"}),
    True: frozenset({"narrower", "said", "other"}),
}
"""What harms who reads a value, and who sends one (True)."""


@frozen
class Where:
    """Where a body stands: how pointers begin, what a sentence calls it, and that a client `sends` it.

    `bare` says that one side is a JSON Schema alone, which knows of no provenance. `operation` is the one that has it.
    """

    pointer: str
    name: Path = ()
    sends: bool = False
    bare: bool = False
    operation: str = ""


class Comparison:
    """Two bodies, and what comparing them found.

    `moved` leads from each old place to the same one on the new side; `settled` holds old and new places whose change
    is told already; `cased` the values of an old place that are written otherwise; `conditions` are those of either
    side with the pair that they stand in. What was `compared` already is told of a definition and not told again.
    """

    def __init__(  # noqa: PLR0913, PLR0917  what all comparisons of two operations share
        self, old: Schemas, new: Schemas, where: Where, contents: Contents, compared: Compared, promising: Promising
    ) -> None:
        self.old, self.new, self.where = old, new, where
        self._contents, self._compared, self._promising = contents, compared, promising
        self._within: Key | None = None
        self.found: list[Difference] = []
        self.moved: dict[Path, Path] = {}
        self.equal: set[Path] = set()
        self.settled: set[Path] = set()
        self.cased: dict[Path, dict[str, str]] = {}
        self.conditions: tuple[list[tuple[Rule, Key | None]], list[tuple[Rule, Key | None]]] = ([], [])
        self.echoes: list[tuple[Path, Rule | None, Rule | None]] = []

    def pointer(self, at: Path) -> str:
        """The pointer of a place: `/holidays/*/id`."""
        return self.where.pointer + starred(at)

    def called(self, at: Path) -> str:
        """How a sentence calls a place: `holidays[].id`, in backquotes."""
        whole = (*self.where.name, *at)
        return f"`{dotted(whole)}`" if whole else "the body"

    def leads(self, before: Path) -> Path | None:
        """The new place of an old one, if there is any."""
        for depth in range(len(before), -1, -1):
            known = self.moved.get(before[:depth])
            if known is not None:
                return (*known, *before[depth:]) if depth == len(before) or before[:depth] in self.equal else None
        return None

    def reaches(self, after: Path) -> bool:
        """A new place is one that was there."""
        back = {new: old for old, new in self.moved.items()}
        for depth in range(len(after), -1, -1):
            known = back.get(after[:depth])
            if known is not None:
                return depth == len(after) or known in self.equal
        return False

    def compare(self, before: DescribedPlace, after: DescribedPlace) -> None:
        """Compares two bodies whole: all differences, in the old side's order, what is new after what was there."""
        if self._contents.same(before.nodes, after.nodes) and ("false" in before.rest) == ("false" in after.rest):
            self.moved[()] = ()
            self.equal.add(())
            return
        silent = self.old.silent(before), self.new.silent(after)
        if any(silent) and not self.where.sends:
            if not all(silent):
                self._whole(self._pair(before, after), lost=silent[1])
            return
        self._visit(before, after)
        self.found = _gathered(self.found, self.pointer(()))

    def _whole(self, pair: PlacePair, *, lost: bool) -> None:
        """A body that only one side describes."""
        kind, summary = "field.documented", "{} is now documented; before, nothing was said of it."
        if lost:
            kind, summary = "field.type-unsaid", "Nothing is said of {} any longer."
        how: How = "wider" if lost else "said"
        self.found.append(pair.found(kind, shape(pair.old) or None, shape(pair.new) or None, summary, "type", how=how))

    def _pair(self, before: DescribedPlace, after: DescribedPlace) -> PlacePair:
        if self.where.bare:
            before, after = (
                replace(one, rules=bare_rules(one.rules, other.rules)) for one, other in
                ((before, after), (after, before))
            )  # fmt: skip
        at = before.at or after.at
        return PlacePair(
            pointer=self.pointer(at), name=self.called(at), before=before, after=after, sends=self.where.sends
        )

    def _visit(self, before: DescribedPlace, after: DescribedPlace) -> None:
        """One place that both sides have, and all below it; what is compared already but for its presence."""
        self.moved[before.at] = after.at
        pair, above, first = self._pair(before, after), self._within, len(self.found)
        if before.parts and after.parts:
            self._within = key = (self.where.sends, before.key, after.key)
            if not self._compared.meets(key, above, self.where.operation):
                self.found += presence_changes(pair)
                self._within = above
                return
        self._one_place(pair)
        self.found[first:] = [one if one.within else one._replace(within=self._within) for one in self.found[first:]]
        self._within = above

    def _one_place(self, pair: PlacePair) -> None:
        before, after = pair.before, pair.after
        for conditions, place in zip(self.conditions, (before, after), strict=True):
            rules = (rule for rule in place.conditions if not self.where.bare or rule.level == "violation")
            conditions.extend((rule, self._within) for rule in rules)
        self.echoes.append((before.at, *pair.rules("echo")))
        self.found += deprecation(pair.name, pair.pointer, old=before.deprecated, new=after.deprecated)
        self.found += promised(pair.name, pair.pointer, before.description, after.description, self._promising)
        cased = case_changes(*pair.rules("enum"))
        if cased:
            self.cased[before.at] = cased
        wrong = contradiction(pair)
        if wrong:
            self._note(pair, wrong)
        elif before.at and before.listed != after.listed:
            self._note(pair, listing_change(pair))
            self._below(pair)
        else:
            self._values(pair)

    def _values(self, pair: PlacePair) -> None:
        before, after = pair.before, pair.after
        options = alternatives(pair, self.old, self.new)
        if options is not None:
            self.found += presence_changes(pair)
            self._choose(pair, options, alone=True)
            return
        change = type_change(pair)
        own = [change] if change else []
        goes_on = change is None or change.kind == "field.type-narrowed" or (pair.sends and change.how == "wider")
        if goes_on:
            own += value_changes(pair)
        elif change and change.kind != "field.type":  # a type that one side alone gives hides nothing of the rest
            untyped = pair.old if change.kind == "field.documented" else pair.new
            goes_on = bool(self.old.below(before).keys() & self.new.below(after).keys())
            own += value_changes(pair) if untyped.keys() & set(VALUE_KINDS) else presence_changes(pair)
        if goes_on:
            own += changes_beside(pair, self.old, self.new)
        for difference in self._weighed(own, pair):
            self._note(pair, difference)
        if goes_on:
            if len(before.choices) == 1 == len(after.choices):
                self._choose(pair, (before.choices[0].options, after.choices[0].options), alone=False)
            self._below(pair)

    def _note(self, pair: PlacePair, difference: Difference) -> None:
        self.found.append(difference)
        if difference.kind in _BECOMES:
            self.settled.update((pair.before.at, pair.after.at))

    def _weighed(self, own: list[Difference], pair: PlacePair) -> Iterable[Difference]:
        """What was found of a place, without what is proved to harm nobody."""
        grave = [one for one in own if one.how in _GRAVE[pair.sends] and one.kind != "field.nullable"]
        if not grave:
            return own
        there, back = self._proofs(pair)
        if there() != "yes":
            return own
        rest = [one for one in own if not one.how or one.kind == "field.nullable"]
        if back() == "yes":
            return rest
        summary = f"{pair.name} is written in another way; it is proved that this harms nobody."
        how: How = "wider" if pair.sends else "narrower"
        return [*rest, grave[0]._replace(kind="value.covered", summary=summary, how=how)]

    def _proofs(self, pair: PlacePair) -> tuple[Callable[[], Proof], Callable[[], Proof]]:
        """That a change harms nobody, and that it wouldn't back again, each proved when it is asked for."""
        old, new = (self.old.tree, pair.before.nodes), (self.new.tree, pair.after.nodes)
        first, second = (new, old) if pair.sends else (old, new)
        return partial(covers, first, second), partial(covers, second, first)

    # What stands at a place beside its single value

    def _choose(self, pair: PlacePair, options: tuple[Options, Options], *, alone: bool) -> None:
        """Alternatives on both sides: what went and came, and what became of those that stayed."""
        before, after = pair.before, pair.after
        outer, self.found = self.found, []
        pairs, gone, come = paired(options, self.old, self.new, self._contents)
        own = [alternative_change(pair, name, come=True) for name in come]
        own += [alternative_change(pair, name, come=False) for name in gone]
        if before.choices and after.choices:
            if alone:
                own += null_changes(pair, before.null, after.null, before.null, after.null)
            if before.choices[0].keyword != after.choices[0].keyword:
                own.append(unread_change(pair, [after.choices[0].keyword]))
        for option, other in pairs:
            self._visit(
                self.old.place(before.at, Child(roots=(option,))), self.new.place(after.at, Child(roots=(other,)))
            )
        if alone and before.content("discriminator") != after.content("discriminator"):
            own.append(unread_change(pair, ["discriminator"]))
        inner, self.found = self.found, outer
        if self._overlaps(pair, [*own, *inner]):
            own.append(unread_change(pair, ["oneOf"]))
        rewritten = [one for one in inner if one.pointer == pair.pointer and one.how in _GRAVE[pair.sends]]
        own += rewritten
        self.found += [one for one in inner if one not in rewritten]
        self.found += self._weighed(own, pair)

    def _overlaps(self, pair: PlacePair, differences: list[Difference]) -> bool:
        """What harmed nobody in one alternative does by what it shares with another, of which but one may hold."""
        exact = any(choice.keyword == "oneOf" for choice in (*pair.before.choices, *pair.after.choices))
        if not exact or not differences or any(one.how in _GRAVE[pair.sends] or not one.how for one in differences):
            return False
        return self._proofs(pair)[0]() == "no"

    # What stands below

    def _below(self, pair: PlacePair) -> None:
        before, after = pair.before, pair.after
        old, new = self.old.below(before), self.new.below(after)
        if after.shut:  # what is wanted and not described can't be there
            new = {name: child for name, child in new.items() if child.roots or name not in old or not old[name].roots}
        gone = [name for name in old if name not in new]
        come = [name for name in new if name not in old]
        names: dict[str, str] = {}
        if gone and come and not pair.sends:
            names = renamed(gone, come, lambda one, other: self._same_shape(
                self.old.place((*before.at, one), old[one]), self.new.place((*after.at, other), new[other])
            ))  # fmt: skip
        for name, child in old.items():
            called = name if name in new else names.get(name)
            if called is None:
                self._gone(self.old.place((*before.at, name), child), after)
            else:
                self._one_below((*before.at, name), child, (*after.at, called), new[called])
        taken = set(names.values())
        for name in come:
            if name not in taken:
                self._come(self.new.place((*after.at, name), new[name]), before)

    def _one_below(self, at: Path, child: Child, to: Path, other: Child) -> None:
        """A place below that both sides have, under one name or two."""
        roots = ([part.node for part in one.roots] for one in (child, other))
        marks = [(path[-1], bool(one.required), one.never) for path, one in ((at, child), (to, other))]
        if marks[0] == marks[1] and self._contents.same(*roots):
            self.moved[at] = to
            self.equal.add(at)
            return
        before, after = self.old.place(at, child), self.new.place(to, other)
        if at[-1] != to[-1]:
            pair = self._pair(before, after)
            summary = f"{{}} is now called `{to[-1]}`."
            self.found.append(pair.found("field.renamed", at[-1], to[-1], summary, *pair.old, *pair.new))
        self._visit(before, after)

    def _gone(self, place: DescribedPlace, above: DescribedPlace) -> None:
        pair = self._pair(place, DescribedPlace(at=()))
        kind, summary = "field.removed", "{} is gone."
        how: How = "narrower" if pair.sends and above.shut else ""
        if not pair.before.listed:
            kind, summary = "field.no-longer-shown", "{} is gone from the example, which alone showed it."
        elif place.at[-1] in {ITEM, MAP}:
            kind, summary, how = "field.type-unsaid", "Nothing is said any longer of what {} is.", "wider"
        self.found.append(pair.found(kind, shape(pair.old), None, summary, *pair.old, how=how))

    def _come(self, place: DescribedPlace, above: DescribedPlace) -> None:
        pair = self._pair(DescribedPlace(at=()), place)
        kind, summary = "field.added", "{} is new."
        how: How = "wider" if pair.sends and above.shut else ""
        if place.at[-1] in {ITEM, MAP}:
            kind, summary, how = "field.documented", "It is now said what {} is.", "said"
        self.found.append(pair.found(kind, None, shape(pair.new), summary, *pair.new, how=how))

    def _same_shape(self, before: DescribedPlace, after: DescribedPlace) -> bool:
        """Two places that are called otherwise hold the same, and none of them is that of elements or of a map."""
        if before.at[-1][0] in "[{" or after.at[-1][0] in "[{":
            return False
        below = self.old.below(before), self.new.below(after)
        items = [
            side.place((*place.at, ITEM), inside[ITEM]).rules.get("type") if ITEM in inside else None
            for side, place, inside in zip((self.old, self.new), (before, after), below, strict=True)
        ]
        return same_shape((before, after), ([*below[0]], [*below[1]]), (items[0], items[1]))


def _gathered(found: list[Difference], place: str) -> list[Difference]:
    """One entry for all the fields that only an example had suggested to be always there: one thing is its cause.

    Either the example is gone, or the page began to mark what is always there, and it doesn't mark these.
    """
    lost = [one for one in found if one.kind == "presence.no-longer-shown"]
    if len(lost) < 2:  # noqa: PLR2004  one is told by itself
        return found
    was = tuple(rule for one in lost for rule in one.was)
    summary = f"Only an example ever suggested that {len(lost)} fields are always there, and none does any longer."
    whole = Difference("presence.no-longer-shown", place, [one.pointer for one in lost], None, summary, was)
    return [*(one for one in found if one not in lost), whole]
