"""The proof that every rule can fail: a broken interaction made from the rule is caught under its id alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from contracts.checking import Checker
from contracts.consumer.body_with_choices import put
from contracts.model.contract import Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.json import Json, Path, dotted
from contracts.model.run import Proof
from contracts.rules import spoil, tries
from contracts.rules.edits import encoded, with_body
from contracts.rules.exchange import Exchange
from contracts.rules.instance import ABSENT
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import legal_carrier, legal_interaction
from contracts.rules.listing import listing_of
from contracts.rules.parameters import binds

_MOST_TRIES = 40


def prove(contract: Contract) -> tuple[Proof, ...]:
    """One proof for each rule that a request or an answer could break, in the rules' order."""
    prover = _Prover(contract)
    return tuple(prover.proof(rule) for rule in contract.rules if binds(rule))


@frozen
class _Good:
    """A good answer, parsed."""

    exchange: Exchange

    def holds(self, at: Path) -> bool:
        """True where it has a value at a place."""
        return next(self.exchange.find(at), None) is not None


class _Prover:
    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.checker = Checker(contract)
        self._goods: dict[str, _Good | NoAnswer] = {}
        self._reached: dict[tuple[str, Path], _Good | None] = {}
        self._whole: list[Interaction] = []
        self._unmade = ""
        for answer in contract.answers:
            try:
                self._whole.append(legal_interaction(contract, answer.status))
            except NoAnswer as error:
                self._unmade = self._unmade or f"no legal answer of {answer.key} can be made: {error}"

    def proof(self, rule: Rule) -> Proof:
        """What comes of breaking one rule."""
        return self._of_body(rule) if rule.target in self.contract.bodies else self._of_envelope(rule)

    def _of_envelope(self, rule: Rule) -> Proof:
        best = Proof(rule=rule, broken=None, caught=())
        for interaction in self._whole:
            broken = spoil(rule, self.contract, interaction)
            if broken is None:
                continue
            findings = self.checker.findings(self.checker.look(broken))
            proof = Proof(rule=rule, broken=broken, caught=tuple(dict.fromkeys(one.rule for one in findings)))
            if proof.holds:
                return proof
            best = proof if best.broken is None else best
        if best.broken is None:
            return replace(best, reason=self._unmade or "no documented answer holds anything that could break it")
        return replace(best, reason=_entangled(rule, best.caught))

    def _good(self, name: str) -> _Good | NoAnswer:
        if name not in self._goods:
            try:
                exchange = self.checker.look(legal_carrier(self.contract, name))
                self._goods[name] = _Good(exchange=exchange)
            except NoAnswer as error:
                self._goods[name] = error
        return self._goods[name]

    def _of_body(self, rule: Rule) -> Proof:
        good = self._good(rule.target)
        if isinstance(good, NoAnswer):
            return Proof(rule=rule, broken=None, caught=(), reason=f"no legal answer can be made: {good}")
        proof = self._broken(rule, good)
        if not proof.holds and not good.holds(rule.at):
            other = self._reaching(rule, good)
            if other is not None:
                return self._broken(rule, other)
            if proof.broken is None:
                return replace(proof, reason=f"no legal answer was made that has {dotted(rule.at)}")
        return proof

    def _broken(self, rule: Rule, good: _Good) -> Proof:
        """The rule broken in one good answer: alone where any of a few tries does that."""
        best: tuple[Json, tuple[str, ...]] | None = None
        for body in islice(tries(rule, self.contract, good.exchange.body), _MOST_TRIES):
            if body is ABSENT:
                continue
            caught = self.checker.broken(replace(good.exchange, body=body))
            if best is None or (rule.id in caught and rule.id not in best[1]) or caught == (rule.id,):
                best = body, caught
            if caught == (rule.id,):
                break
        if best is None:
            return Proof(rule=rule, broken=None, caught=(), reason="every value keeps it")
        broken = with_body(good.exchange.interaction, encoded(best[0]))
        reason = _entangled(rule, best[1]) if best[1] else "nothing that was tried breaks it"
        return Proof(rule=rule, broken=broken, caught=best[1], reason=reason)

    def _reaching(self, rule: Rule, good: _Good) -> _Good | None:
        """A good answer that has a value at the rule's place, found once for all places below what is missing."""
        depth = next(depth for depth in range(1, len(rule.at) + 1) if not good.holds(rule.at[:depth]))
        for at in dict.fromkeys((rule.at[:depth], rule.at[:-1], rule.at)):
            key = rule.target, at
            if key not in self._reached:
                self._reached[key] = self._with(rule.target, at, good)
            other = self._reached[key]
            if other is not None and (other.holds(rule.at) or (rule.kind != "required" and other.holds(rule.at[:-1]))):
                return other
        return None

    def _with(self, target: str, at: Path, good: _Good) -> _Good | None:
        """The good answer with a value put at a place, where that is good as well."""
        body = put(self.contract, target, good.exchange.body, at, self.contract.index.part(target, at) if at else {})
        exchange = replace(good.exchange, body=body)
        if not self.checker.keeps(exchange):
            try:
                exchange = replace(exchange, body=listing_of(self.contract).mended(target, body))
            except NoAnswer:
                return None
            if not self.checker.keeps(exchange):
                return None
        return _Good(exchange=exchange)


def _entangled(rule: Rule, caught: tuple[str, ...]) -> str:
    """Why a rule wasn't broken alone; "" where it was."""
    if caught == (rule.id,):
        return ""
    others = [one for one in caught if one != rule.id]
    if rule.id in caught:
        return f"what breaks it breaks {', '.join(others[:3])}{' and more' if len(others) > 3 else ''} as well"  # noqa: PLR2004
    return f"what might break it breaks {', '.join(others[:3])} alone" if others else ""
