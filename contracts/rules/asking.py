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
from contracts.rules.credentials import is_placeholder
from contracts.rules.exchange import Exchange, NotJsonError, belongs, is_json, parse
from contracts.rules.kind import Break, Kind, Says
from contracts.rules.places import find, replaced
from contracts.rules.spoiling import applies, edited
from contracts.rules.texts import EXAMPLES, fits, has_format

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
    if "content" in says:
        return False
    return not fits({name: value for name, value in says.items() if name not in _ABOUT}, text)


_ABOUT = frozenset({"in", "required", "example", "default", "style", "explode", "content"})


_SHAPES = {"integer": r"-?[0-9]+", "number": r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", "boolean": "true|false"}
_REFUSALS = 400
_WORD = re.compile("[A-Za-z][A-Za-z_-]{0,24}")


def _can_be(says: Says, text: str) -> bool:
    """Whether a segment of a path can be a value of the parameter's type at all; an empty one can't."""
    shape = _SHAPES.get(str(says.get("type")))
    if shape:
        return re.fullmatch(shape, text) is not None
    return text != "" and has_format(str(says.get("format")), text)


def another_operation(contract: Contract, interaction: Interaction) -> str:
    """The path of the operation that a recording is of instead, "" where it may be of the contract's.

    A segment that can't be of the parameter's type and isn't refused belongs to another path (`/contacts/count`).
    What isn't a plain word stays unnamed.
    """
    if not interaction.secondhand or interaction.response.status >= _REFUSALS:
        return ""
    sent = belongs(contract, interaction) or {}
    path = contract.path
    for rule in contract.about("request", "parameter"):
        name, text = rule.at[0], sent.get(rule.at[0], "")
        if rule.says["in"] == "path" and name in sent and not (_can_be(rule.says, text) or is_placeholder(text)):
            path = path.replace("{" + name + "}", text if _WORD.fullmatch(text) else "*" * bool(text))
    return "" if path == contract.path else path


def sent_text(rule: Rule, request: Request, parameters: dict[str, str]) -> str | None:
    """A parameter's text as it was sent, None where it wasn't; `parameters` are the path's."""
    name = rule.at[0]
    if rule.says["in"] == "query":
        pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        return next((value for key, value in pairs if key == name), _spread(rule.says, name, pairs))
    return header(request.headers, name) if rule.says["in"] == "header" else parameters.get(name)


def _spread(says: Says, name: str, pairs: list[tuple[str, str]]) -> str | None:
    """An object as it was sent in several pairs, `name[key]=` or each `key=` by itself; None where it wasn't."""
    types: Any = says.get("type", ())
    if "object" not in ([types] if isinstance(types, str) else types) or "content" in says:
        return None
    own = pairs if says.get("style", "form") == "form" and says.get("explode", True) else ()
    return urlencode([pair for pair in pairs if pair[0].startswith(f"{name}[")] or own) or None


def _unkept(rule: Rule, contract: Contract, text: str | None) -> bool:
    """Whether a value that travels as JSON is none, or none of its schema."""
    media = rule.says.get("content")
    if not text or not isinstance(media, str) or not is_json(media):
        return False
    try:
        value, _ = parse(text.encode("utf-8", "surrogatepass"))
    except NotJsonError:
        return True
    return not contract.index.asked((*rule.locations[0], "content", media, "schema"), value)


def _judged(rule: Rule, contract: Contract, interaction: Interaction) -> bool:
    """Whether the answer accepts the request. Cookies aren't looked at."""
    return rule.says["in"] in {"path", "query", "header"} and applies(rule, contract, interaction)


def _taken(rule: Rule, interaction: Interaction, text: str | None) -> bool:
    """Whether a recording's owner may have taken a parameter out, or put something in its place."""
    return interaction.secondhand and (rule.says["in"] == "header" or not text or is_placeholder(text))


def _judge_parameter(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    text = sent_text(rule, exchange.interaction.request, exchange.parameters)
    if _taken(rule, exchange.interaction, text):
        return
    if not _judged(rule, exchange.contract, exchange.interaction):
        return
    if parameter_fault(rule.says, text) or _unkept(rule, exchange.contract, text):
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
    if parameters is None or bad is None or not _judged(rule, contract, interaction):
        return None
    return _sent_as(rule, contract, interaction, parameters, bad)


def _sent_as(
    rule: Rule, contract: Contract, interaction: Interaction, parameters: dict[str, str], text: str
) -> Interaction:
    """The exchange with another text for the parameter of a rule; `parameters` are the path's."""
    name, request = rule.at[0], interaction.request
    parts = urlsplit(request.url)
    if rule.says["in"] == "header":
        headers = [pair for pair in request.headers if pair[0].lower() != name.lower()]
        return replace(interaction, request=replace(request, headers=(*headers, (name, text))))
    if rule.says["in"] == "query":
        pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
        parts = parts._replace(query=urlencode([*pairs, (name, text)]))
    else:
        path = contract.path
        for known, value in (parameters | {name: text}).items():
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


def _judge_bounds(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    """A number beyond what the documentation was seen to refuse; what is no number is another rule's."""
    text = sent_text(rule, exchange.interaction.request, exchange.parameters)
    if range_fault(rule.says, text) and _judged(rule, exchange.contract, exchange.interaction):
        seen = f"{text!r} answered with {exchange.interaction.response.status}"
        yield Break(rule=rule, pointer="#request", expected=_bounds(rule.says), seen=seen)


def range_fault(says: Says, text: str | None) -> bool:
    """A parameter's text is a number outside its range."""
    number = int(text) if text and re.fullmatch("-?[0-9]{1,400}", text) else None
    return number is not None and not int(str(says["minimum"])) <= number <= int(str(says["maximum"]))


def beyond(says: Says) -> str:
    """The first number that is too large."""
    return str(int(str(says["maximum"])) + 1)


def _bounds(says: Says) -> str:
    return f"at least {says['minimum']} and at most {says['maximum']} in the {says['in']}"


def _spoil_bounds(rule: Rule, contract: Contract, interaction: Interaction) -> Interaction | None:
    """The exchange with the first number that is too large, in the answer as well where that repeats it."""
    parameters, text = belongs(contract, interaction), beyond(rule.says)
    if parameters is None or not _judged(rule, contract, interaction):
        return None

    def repeated(body: Json) -> Json:
        for echo in contract.about(contract.main, "echo"):
            if echo.says["expression"] == f"$request.path.{rule.at[0]}":
                for steps, _ in list(find(body, echo.at)):
                    body = replaced(body, steps, int(text))
        return body

    sent = _sent_as(rule, contract, interaction, parameters, text)
    return edited(sent, repeated) or sent


PARAMETER_RANGE = Kind(
    name="parameter-range",
    sentence=lambda at, says: f"{dotted(at)} is {_bounds(says)}.",
    expected=_bounds,
    spoil=_spoil_bounds,
    judge=_judge_bounds,
)


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
