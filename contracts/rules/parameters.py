"""What is promised of a request's parameters: a request that breaks it must not be answered with success."""

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
from contracts.rules.edits import applies, edited
from contracts.rules.exchange import Exchange, is_json
from contracts.rules.instance import find, replaced
from contracts.rules.kind import Break, Kind, Says
from contracts.rules.parsing import NotJsonError, parse
from contracts.rules.routing import belongs
from contracts.rules.texts import EXAMPLES, fits

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
    """True where a parameter's text breaks what the page says of it; a missing one only where it is required."""
    if text is None or text == "":
        return bool(says.get("required"))
    if "content" in says:
        return False
    return not fits({name: value for name, value in says.items() if name not in _ABOUT}, text)


_ABOUT = frozenset({"in", "required", "example", "default", "style", "explode", "content"})


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
    """True where a value that travels as JSON is none, or none of its schema."""
    media = rule.says.get("content")
    if not text or not isinstance(media, str) or not is_json(media):
        return False
    try:
        value, _ = parse(text.encode("utf-8", "surrogatepass"))
    except NotJsonError:
        return True
    return not contract.index.request_keeps((*rule.locations[0], "content", media, "schema"), value)


def _judged(rule: Rule, contract: Contract, interaction: Interaction) -> bool:
    """True where the answer accepts the request. Cookies aren't looked at."""
    return rule.says["in"] in {"path", "query", "header"} and applies(rule, contract, interaction)


def _taken(rule: Rule, interaction: Interaction, text: str | None) -> bool:
    """True where a recording's owner may have taken a parameter out, or put something in its place."""
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
    """True where a request could break the rule: an optional text promises nothing, however well it is documented."""
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
    level="drift",
    sentence=lambda at, says: f"{dotted(at)} is {_bounds(says)}.",
    expected=_bounds,
    spoil=_spoil_bounds,
    judge=_judge_bounds,
)
