"""The smallest change of a good interaction: one value in the body, one header, one status."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from contracts.model.contract import Contract, Rule
from contracts.model.interaction import Interaction
from contracts.model.json import Json
from contracts.rules.instance import ABSENT, find, of_many, replaced
from contracts.rules.parsing import NotJsonError, parse


def encoded(body: Json) -> bytes:
    """A body as it travels: JSON in UTF-8, names in their own order."""
    return json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")


def applies(rule: Rule, contract: Contract, interaction: Interaction) -> bool:
    """True where the rule is judged on an answer like this."""
    answer = contract.answer(interaction.response.status)
    if rule.target in contract.bodies:
        return answer is not None and rule.target in answer.bodies.values()
    return not rule.answers or (answer is not None and answer.key in rule.answers)


def with_body(interaction: Interaction, body: bytes) -> Interaction:
    """The same exchange with another body; a stale Content-Length goes."""
    headers = tuple(pair for pair in interaction.response.headers if pair[0].lower() != "content-length")
    return replace(interaction, response=replace(interaction.response, body=body, headers=headers))


def without_header(interaction: Interaction, name: str) -> Interaction:
    """The same exchange with a response header taken away."""
    headers = tuple(pair for pair in interaction.response.headers if pair[0].lower() != name.lower())
    return replace(interaction, response=replace(interaction.response, headers=headers))


def edited(interaction: Interaction, change: Callable[[Json], Json]) -> Interaction | None:
    """The exchange with `change` applied to its whole JSON body; None where it has none, or comes out `ABSENT`."""
    if not interaction.response.body:
        return None
    try:
        body, _ = parse(interaction.response.body)
    except NotJsonError:
        return None
    changed = change(body)
    return None if changed is ABSENT else with_body(interaction, encoded(changed))


def edited_at(
    rule: Rule, contract: Contract, body: Json, change: Callable[[Json], Json], *, adding: bool = False
) -> Json:
    """The body with the first value at the rule's place changed, or deleted by `ABSENT`; `ABSENT` without such a place.

    With `adding`, a property that an answer may leave out is put in where its parent is there.
    """
    names = partial(contract.index.names, rule.target)
    first = next(find(body, rule.at, names), None)
    if first is None and adding and rule.at and not of_many(rule.at[-1]):
        parents = (steps for steps, parent in find(body, rule.at[:-1], names) if isinstance(parent, dict))
        first = next((((*steps, rule.at[-1]), None) for steps in parents), None)
    if first is None:
        nothing: Json = ABSENT
        return nothing
    return replaced(body, first[0], change(first[1]))
