"""Which operation an exchange is of: by method and path, literal segments before parameters, by hashing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from contracts.model.contract import WEBHOOK, Contract
from contracts.model.interaction import Interaction, Request
from contracts.rules.credentials import is_placeholder
from contracts.rules.kind import Says
from contracts.rules.texts import has_format

_Mask: TypeAlias = tuple[bool, ...]
"""Which segments of a template are literal."""


class Router:
    """The contracts by method and path; those of one template, of several servers, in their order."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._masks: dict[tuple[str, int], list[_Mask]] = {}
        self._known: dict[tuple[str, _Mask, tuple[str, ...]], list[Contract]] = {}
        for contract in contracts:
            segments = plain_path(contract.path).split("/")
            mask = tuple("{" not in segment for segment in segments)
            masks = self._masks.setdefault((contract.method, len(segments)), [])
            if mask not in masks:
                masks.append(mask)
                masks.sort(reverse=True)  # the leftmost literal decides
            self._known.setdefault((contract.method, mask, _literals(segments, mask)), []).append(contract)

    def route(self, request: Request) -> tuple[Contract, ...]:
        """The contracts of the operation that a request asks: several only where several servers have it.

        Or where a document tells operations of one path apart by a query or a fragment; see `meant`.
        A slash at the end makes it no other operation; a path of no template, or an address that can't be taken apart,
        is of none.
        """
        try:
            path = urlsplit(request.url).path
        except ValueError:  # an address that no request can have been sent to
            return ()
        method = request.method.upper()
        for way, empty in ((path, False), (path.removesuffix("/"), False), (path, True)):
            found = self._found(method, way, empty=empty)
            if found:
                return found
        return ()

    def _found(self, method: str, path: str, *, empty: bool) -> tuple[Contract, ...]:
        """The contracts whose template a path has; whose parameters are all there, unless they may be `empty`."""
        segments = path.split("/")
        for mask in self._masks.get((method, len(segments)), ()):
            found: dict[int, list[Contract]] = {}
            for contract in self._known.get((method, mask, _literals(segments, mask)), ()):
                sent = path_parameters(contract.path, path)
                if sent is not None and (empty or "" not in sent.values()):
                    written = len(path) - sum(map(len, sent.values()))
                    found.setdefault(written, []).append(contract)
            if found:
                return tuple(found[max(found)])
        return ()


def meant(found: tuple[Contract, ...], request: Request) -> tuple[Contract, ...]:
    """Of contracts of one path those whose template has a query that was sent, else those that have the path alone."""
    if len(found) < 2:  # noqa: PLR2004  nothing is to be decided
        return found
    sent = set(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    ranks = [_rank(urlsplit(contract.path), sent) for contract in found]
    return tuple(contract for contract, rank in zip(found, ranks, strict=True) if rank == min(ranks))


def _rank(template: SplitResult, sent: set[tuple[str, str]]) -> int:
    if template.query and sent.issuperset(parse_qsl(template.query, keep_blank_values=True)):
        return 0
    return 2 if template.query or template.fragment else 1


def _literals(segments: list[str], mask: _Mask) -> tuple[str, ...]:
    """The segments that must be as they are; of one with a parameter in it nothing."""
    return tuple(segment for segment, literal in zip(segments, mask, strict=True) if literal)


@lru_cache(maxsize=4096)
def _template(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{([^{}]+)\}", path)
    literal, names = parts[::2], parts[1::2]
    pattern = re.escape(literal[0])
    for position, rest in enumerate(literal[1:]):
        pattern += f"(?P<p{position}>[^/]*)" + re.escape(rest)
    assert len(names) == len(literal) - 1
    return re.compile(pattern)


def plain_path(template: str) -> str:
    """A path template without the query or fragment that some documents tell operations apart by."""
    return re.split("[?#]", template)[0]


def path_parameters(template: str, path: str) -> dict[str, str] | None:
    """The values of a path template's parameters in a concrete path, percent-decoded; None where it doesn't match.

    A query or fragment in a template is no part of any path.
    """
    template = plain_path(template)
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
    if contract.method == WEBHOOK:
        return {} if interaction.request.url == contract.path else None
    try:
        path = urlsplit(interaction.request.url).path
    except ValueError:  # an address that no request can have been sent to
        return None
    found = path_parameters(contract.path, path)
    return path_parameters(contract.path, path.removesuffix("/")) if found is None else found


_SHAPES = {"integer": r"-?[0-9]+", "number": r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", "boolean": "true|false"}
_FIRST_REFUSAL = 400
_WORD = re.compile("[A-Za-z][A-Za-z_-]{0,24}")


def _can_be(says: Says, text: str) -> bool:
    """True where a segment of a path can be a value of the parameter's type at all; an empty one can't."""
    shape = _SHAPES.get(str(says.get("type")))
    if shape:
        return re.fullmatch(shape, text) is not None
    return text != "" and has_format(str(says.get("format")), text)


def another_operation(contract: Contract, interaction: Interaction) -> str:
    """The path of the operation that a recording is of instead, "" where it may be of the contract's.

    A segment that can't be of the parameter's type and isn't refused belongs to another path (`/contacts/count`).
    What isn't a plain word stays unnamed.
    """
    if not interaction.secondhand or interaction.response.status >= _FIRST_REFUSAL:
        return ""
    sent = belongs(contract, interaction) or {}
    path = contract.path
    for rule in contract.about("request", "parameter"):
        name, text = rule.at[0], sent.get(rule.at[0], "")
        if rule.says["in"] == "path" and name in sent and not (_can_be(rule.says, text) or is_placeholder(text)):
            path = path.replace("{" + name + "}", text if _WORD.fullmatch(text) else "*" * bool(text))
    return "" if path == contract.path else path
