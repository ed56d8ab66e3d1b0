"""What the page promises of requests: a request that breaks it must not be answered with success."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from contracts.model.contract import Contract, Rule
from contracts.model.interaction import Interaction, Request, header
from contracts.model.json import Json, Path, dotted
from contracts.rules.exchange import Exchange, belongs
from contracts.rules.formats import EXAMPLES
from contracts.rules.kind import Break, Kind, Says
from contracts.rules.spoiling import applies

_SAMPLES: dict[str, Json] = {"integer": 1, "number": 1, "boolean": "true"}


def legal_parameter(says: Says) -> Json:
    """A small value that a parameter may take."""
    for name in ("example", "default"):
        if name in says:
            return says[name]
    values: Any = says.get("enum")
    if values:
        return next(iter(values), None)
    return EXAMPLES.get(str(says.get("format")), _SAMPLES.get(str(says.get("type")), "one"))


def parameter_fault(says: Says, text: str | None) -> bool:
    """Whether a parameter's text breaks what the page says of it; a missing one only where it is required."""
    if text is None or text == "":
        return bool(says.get("required"))
    if says.get("type") == "integer":
        return re.fullmatch(r"-?[0-9]+", text) is None
    return False


def sent_text(rule: Rule, request: Request, parameters: dict[str, str]) -> str | None:
    """A parameter's text as it was sent, None where it wasn't; `parameters` are the path's."""
    name = rule.at[0]
    if rule.says["in"] == "query":
        pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        return next((value for key, value in pairs if key == name), None)
    return header(request.headers, name) if rule.says["in"] == "header" else parameters.get(name)


def _judged(rule: Rule, interaction: Interaction) -> bool:
    """Whether the answer accepts the request. Cookies aren't looked at, nor what recordings are stripped of."""
    place = rule.says["in"]
    stripped = place == "header" and interaction.origin in {"recorded", "given"}
    return place in {"path", "query", "header"} and not stripped and applies(rule, interaction)


def _judge_parameter(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    text = sent_text(rule, exchange.interaction.request, exchange.parameters)
    if _judged(rule, exchange.interaction) and parameter_fault(rule.says, text):
        told = "absent" if text is None else repr(text)
        seen = f"{told} answered with {exchange.interaction.response.status}"
        yield Break(rule=rule, pointer="#request", expected=_parameter_text(rule.says), seen=seen)


def _parameter_text(says: Says) -> str:
    required = "required " if says.get("required") else ""
    return f"{required}{says.get('type', 'value')} in the {says['in']}"


def binds(rule: Rule) -> bool:
    """Whether a request could break the rule: an optional text promises nothing, however well it is documented."""
    if rule.kind != "parameter":
        return True
    return rule.says["in"] in {"path", "query", "header"} and _bad_text(rule.says) is not None


def _bad_text(says: Says) -> str | None:
    return next((text for text in ("x", "") if parameter_fault(says, text)), None)


def _spoil_parameter(rule: Rule, contract: Contract, interaction: Interaction) -> Interaction | None:
    parameters, bad = belongs(contract, interaction), _bad_text(rule.says)
    if parameters is None or bad is None or not _judged(rule, interaction):
        return None
    name, request = rule.at[0], interaction.request
    parts = urlsplit(request.url)
    if rule.says["in"] == "header":
        headers = [pair for pair in request.headers if pair[0].lower() != name.lower()]
        return replace(interaction, request=replace(request, headers=(*headers, (name, bad))))
    if rule.says["in"] == "query":
        pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
        parts = parts._replace(query=urlencode([*pairs, (name, bad)]))
    else:
        path = contract.path
        for known, value in (parameters | {name: bad}).items():
            path = path.replace("{" + known + "}", quote(value, safe=""))
        parts = parts._replace(path=path)
    return replace(interaction, request=replace(request, url=urlunsplit(parts)))


def _parameter_sentence(at: Path, says: Says) -> str:
    text = _parameter_text(says)
    article = "an" if text[0] in "aeio" else "a"
    refused = "; a request without it is refused" if says.get("required") else ""
    return f"{dotted(at)} is {article} {text}{refused}."


PARAMETER = Kind(
    name="parameter",
    sentence=_parameter_sentence,
    expected=_parameter_text,
    spoil=_spoil_parameter,
    judge=_judge_parameter,
)


def credential(scheme: dict[str, Any]) -> Says | None:
    """What an OpenAPI security scheme asks for; None where it asks for no credential in a header."""
    kind, name = scheme.get("type"), scheme.get("name")
    if kind == "http" and isinstance(scheme.get("scheme"), str):
        return {"header": "Authorization", "scheme": scheme["scheme"].capitalize()}
    if kind in ("oauth2", "openIdConnect"):
        return {"header": "Authorization", "scheme": "Bearer"}
    return {"header": name, "scheme": ""} if kind == "apiKey" and scheme.get("in") == "header" and name else None


def authorization_fault(says: Says, request: Request) -> str:
    """Why a request's credential breaks the rule, "" where it doesn't; the credential itself is never repeated."""
    value = header(request.headers, str(says["header"]))
    if value is None:
        return "absent"
    scheme = str(says["scheme"])
    good = re.fullmatch(re.escape(scheme) + r" +\S+", value, re.IGNORECASE) if scheme else value.strip()
    return "" if good else "a credential of another form"


def _judge_authorization(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    """What may come of a recording of unknown making is not judged: its owner stripped the credential, as he should."""
    if not applies(rule, exchange.interaction) or exchange.interaction.origin in {"recorded", "given"}:
        return
    fault = authorization_fault(rule.says, exchange.interaction.request)
    if fault:
        seen = f"{fault}, answered with {exchange.interaction.response.status}"
        yield Break(rule=rule, pointer="#request", expected=_credential(rule.says), seen=seen)


def _credential(says: Says) -> str:
    return f"{says['header']}: {says['scheme']} <key>" if says["scheme"] else f"{says['header']}: <key>"


def _spoil_authorization(rule: Rule, _contract: Contract, interaction: Interaction) -> Interaction | None:
    if not applies(rule, interaction):
        return None
    name = str(rule.says["header"]).lower()
    headers = tuple(pair for pair in interaction.request.headers if pair[0].lower() != name)
    return replace(interaction, request=replace(interaction.request, headers=headers))


AUTHORIZATION = Kind(
    name="authorization",
    sentence=lambda _, says: f"Only a request with {_credential(says)} is answered with success.",
    expected=_credential,
    spoil=_spoil_authorization,
    judge=_judge_authorization,
)
