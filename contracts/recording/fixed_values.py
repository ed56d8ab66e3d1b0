"""Which values a contract fixes, by place, so that they may be shown; all others are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from contracts.model.contract import REQUEST, RESPONSE, Contract, Rule
from contracts.model.json import Json, Path
from contracts.rules.authorization import credentials
from contracts.rules.conditions import side
from contracts.rules.echoes import echoed_parameter
from contracts.rules.instance import same
from contracts.rules.json_types import types_of
from contracts.rules.samples import keeps, value_rules
from contracts.rules.values import listed

Place = tuple[str, Path]
"""The body's name, and the path in it."""


class FixedValues:
    """One contract's.

    `texts` are those of its example, `numbers` (without sign) those of its example, enums and conditions; `places` are
    the documented ones, and `maps` the objects among them of which no field is; `words` are the names of fields and
    parameters, `refusals` the bodies of failures; `echoes` are the places that repeat a path parameter, by its name;
    the other tables hold rules by header name or parameter.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._constants: dict[Place, list[Json]] = {}
        for rule in contract.rules:
            for at, values in _named(rule):
                self._constants.setdefault((rule.target, at), []).extend(values)
        examples = [leaf for example in contract.example for leaf in leaves(example)]
        known = [*examples, *(value for values in self._constants.values() for value in values)]
        self.texts = frozenset(value for value in examples if isinstance(value, str))
        self.numbers = frozenset(abs(value) for value in known if type(value) is int)
        echoes = [rule for rule in contract.rules if rule.kind == "echo"]
        self.echoes: dict[str | None, Place] = {
            echoed_parameter(rule.says): (rule.target, rule.at) for rule in reversed(echoes)
        }
        self.headers = {str(rule.says["name"]).lower(): rule for rule in contract.about(RESPONSE, "header")}
        self.parameters = {(str(rule.says["in"]), rule.at[0]): rule for rule in contract.about(REQUEST, "parameter")}
        self.credentials = {
            said["header"].lower(): rule
            for rule in contract.about(REQUEST, "authorization")
            for way in credentials(rule.says)
            for said in way
        }
        self.places = {(field.target, field.at) for field in contract.fields}
        holders = {(field.target, field.at[:-1]) for field in contract.fields if not field.at[-1].startswith("{")}
        self.maps = {
            (rule.target, rule.at)
            for rule in contract.rules
            if rule.kind == "type" and rule.target in contract.bodies and rule.at
            if "object" in types_of(rule.says) and (rule.target, rule.at) not in holders
        }
        self.words = {step for _, at in self.places for step in at} | {name for _, name in self.parameters}
        self.refusals = {name for answer in contract.answers if not answer.success for name in answer.bodies.values()}
        self.media = frozenset(kind for answer in contract.answers for kind in answer.media)
        self._rules: dict[Place, tuple[Rule, ...]] = {}

    @cached_property
    def phrases(self) -> set[str]:
        """What statuses are called, by HTTP or in the contract."""
        from http import HTTPStatus

        return {status.phrase for status in HTTPStatus} | {answer.description for answer in self.contract.answers}

    def constants(self, target: str, at: Path) -> list[Json]:
        """The values that the contract names at a place."""
        return self._constants.get((target, at), [])

    def rules(self, target: str, at: Path) -> tuple[Rule, ...]:
        """The rules about the single value at a place."""
        if (target, at) not in self._rules:
            self._rules[target, at] = value_rules(self.contract, target, at)
        return self._rules[target, at]

    def alike(self, target: str, at: Path, value: Json) -> Callable[[Json], bool]:
        """What tells of another value that the contract says the same of it at this place."""
        rules, constants = self.rules(target, at), self.constants(target, at)
        verdicts = [keeps(rule, value) for rule in rules]

        def is_alike(other: Json) -> bool:
            return [keeps(rule, other) for rule in rules] == verdicts and not any(
                same(other, known) for known in constants
            )

        return is_alike


def _named(rule: Rule) -> Iterator[tuple[Path, list[Json]]]:
    if rule.kind == "enum":
        yield rule.at, listed(rule.says)
    if rule.kind == "condition":
        for which in ("when", "then"):
            half = side(rule.says, which)
            yield rule.at + half.path, list(half.values)


def leaves(value: Json) -> Iterator[Json]:
    """Every value below that is no object and no array."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value
