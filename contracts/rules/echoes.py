"""Echoes: a place of the answer that repeats a parameter of the request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.model.contract import Contract, Rule
from contracts.model.json import Json, dotted, pointer
from contracts.rules.credentials import is_placeholder
from contracts.rules.edits import edited_at
from contracts.rules.exchange import Exchange
from contracts.rules.instance import same, short
from contracts.rules.kind import Break, Kind, Says
from contracts.rules.samples import candidates, keeps, value_rules

_PATH_EXPRESSION = re.compile(r"\$request\.path\.([^.]+)")


def echoed_parameter(says: Says) -> str:
    """The path parameter that an echo's OpenAPI runtime expression names; "" where it is no such expression."""
    match = _PATH_EXPRESSION.fullmatch(str(says["expression"]))
    return match[1] if match else ""


def _sent(rule: Rule, exchange: Exchange) -> Json:
    """The parameter's value in the type that the contract gives it, or None where it isn't one."""
    name = echoed_parameter(rule.says)
    text = exchange.parameters.get(name)
    parameter = next((known for known in exchange.contract.about("request", "parameter") if known.at == (name,)), None)
    if not text or parameter is None:
        return None
    if parameter.says.get("type") == "integer":
        return int(text) if re.fullmatch(r"-?[0-9]{1,40}", text) else None
    return text


def _judge(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    sent = _sent(rule, exchange)
    if sent is None or not exchange.has_body or (exchange.interaction.secondhand and is_placeholder(sent)):
        return
    for steps, value in exchange.find(rule.at):
        if not same(value, sent):
            expected = f"{short(sent)}, as asked"
            yield Break(rule=rule, pointer=pointer(steps), expected=expected, seen=short(value), value=value)


def _spoil_echo(rule: Rule, contract: Contract, body: Json) -> Json:
    rules = value_rules(contract, rule.target, rule.at)

    def different(value: Json) -> Json:
        """Another value that keeps the other rules about its place."""
        near: tuple[Json, ...] = (f"not {value}",)
        if isinstance(value, int | float):
            near = (value + 1,)
        elif isinstance(value, str) and value:
            near = (value[:-1] + ("1" if value[-1] == "0" else "0"), *near)
        other = (one for one in (*near, *candidates(rules)) if not same(one, value))
        return next((one for one in other if all(keeps(known, one) for known in rules)), near[0])

    return edited_at(rule, contract, body, different)


ECHO = Kind(
    name="echo",
    keywords=("x-echoes",),
    sentence=lambda at, says: f"{dotted(at)} repeats {echoed_parameter(says)} of the request's path.",
    expected=lambda says: f"the request's {echoed_parameter(says)}",
    spoil_body=_spoil_echo,
    fragment=lambda says: {"x-echoes": says["expression"]},
    parse=lambda schema: {"expression": schema["x-echoes"]} if "x-echoes" in schema else None,
    judge=_judge,
)
