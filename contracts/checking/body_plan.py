"""How one body of a contract is judged fast: what goes by types, what by shapes, and what is asked of each body."""

from __future__ import annotations

from contracts.checking.body_types import Untyped
from contracts.checking.certain_paths import asked_of, reader
from contracts.checking.shapes import is_shaped, shaped
from contracts.checking.typed_bodies import TypedBodies
from contracts.checking.value_types import NotTyped, Others
from contracts.model.contract import Contract, Rule
from contracts.model.json import ITEM
from contracts.rules.echoes import echoed_parameter
from contracts.rules.kind import Watch
from contracts.rules.listing import listing_of


class BodyPlan:
    """What of a body is judged how; `names` are the parameters of the path, `watches` those of the body.

    `shaped` watches go by the shapes of objects, the other `watches` by each body, as the `judged` rules do. `listed`
    are the places without other names, and `closed` the rule that says so. `numbers`, `checks` and `echoes` are of the
    parameters: `typed_bodies.Numbers`, what tells whether a text is one, and which places repeat it.
    """

    def __init__(self, contract: Contract, target: str, names: tuple[str, ...], watches: tuple[Watch, ...]) -> None:
        self._contract, self._target, self._every, self.names = contract, target, watches, names
        self.valid = listing_of(contract).validators.fast(contract.bodies[target].at)
        self.shaped = shaped(watches)
        self.watches = tuple(watch for watch in watches if watch not in self.shaped)
        rules = contract.about(target, "closed")
        self._listed = contract.index.closed(target) if rules else ()
        certain = all(is_shaped(at) for at, _, _ in self._listed)
        self.closed, self.listed = (rules, self._listed) if certain else ((), ())
        echoes = contract.about(target, "echo")
        plain = [rule for rule in echoes if _is_plain(rule, names)]
        self.judged = (*(() if certain else rules), *(rule for rule in echoes if rule not in plain))
        bounds, self.checks = asked_of(contract, names)
        ranged = [rule for rule in plain if names.index(echoed_parameter(rule.says)) in bounds and len(rule.at) == 1]
        self.numbers = tuple(
            (number, *found, tuple(rule.at[0] for rule in ranged if echoed_parameter(rule.says) == names[number]))
            for number, found in bounds.items()
        )
        self.echoes = tuple(
            (names.index(echoed_parameter(rule.says)), rule.at, reader(contract, echoed_parameter(rule.says)))
            for rule in plain
            if rule not in ranged
        )
        self.untyped = Untyped()

    def typed(self, others: Others) -> TypedBodies | None:
        """The body as types, with what nobody documented; None where there are none.

        Afterwards `untyped` says what they leave out, and why.
        """
        reason = "the validator can't compile it" if self.valid is None else ""
        judged = [rule for rule in self.judged if rule.kind != "closed"]  # types are closed wherever a body is
        if judged:
            reason = f"{judged[0].id} is asked of each body"
        try:
            if not reason:
                found = TypedBodies(
                    self._contract, self._target, self._every, self._listed, self.numbers, self.echoes, others
                )
                self.untyped = found.untyped
                return found
        except NotTyped as error:
            reason = str(error)
        self.untyped = Untyped({(): reason})
        return None


def _is_plain(rule: Rule, names: tuple[str, ...]) -> bool:
    return echoed_parameter(rule.says) in names and is_shaped(rule.at) and ITEM not in rule.at
