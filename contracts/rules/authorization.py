"""The credential that a request needs: one without it must not be answered with success."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from contracts.model.contract import Contract, Rule
from contracts.model.interaction import Interaction, Request, header
from contracts.rules.edits import applies
from contracts.rules.exchange import Exchange
from contracts.rules.kind import Break, Kind, Says

Credential = dict[str, str]
"""What is asked of a request: `in` (query or cookie, else a header), `header` (its name there), `scheme` or ""."""


def credential(scheme: dict[str, Any]) -> Credential | None:
    """What an OpenAPI security scheme asks for; None where it is none that a request shows."""
    kind, name, place = scheme.get("type"), scheme.get("name"), scheme.get("in")
    if kind == "http" and isinstance(scheme.get("scheme"), str):
        return {"header": "Authorization", "scheme": scheme["scheme"].capitalize()}
    if kind in ("oauth2", "openIdConnect"):
        return {"header": "Authorization", "scheme": "Bearer"}
    if kind == "apiKey" and place in ("header", "query", "cookie") and isinstance(name, str):
        return {"header": name, "scheme": ""} | ({} if place == "header" else {"in": place})
    return None


def credentials(says: Says) -> list[list[Credential]]:
    """The ways to be let in, any of which will do: each the credentials that it asks for, all at once."""
    if "any" in says:
        ways: Any = says["any"]
        return [[{"in": "header", **one} for one in way] for way in ways]
    return [[{"in": "header", "header": str(says["header"]), "scheme": str(says["scheme"])}]]


def sent_credential(said: Credential, request: Request) -> str | None:
    """What a request sends as a credential, None where it sends none."""
    if said["in"] == "query":
        pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        return next((value for name, value in pairs if name == said["header"] and value), None)
    if said["in"] == "cookie":
        cookies = [pair.partition("=") for pair in (header(request.headers, "cookie") or "").split(";")]
        return next((value.strip() for name, _, value in cookies if name.strip() == said["header"]), None)
    return header(request.headers, said["header"])


def _fault(said: Credential, request: Request) -> str:
    value = sent_credential(said, request)
    if value is None:
        return "absent"
    if said["in"] != "header":
        return ""
    good = re.fullmatch(re.escape(said["scheme"]) + r" +\S+", value, re.IGNORECASE) if said["scheme"] else value.strip()
    return "" if good else "a credential of another form"


def authorization_fault(says: Says, request: Request) -> str:
    """Why a request's credential breaks the rule, "" where it doesn't; the credential itself is never repeated."""
    faults = [next((fault for said in way if (fault := _fault(said, request))), "") for way in credentials(says)]
    return "" if "" in faults else faults[0]


def _judge_authorization(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    """Recordings are not judged: their owners strip the credential, as they should."""
    if not applies(rule, exchange.contract, exchange.interaction) or exchange.interaction.secondhand:
        return
    fault = authorization_fault(rule.says, exchange.interaction.request)
    if fault:
        seen = f"{fault}, answered with {exchange.interaction.response.status}"
        yield Break(rule=rule, pointer="#request", expected=_credential(rule.says), seen=seen)


def _credential(says: Says) -> str:
    return " or ".join(" and ".join(map(_named, way)) for way in credentials(says))


def _named(said: Credential) -> str:
    place = "" if said["in"] == "header" else f" in the {said['in']}"
    return (f"{said['header']}: {said['scheme']} <key>" if said["scheme"] else f"{said['header']}: <key>") + place


def _spoil_authorization(rule: Rule, contract: Contract, interaction: Interaction) -> Interaction | None:
    """The exchange without any credential that would do."""
    if not applies(rule, contract, interaction):
        return None
    asked = [said for way in credentials(rule.says) for said in way]
    names = {said["header"].lower() for said in asked if said["in"] == "header"}
    names |= {"cookie"} if any(said["in"] == "cookie" for said in asked) else set()
    headers = tuple(pair for pair in interaction.request.headers if pair[0].lower() not in names)
    parts = urlsplit(interaction.request.url)
    sent = {said["header"] for said in asked if said["in"] == "query"}
    if sent:
        pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in sent]
        parts = parts._replace(query=urlencode(pairs))
    return replace(interaction, request=replace(interaction.request, headers=headers, url=urlunsplit(parts)))


AUTHORIZATION = Kind(
    name="authorization",
    sentence=lambda _, says: f"Only a request with {_credential(says)} is answered with success.",
    expected=_credential,
    spoil=_spoil_authorization,
    judge=_judge_authorization,
)
