"""The operation: what to send, as a command and as a program that can be copied."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator

from contracts.model.contract import REQUEST, Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.interaction import Request
from contracts.model.json import Json
from contracts.rules.authorization import Credential
from contracts.rules.authorization import credentials as asked_for
from contracts.rules.instance import short
from contracts.rules.legal_exchanges import KEY, legal_parameters, legal_request

NO_SERVER = "https://api.example.com"
"""Stands where the page names no server."""


@frozen
class Parameter:
    """One parameter in a reader's words; `limits` and `example` are texts, "" for none."""

    rule: Rule
    name: str
    place: str
    type: str
    required: bool
    example: str
    limits: str


def parameters(contract: Contract) -> tuple[Parameter, ...]:
    """The documented parameters in the page's order."""
    examples = legal_parameters(contract)
    return tuple(_parameter(rule, examples) for rule in contract.about(REQUEST, "parameter"))


def _parameter(rule: Rule, examples: dict[str, Json]) -> Parameter:
    says = rule.says
    if says.get("in") == "path" and rule.at and "example" not in says:
        says = says | {"example": examples[rule.at[0]]}
    known = {"in", "required", "type", "example"}
    return Parameter(
        rule=rule,
        name=rule.at[0] if rule.at else "",
        place=str(says.get("in", "")),
        type=_types(says.get("type", "value")),
        required=bool(says.get("required")),
        example=short(says["example"]) if "example" in says else "",
        limits="; ".join(f"{name} {_plain(value)}" for name, value in says.items() if name not in known),
    )


def _types(said: Json) -> str:
    return " or ".join(map(str, said)) if isinstance(said, list) else str(said)


def _plain(value: Json) -> str:
    return ", ".join(map(short, value)) if isinstance(value, list) else short(value)


def credentials(contract: Contract) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The ways to be let in, any of which will do: for each all that travels, by where and how.

    `(("header", "Authorization: Bearer <key>"),)` is one.
    """
    ways = [way for rule in contract.about(REQUEST, "authorization") for way in asked_for(rule.says)]
    return tuple(tuple((said["in"], _sent(said)) for said in way) for way in ways)


def _sent(said: Credential) -> str:
    if said["in"] == "header":
        return f"{said['header']}: {said['scheme']} <key>".replace(":  ", ": ")
    return f"{said['header']}=<key>"


def variable_of(name: str) -> str:
    """The environment variable with the key; `API_KEY` where none is known."""
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) else "API_KEY"


def request_of(contract: Contract) -> Request:
    """The request with example values; the key stands as `KEY` in its headers."""
    asked = legal_request(contract)
    url = asked.url if contract.server else NO_SERVER + asked.url
    return Request(method=asked.method, url=url, headers=asked.headers)


def curl(contract: Contract, variable: str) -> tuple[str, ...]:
    """A command in lines; the key comes from the environment."""
    asked = request_of(contract)
    words = [f"curl --request {shlex.quote(asked.method)}", f"  --url {_shell(asked.url, variable)}"]
    words += [f"  --header {_shell(f'{name}: {value}', variable)}" for name, value in asked.headers]
    return tuple(word + (" \\" if number < len(words) else "") for number, word in enumerate(words, 1))


def _shell(text: str, variable: str) -> str:
    if KEY not in text:
        return shlex.quote(text)
    before, _, after = (re.sub(r'([\\"$`])', r"\\\1", part) for part in text.partition(KEY))
    return f'"{before}${variable}{after}"'


def python(contract: Contract, variable: str) -> tuple[str, ...]:
    """A program in lines that uses `requests`; the key comes from the environment."""
    asked = request_of(contract)
    shown = "response.json()" if contract.main else "response.text"
    return tuple(_python(asked, variable, shown))


def _python(asked: Request, variable: str, shown: str) -> Iterator[str]:
    yield from ("import os", "", "import requests", "")
    yield "response = requests.request("
    yield f"    {_literal(asked.method)},"
    yield f"    {_value(asked.url, variable)},"
    if asked.headers:
        inner = ", ".join(f"{_literal(name)}: {_value(value, variable)}" for name, value in asked.headers)
        yield f"    headers={{{inner}}},"
    yield from ("    timeout=30,", ")", "response.raise_for_status()", f"print({shown})")


def _value(value: str, variable: str) -> str:
    if KEY not in value:
        return _literal(value)
    before, _, after = value.partition(KEY)
    parts = [_literal(before)] * bool(before) + [f'os.environ["{variable}"]'] + [_literal(after)] * bool(after)
    return " + ".join(parts)


def _literal(text: str) -> str:
    """A Python literal in double quotes: JSON's, whose escapes Python has as well."""
    return json.dumps(text, ensure_ascii=False)
