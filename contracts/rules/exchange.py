"""What a rule gets to see of one interaction: matched parameters, the listed answer, the parsed body."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.model.contract import Answer, Contract
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction
from contracts.model.json import Json

MAX_DEPTH = 200
_EXACT_FLOAT = 2.0**53
_SHOWN = 40


class NotJsonError(ValueError):
    """The text isn't one JSON value in UTF-8; the message says why, in a few words."""


class _Reader:
    """Hooks for `json.loads` that refuse what RFC 8259 leaves undefined, and remember numbers that need care."""

    __slots__ = ("careful",)

    def __init__(self) -> None:
        self.careful = False

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
            message = f"the name {json.dumps(twice[:_SHOWN])} stands twice in one object"
            raise NotJsonError(message)
        return found

    def constant(self, name: str) -> float:
        message = f"{name} is no JSON number"
        raise NotJsonError(message)

    def number(self, text: str) -> float:
        value = float(text)
        if math.isinf(value):
            message = "a number beyond every float"
            raise NotJsonError(message)
        if abs(value) >= _EXACT_FLOAT:
            self.careful = True
        return value


# Matches whatever follows a quote, closed or not, and never goes back: one pass over any text.
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


def _refuse_deep(text: str) -> None:
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth = 0
    for match in _BRACKET.finditer(text):
        bracket = match[0]
        depth += (bracket in "[{") - (bracket in "]}")
        if depth > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            raise NotJsonError(message)


def parse(body: bytes) -> tuple[Json, bool]:
    """The one JSON value in `body`, and whether it holds numbers that a fast validator may round.

    Stricter than `json.loads` where RFC 8259 warns: UTF-8 without a byte order mark, unique names, no NaN, no lone
    surrogates, at most `MAX_DEPTH` levels. Raises NotJsonError.
    """
    reader = _Reader()
    try:
        text = body.decode()
        _refuse_deep(text)
        value = json.loads(
            text, object_pairs_hook=reader.pairs, parse_constant=reader.constant, parse_float=reader.number
        )
        if "\\ud" in text or "\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except NotJsonError:
        raise
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8"
        raise NotJsonError(message) from None
    except UnicodeEncodeError:
        message = "a lone surrogate in a string"
        raise NotJsonError(message) from None
    except json.JSONDecodeError as error:
        message = f"{error.msg} at character {error.pos}" if body else "no body at all"
        raise NotJsonError(message) from None
    except ValueError:
        message = "a number with too many digits"
        raise NotJsonError(message) from None
    return value, reader.careful


@frozen
class Exchange:
    """One interaction seen through its contract.

    `parameters` are the path's, percent-decoded; `answer` is None for an undocumented status. `body` is the parsed
    body where one is due, `problem` says why it could not be parsed ("" where it could), `careful` that its numbers
    need the precise validator.
    """

    contract: Contract
    interaction: Interaction
    parameters: dict[str, str]
    answer: Answer | None
    has_body: bool
    body: Json = None
    problem: str = ""
    careful: bool = False


@lru_cache(maxsize=256)
def _template(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{([^{}]+)\}", path)
    literal, names = parts[::2], parts[1::2]
    pattern = re.escape(literal[0])
    for position, rest in enumerate(literal[1:]):
        pattern += f"(?P<p{position}>[^/]*)" + re.escape(rest)
    assert len(names) == len(literal) - 1
    return re.compile(pattern)


def path_parameters(template: str, path: str) -> dict[str, str] | None:
    """The values of a path template's parameters in a concrete path, percent-decoded; None where it doesn't match."""
    match = _template(template).fullmatch(path)
    if match is None:
        return None
    names = re.findall(r"\{([^{}]+)\}", template)
    return {name: unquote(value) for name, value in zip(names, match.groups(), strict=True)}


def belongs(contract: Contract, interaction: Interaction) -> dict[str, str] | None:
    """The path parameters where the interaction asks the contract's operation, on any host; else None.

    A slash at the end makes it no other operation.
    """
    if interaction.request.method.upper() != contract.method:
        return None
    try:
        path = urlsplit(interaction.request.url).path
    except ValueError:  # an address that no request can have been sent to
        return None
    found = path_parameters(contract.path, path)
    return path_parameters(contract.path, path.removesuffix("/")) if found is None else found


def look(contract: Contract, interaction: Interaction, parameters: dict[str, str]) -> Exchange:
    """The exchange, its body parsed where the listed answer carries one."""
    answer = contract.answer(interaction.response.status)
    raw = interaction.response.body
    due = answer is not None and bool(raw or not answer.may_be_empty)
    value: Json = None
    problem, careful = "", False
    if due:
        try:
            value, careful = parse(raw)
        except NotJsonError as error:
            problem = str(error)
    return Exchange(
        contract=contract,
        interaction=interaction,
        parameters=parameters,
        answer=answer,
        has_body=due and not problem,
        body=value,
        problem=problem,
        careful=careful,
    )
