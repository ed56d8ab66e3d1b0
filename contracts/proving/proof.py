"""The proof that every rule can fail: a broken interaction made from the rule is caught under its id alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from contracts.checking import Checker
from contracts.consumer.settling import put
from contracts.model.contract import Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.json import Json, dotted
from contracts.model.run import Proof
from contracts.rules import spoil, tries
from contracts.rules.asking import binds
from contracts.rules.exchange import Exchange
from contracts.rules.legal import legal_carrier, legal_interaction
from contracts.rules.making import NoAnswer
from contracts.rules.places import ABSENT, find
from contracts.rules.sample import legal_value
from contracts.rules.spoiling import Encoder, with_body

_MOST_TRIES = 40


def prove(contract: Contract) -> tuple[Proof, ...]:
    """One proof for each rule that a request or an answer could break, in the rules' order."""
    prover = _Prover(contract)
    return tuple(prover.proof(rule) for rule in contract.rules if binds(rule))


@frozen
class _Good:
    """A good answer, parsed, and how those made from it are written."""

    exchange: Exchange
    encoder: Encoder


class _Prover:
    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.checker = Checker(contract)
        self._goods: dict[str, _Good | NoAnswer] = {}
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
                self._goods[name] = _Good(exchange=exchange, encoder=Encoder(exchange.body))
            except NoAnswer as error:
                self._goods[name] = error
        return self._goods[name]

    def _of_body(self, rule: Rule) -> Proof:
        good = self._good(rule.target)
        if isinstance(good, NoAnswer):
            return Proof(rule=rule, broken=None, caught=(), reason=f"no legal answer can be made: {good}")
        best: tuple[Json, tuple[str, ...]] | None = None
        for body in islice(self._broken(rule, good.exchange), _MOST_TRIES):
            caught = self.checker.broken(replace(good.exchange, body=body))
            if best is None or (rule.id in caught and rule.id not in best[1]):
                best = body, caught
            if caught == (rule.id,):
                best = body, caught
                break
        if best is None:
            return Proof(rule=rule, broken=None, caught=(), reason=self._untried(rule, good.exchange))
        data = good.encoder.encoded(best[0])
        broken = with_body(good.exchange.interaction, data)
        return Proof(rule=rule, broken=broken, caught=best[1], reason=_entangled(rule, best[1]))

    def _broken(self, rule: Rule, good: Exchange) -> Iterator[Json]:
        """Bodies that may break a rule alone, from the good one, else from one that reaches the rule's place."""
        none = True
        for body in tries(rule, self.contract, good.body):
            if body is not ABSENT:
                none = False
                yield body
        if none and rule.at:
            reaching = self._reaching(rule, good)
            if reaching is not ABSENT:
                yield from (body for body in tries(rule, self.contract, reaching) if body is not ABSENT)

    def _reaching(self, rule: Rule, good: Exchange) -> Json:
        """The good body with a value at the rule's place, where that is good as well; `ABSENT` where it isn't."""
        body = put(self.contract, rule.target, good.body, rule.at, legal_value(self.contract, rule.target, rule.at))
        return body if self.checker.keeps(replace(good, body=body)) else ABSENT

    def _untried(self, rule: Rule, good: Exchange) -> str:
        """Why nothing was broken."""
        names = partial(self.contract.index.names, rule.target)
        held = not rule.at or next(find(good.body, rule.at, names), None) is not None
        if held or self._reaching(rule, good) is not ABSENT:
            return "every value keeps it"
        return f"no legal answer was made that has {dotted(rule.at)}"


def _entangled(rule: Rule, caught: tuple[str, ...]) -> str:
    """Why a rule wasn't broken alone; "" where it was."""
    if caught == (rule.id,):
        return ""
    others = [one for one in caught if one != rule.id]
    if rule.id in caught:
        return f"what breaks it breaks {', '.join(others[:3])}{' and more' if len(others) > 3 else ''} as well"  # noqa: PLR2004
    return f"what might break it breaks {', '.join(others[:3])} alone" if others else ""
