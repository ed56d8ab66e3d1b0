"""The operation: what to send, as a command and as a program that can be copied."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace

from contracts.model.contract import REQUEST, Contract, Rule
from contracts.model.frozen import frozen
from contracts.model.interaction import Request
from contracts.model.json import Json
from contracts.rules.authorization import Credential, credentials
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


@frozen
class Call:
    """How to call an operation; `variable` names the environment variable with the key, if any is known."""

    contract: Contract
    variable: str = ""

    @property
    def key(self) -> str:
        """The environment variable that the examples take the key from: `API_KEY` where none is known."""
        return self.variable if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.variable) else "API_KEY"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The documented parameters in the page's order."""
        examples = legal_parameters(self.contract)
        return tuple(_parameter(rule, examples) for rule in self.contract.about(REQUEST, "parameter"))

    @property
    def credentials(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The ways to be let in, any of which will do: for each all that travels, by where and how.

        `(("header", "Authorization: Bearer <key>"),)` is one.
        """
        ways = [way for rule in self.contract.about(REQUEST, "authorization") for way in credentials(rule.says)]
        return tuple(tuple((credential["in"], _sent(credential)) for credential in way) for way in ways)

    @property
    def request(self) -> Request:
        """The request with example values; the key stands as `KEY` in its headers."""
        request = legal_request(self.contract)
        return request if self.contract.server else replace(request, url=NO_SERVER + request.url)

    @property
    def curl(self) -> tuple[str, ...]:
        """A command in lines; the key comes from the environment."""
        request = self.request
        words = [f"curl --request {shlex.quote(request.method)}", f"  --url {_shell(request.url, self.key)}"]
        words += [f"  --header {_shell(f'{name}: {value}', self.key)}" for name, value in request.headers]
        return tuple(word + (" \\" if number < len(words) else "") for number, word in enumerate(words, 1))

    @property
    def python(self) -> tuple[str, ...]:
        """A program in lines that uses `requests`; the key comes from the environment."""
        shown = "response.json()" if self.contract.main else "response.text"
        return tuple(_python(self.request, self.key, shown))


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


def _types(names: Json) -> str:
    return " or ".join(map(str, names)) if isinstance(names, list) else str(names)


def _plain(value: Json) -> str:
    return ", ".join(map(short, value)) if isinstance(value, list) else short(value)


def _sent(credential: Credential) -> str:
    if credential["in"] == "header":
        return f"{credential['header']}: {credential['scheme']} <key>".replace(":  ", ": ")
    return f"{credential['header']}=<key>"


def _shell(text: str, variable: str) -> str:
    if KEY not in text:
        return shlex.quote(text)
    before, _, after = (re.sub(r'([\\"$`])', r"\\\1", part) for part in text.partition(KEY))
    return f'"{before}${variable}{after}"'


def _python(request: Request, variable: str, shown: str) -> Iterator[str]:
    yield from ("import os", "", "import requests", "")
    yield "response = requests.request("
    yield f"    {_literal(request.method)},"
    yield f"    {_value(request.url, variable)},"
    if request.headers:
        inner = ", ".join(f"{_literal(name)}: {_value(value, variable)}" for name, value in request.headers)
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
