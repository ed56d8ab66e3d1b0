"""Answers that are not legal, or no success: what a page may promise tomorrow, and what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

from contracts.consumer.body_with_choices import concrete
from contracts.consumer.legal_cases import Table, answering
from contracts.model.contract import Answer, Contract, Rule
from contracts.model.gate import Case, Expects
from contracts.model.interaction import Headers, Response
from contracts.model.json import Json, Path, dotted
from contracts.rules.edits import encoded
from contracts.rules.instance import ABSENT, of_many, replaced
from contracts.rules.json_types import types_of
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import legal_interaction
from contracts.rules.values import listed

SLOW = 6.0
"""Seconds; a common client gives up after five."""

NEW = "somethingNew"
EXTRA = {"addedTomorrow": "something new"}
PROXY = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
)


def tomorrow_cases(contract: Contract) -> tuple[Case, ...]:
    """Answers that break one rule each, as an API that grows or slips would; none of them is legal."""
    try:
        table = Table(contract, contract.main) if contract.main else None
    except NoAnswer:
        table = None
    if table is None:
        return ()
    response = answering(contract, b"{}").response
    return tuple(
        _changed(response, name, said, rule, body, expects)
        for name, said, rule, body, expects in (
            *_additions(table),
            *_new_values(table),
            *_gone(table),
            *_nulls(table),
            *_texts(table),
        )
    )


Change = tuple[str, str, str, Json, Expects]


def _changed(  # noqa: PLR0913, PLR0917  each is a part of the case
    response: Response, name: str, said: str, rule: str, body: Json, expects: Expects
) -> Case:
    return Case(
        name=name,
        tier="tomorrow",
        description=said,
        status=response.status,
        headers=response.headers,
        body=encoded(body),
        rules=(rule,) if rule else (),
        traits=(name,),
        expects=expects,
    )


def _present(table: Table, *kinds: str) -> Iterator[tuple[Rule, Json]]:
    """The rules of these kinds whose place the base holds, with the value there."""
    for rule in table.contract.about(table.target, *kinds):
        value = table.at(table.base, rule.at)
        if value is not ABSENT:
            yield rule, value


def _with(table: Table, at: Path, value: Json) -> Json:
    return replaced(table.base, concrete(at, table.base, table.names), value)


def _additions(table: Table) -> Iterator[Change]:
    closed = next((rule.id for rule in table.contract.about(table.target, "closed")), "")
    for rule, value in _present(table, "type"):
        if isinstance(value, dict):
            name = "undocumented-field" if not rule.at else f"{dotted(rule.at)}.undocumented-field"
            said = f"{'the body' if not rule.at else f'`{dotted(rule.at)}`'} has a field that nobody documented"
            yield name, said, closed, _with(table, rule.at, {**value, **EXTRA}), "survive"


def _new_values(table: Table) -> Iterator[Change]:
    for rule, _ in _present(table, "enum"):
        values: list[Any] = [value for value in listed(rule.says) if value is not None]
        numbers = values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
        new: Json = next(number for number in count(1) if number not in values) if numbers else NEW
        said = f"`{dotted(rule.at)}` is a value that nobody has seen yet"
        yield f"{dotted(rule.at)}=new-value", said, rule.id, _with(table, rule.at, new), "survive"


def _gone(table: Table) -> Iterator[Change]:
    for rule, _ in _present(table, "required"):
        if not of_many(rule.at[-1]):
            said = f"`{dotted(rule.at)}` is missing"
            yield f"{dotted(rule.at)}.gone", said, rule.id, _with(table, rule.at, ABSENT), "either"


def _nulls(table: Table) -> Iterator[Change]:
    for rule, _ in _present(table, "type"):
        if rule.at and "null" not in types_of(rule.says):
            said = f"`{dotted(rule.at)}` is null, which nobody promised"
            yield f"{dotted(rule.at)}=unpromised-null", said, rule.id, _with(table, rule.at, None), "either"


def _texts(table: Table) -> Iterator[Change]:
    for rule, value in _present(table, "type"):
        if isinstance(value, int | float) and not isinstance(value, bool) and "string" not in types_of(rule.says):
            said = f"`{dotted(rule.at)}` is a number written as text"
            yield f"{dotted(rule.at)}=as-text", said, rule.id, _with(table, rule.at, str(value)), "either"


def error_cases(contract: Contract) -> tuple[Case, ...]:
    """The documented refusals, a server error, a proxy's page, a cut body, and a slow answer."""
    refusals = (answer for answer in contract.answers if not answer.success and answer.body)
    good = _good(contract)
    html: Headers = (("Content-Type", "text/html; charset=utf-8"),)
    plain: Headers = (("Content-Type", "text/plain"),)
    return (
        *(case for answer in refusals for case in _refusal(contract, answer)),
        _error("error=500", "the server fails", 500, plain, b"Internal Server Error"),
        _error("error=proxy", "a proxy answers with a page of HTML", 502, html, PROXY),
        _error("error=proxy-200", "a proxy answers 200 with a page of HTML", good.status, html, PROXY),
        _error("error=cut", "the connection ends in the middle of the body", good.status, good.headers, good.body,
               cut=len(good.body) // 2),
        _error("error=slow", f"the answer takes {SLOW:.0f} seconds", good.status, good.headers, good.body,
               expects="either", delay=SLOW),
    )  # fmt: skip


def _good(contract: Contract) -> Response:
    """A legal answer of success; with an empty object as its body where none can be made."""
    try:
        if contract.main:
            return answering(contract, encoded(Table(contract, contract.main).base)).response
        return legal_interaction(contract, contract.success.status).response
    except NoAnswer:
        headers: Headers = (("Content-Type", "application/json"),)
        return Response(status=contract.success.status, headers=headers, body=b"{}")


def _refusal(contract: Contract, answer: Answer) -> Iterator[Case]:
    """A documented refusal, where a legal one can be made."""
    with suppress(NoAnswer):
        response = legal_interaction(contract, answer.status).response
        said = f"the answer is a documented {answer.key}"
        yield _error(f"error={answer.key}", said, answer.status, response.headers, response.body)


def _error(  # noqa: PLR0913  each is a part of the case
    name: str, said: str, status: int, headers: Headers, body: bytes,
    *, expects: Expects = "notice", cut: int | None = None, delay: float = 0.0,
) -> Case:  # fmt: skip
    return Case(
        name=name,
        tier="error",
        description=said,
        status=status,
        headers=headers,
        body=body,
        traits=(name,),
        expects=expects,
        cut=cut,
        delay=delay,
    )
