"""The judge of one contract's interactions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping

from contracts.checking.explainer import explain
from contracts.checking.tally import Tally
from contracts.errors import Unusable
from contracts.model.contract import Contract, Level, Rule, Source
from contracts.model.document import Steps
from contracts.model.finding import Finding, Judgement
from contracts.model.interaction import Interaction
from contracts.model.json import Json, general, pointer
from contracts.rules import KINDS, Break
from contracts.rules.branches import around, watchers
from contracts.rules.conditions import side
from contracts.rules.credentials import general_names, is_placeholder
from contracts.rules.exchange import Exchange, look
from contracts.rules.instance import find
from contracts.rules.json_types import only_shown
from contracts.rules.kind import Judge, Watch
from contracts.rules.listing import listing_of
from contracts.rules.routing import another_operation, belongs
from contracts.rules.validators import Undecided

UNDECIDED = "internal.undecided"
DISAGREEMENT = "internal.validators-disagree"


def fingerprint(contract: Contract, rule: str, place: str) -> str:
    """16 hex digits that name a finding: operation, rule and pointer, array positions, keys and values left out."""
    known = {step for field in contract.fields for step in field.at}
    text = f"{contract.operation}\n{rule}\n{general(general_names(place, known))}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Checker:
    """Holds interactions to one contract. Schemas are compiled once, at the first body that needs them.

    `levels` replaces the level of single rules in what is reported.
    """

    def __init__(self, contract: Contract, levels: Mapping[str, Level] | None = None) -> None:
        self.contract = contract
        self._levels = dict(levels or {})
        self._judged_here = tuple(
            (rule, judge) for rule in contract.rules if (judge := KINDS[rule.kind].judge) is not None
        )
        self._watchers = watchers(contract)
        self._validators = listing_of(contract).validators

    def level(self, rule: Rule) -> Level:
        """The level that a rule is reported with."""
        return self._levels.get(rule.id, rule.level)

    def judge(self, interaction: Interaction) -> Judgement:
        """Findings and evidence of one interaction. Raises Unusable where it isn't of this operation."""
        return self.judge_all((interaction,))

    def judge_all(self, interactions: Iterable[Interaction], see: Callable[[Json], object] | None = None) -> Judgement:
        """Findings and evidence of many interactions, counted by origin; `see` is given each parsed success body."""
        tally = Tally()
        for interaction in interactions:
            self.count(interaction, tally, see)
        return tally.judgement()

    def count(
        self, interaction: Interaction, tally: Tally, see: Callable[[Json], object] | None = None
    ) -> tuple[Exchange, list[Finding]]:
        """Judges one interaction into a tally. Raises Unusable where it isn't of this operation."""
        exchange = self.look(interaction)
        findings = self.findings(exchange)
        ok = exchange.answer is not None and exchange.answer.success
        tally.add(interaction, findings, self._branches(exchange), ok=ok)
        if see is not None and ok and exchange.has_body:
            see(exchange.body)
        return exchange, findings

    def owns(self, interaction: Interaction) -> bool:
        """True where the interaction is one of this operation, on any host, as far as its path and answer tell."""
        if belongs(self.contract, interaction) is None:
            return False
        return not another_operation(self.contract, interaction)

    def look(self, interaction: Interaction) -> Exchange:
        """The interaction as rules see it. Raises Unusable where it isn't of this operation."""
        parameters = belongs(self.contract, interaction)
        if parameters is None:
            request = interaction.request
            message = f"{request.method} {request.url} is no request of {self.contract.operation}"
            raise Unusable(message)
        return look(self.contract, interaction, parameters)

    def findings(self, exchange: Exchange) -> list[Finding]:
        """Every broken rule of an exchange; a rule is judged only where those it rests on hold."""
        breaks = [broken for rule, judge in self._judged_here for broken in judge(rule, exchange)]
        doubts: list[Finding] = []
        if exchange.has_body and exchange.target:
            kept = None if exchange.careful else self._validators.keeps(self._at(exchange.target), exchange.body)
            if not kept:
                try:
                    explained = explain(self.contract, exchange.target, exchange.body)
                    doubts = [self._doubt(exchange, DISAGREEMENT)] if kept is False and not explained else []
                    breaks += explained
                except Undecided:
                    doubts = [self._doubt(exchange, UNDECIDED)]
        if exchange.interaction.secondhand:
            breaks = [broken for broken in breaks if not is_placeholder(broken.value) or broken.rule.kind == "closed"]
        found = [self._finding(broken, exchange.interaction) for broken in _well_founded(breaks, exchange)]
        return [*found, *doubts]

    def broken(self, exchange: Exchange) -> tuple[str, ...]:
        """The rules that a body breaks which was made, not met: each once, by the fast validator; empty for none.

        What stands around the body isn't looked at.
        """
        breaks = [broken for rule, judge in self._judged_in(exchange.target) for broken in judge(rule, exchange)]
        try:
            breaks += explain(self.contract, exchange.target, exchange.body, made=True)
        except Undecided:
            return (UNDECIDED,)
        return tuple(dict.fromkeys(broken.rule.id for broken in _well_founded(breaks, exchange)))

    def keeps(self, exchange: Exchange) -> bool:
        """True where a body that was made keeps every rule about it."""
        if any(True for rule, judge in self._judged_in(exchange.target) for _ in judge(rule, exchange)):
            return False
        return self._validators.keeps(self._at(exchange.target), exchange.body) is True

    def _judged_in(self, target: str) -> Iterator[tuple[Rule, Judge]]:
        return ((rule, judge) for rule, judge in self._judged_here if rule.target == target)

    def watches(self, target: str) -> tuple[Watch, ...]:
        """What names the branches that an answer with this body took."""
        return self._watchers[target]

    def _at(self, target: str) -> Steps:
        return self.contract.bodies[target].at

    def _branches(self, exchange: Exchange) -> Iterator[str]:
        yield from around(exchange)
        for watch in self._watchers[exchange.target] if exchange.has_body and exchange.target else ():
            yield from watch.taken(exchange)

    def _finding(self, broken: Break, interaction: Interaction) -> Finding:
        rule, level = broken.rule, self._level_of(broken)
        return self.foreign(
            interaction, rule=rule.id, level=level, summary=rule.summary, expected=broken.expected, seen=broken.seen,
            pointer=broken.pointer, promised=rule.sources,
        )  # fmt: skip

    def _level_of(self, broken: Break) -> Level:
        """The rule's level; at most drift for a null that only an example speaks against, unless the project says."""
        level = self.level(broken.rule)
        weaker = _unsaid(broken) and level == "violation" and broken.rule.id not in self._levels
        return "drift" if weaker else level

    def foreign(  # noqa: PLR0913  each is a part of the finding
        self, interaction: Interaction, *, rule: str, level: Level, summary: str, expected: str, seen: str,
        pointer: str = "", promised: tuple[Source, ...] = (),
    ) -> Finding:  # fmt: skip
        """A finding about an interaction that no rule of the contract makes: another tool's, or our own doubt."""
        return Finding(
            rule=rule,
            level=level,
            pointer=pointer,
            expected=expected,
            seen=seen,
            summary=summary,
            fingerprint=fingerprint(self.contract, rule, pointer),
            promised=promised,
            origin=interaction.origin,
            place=interaction.place,
            index=interaction.index,
            line=interaction.line,
            at=interaction.at,
        )

    def _doubt(self, exchange: Exchange, rule: str) -> Finding:
        """What is told where the validators come to no verdict, or to two."""
        two = rule == DISAGREEMENT
        return self.foreign(
            exchange.interaction,
            rule=rule,
            level="violation" if two else "note",
            summary="The two validators agree on every body." if two else "A validator comes to a verdict.",
            expected="one verdict",
            seen="jsonschema-rs refuses the body, jsonschema finds nothing wrong" if two else "no verdict on this body",
        )


_RANKS = {"type": 0, "condition": 2, "echo": 2}
"""What rests on what at one place: its type comes first, then what the value may be, then how it relates to others."""

_LAST = 3
"""A null that is no more than unexpected hides nothing that is said about null."""


def _unsaid(broken: Break) -> bool:
    """True where it is a null that nobody says never comes."""
    return broken.value is None and only_shown(broken.rule)


def _rank(broken: Break) -> int:
    return _LAST if _unsaid(broken) else _RANKS.get(broken.rule.kind, 1)


def _well_founded(breaks: list[Break], exchange: Exchange) -> Iterator[Break]:
    """One cause is one finding: a rule is judged at, or from, a place only where those it rests on hold there."""
    first: dict[str, int] = {}
    for broken in breaks:
        first[broken.pointer] = min(first.get(broken.pointer, _LAST), _rank(broken))
    for broken in breaks:
        if _rank(broken) == first[broken.pointer] and not any(
            first.get(place) == 0 for place in _reads(broken.rule, exchange.body)
        ):
            yield broken


def _reads(rule: Rule, body: Json) -> set[str]:
    """The places that a condition reads to decide whether it applies."""
    if rule.kind != "condition":
        return set()
    return {pointer(steps) for steps, _ in find(body, rule.at + side(rule.says, "when").path)}
