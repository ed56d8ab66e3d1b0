"""What a rule gets to see of one interaction: matched parameters, the listed answer, the parsed body."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.model.contract import Answer, Contract
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction, Response, header
from contracts.model.json import Json, Path
from contracts.rules.places import Steps, find

MAX_DEPTH = 200
"""Deeper values are read as JSON and then left out: no contract says anything of them."""
_EXACT_FLOAT = 2.0**53
_DIGITS = 600
"""So many digits stand for a longer number, which is beyond every bound as well."""
_SHOWN = 40
_REFUSALS = 400


class NotJsonError(ValueError):
    """The text isn't one JSON value in UTF-8; the message says why, in a few words."""


class _Reader:
    """Reads texts without what RFC 8259 forbids or leaves undefined, and remembers numbers that need care."""

    __slots__ = ("careful",)

    def __init__(self) -> None:
        self.careful = False

    def value(self, text: str) -> Any:
        """Raises json.JSONDecodeError, NotJsonError."""
        hooks: Any = {
            "object_pairs_hook": self.pairs,
            "parse_constant": self.constant,
            "parse_float": self.number,
        }
        try:
            return json.loads(text, **hooks)
        except (json.JSONDecodeError, NotJsonError):
            raise
        except ValueError:  # an integer longer than the language reads at once
            return json.loads(text, parse_int=self.integer, **hooks)

    def part(self, text: str) -> None:
        """Reads what is left out. Raises NotJsonError."""
        try:
            self.value(text)
        except json.JSONDecodeError as error:
            message = f"{error.msg}, more than {MAX_DEPTH} levels deep"
            raise NotJsonError(message) from None

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            counts = Counter(name for name, _ in pairs)
            twice = next((name for name, count in counts.items() if count > 1 and _LOST not in name), None)
            if twice is not None:
                message = f"the name {json.dumps(twice[:_SHOWN])} stands twice in one object"
                raise NotJsonError(message)
        return found

    def constant(self, name: str) -> float:
        message = f"{name} is no JSON number"
        raise NotJsonError(message)

    def number(self, text: str) -> float:
        value = float(text)
        if math.isinf(value):
            return self.beyond(text)
        if abs(value) >= _EXACT_FLOAT:
            self.careful = True
        return value

    def integer(self, text: str) -> int:
        return self.beyond(text) if len(text) > _DIGITS else int(text)

    def beyond(self, text: str) -> int:
        """A number too large for anything: its first digits, and as many more as make it large enough."""
        self.careful = True
        digits = re.sub("[^0-9]", "", re.split("[eE]", text)[0]).lstrip("0")
        size = int(digits[:_DIGITS].ljust(_DIGITS, "0"))
        return -size if text.startswith("-") else size


# Matches whatever follows a quote, closed or not, and never goes back: one pass over any text.
_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
_LOST = "\ufffd"


def _shallow(text: str, read: Callable[[str], object]) -> str:
    """The text, every array and object deeper than `MAX_DEPTH` read by itself and left empty. Raises NotJsonError."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return text
    whole: list[list[str]] = [[]]
    depth = start = 0
    for match in _BRACKET.finditer(text):
        bracket = match[0]
        if bracket in {"[", "{"}:
            if depth > 0 and depth % MAX_DEPTH == 0:
                whole[-1].append(text[start : match.start()])
                whole.append([])
                start = match.start()
            depth += 1
        elif bracket in {"]", "}"}:
            depth -= 1
            if depth > 0 and depth % MAX_DEPTH == 0 and len(whole) > 1:
                part = "".join([*whole.pop(), text[start : match.end()]])
                read(part)
                whole[-1].append("[]" if part[0] == "[" else "{}")
                start = match.end()
    if len(whole) > 1:
        message = f"brackets that nothing closes, more than {MAX_DEPTH} levels deep"
        raise NotJsonError(message)
    return "".join([*whole[0], text[start:]])


def _whole_characters(text: str) -> str:
    """The text with each escaped half of a character (a lone surrogate) as the sign for one that got lost."""
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _ESCAPE.sub(lambda escape: r"\ufffd" if escape[1] else escape[0], text)


def parse(body: bytes) -> tuple[Json, bool]:
    """The one JSON value in `body`, and whether it holds numbers that a fast validator may round.

    Stricter than `json.loads` where RFC 8259 warns: UTF-8 without a byte order mark, unique names, no NaN. What is
    valid and can't be held is held as nearly as it can: see `MAX_DEPTH`; a number beyond every float as a long one;
    half a character as U+FFFD. Raises NotJsonError.
    """
    reader = _Reader()
    try:
        text = body.decode()
        shallow = _shallow(_whole_characters(text), reader.part)
        value = reader.value(shallow)
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8"
        raise NotJsonError(message) from None
    except json.JSONDecodeError as error:
        where = f" at character {error.pos}" if len(shallow) == len(text) else ""
        message = f"{error.msg}{where}" if body else "no body at all"
        raise NotJsonError(message) from None
    return value, reader.careful


def is_deep(body: bytes) -> bool:
    """Whether `parse` leaves out a part of a body that it reads."""
    text = body.decode(errors="replace")
    return len(_shallow(text, lambda _: None)) < len(text)


@frozen
class Exchange:
    """One interaction seen through its contract.

    `parameters` are the path's, percent-decoded; `answer` is None for an undocumented status. `media` is the documented
    media type that the answer has, "" for none; `target` names the body that it carries, "" where none of a known form
    is due. `body` is the parsed body where JSON is due, `problem` says why it could not be parsed ("" where it could),
    `careful` that its numbers need the precise validator.
    """

    contract: Contract
    interaction: Interaction
    parameters: dict[str, str]
    answer: Answer | None
    media: str = ""
    target: str = ""
    has_body: bool = False
    body: Json = None
    problem: str = ""
    careful: bool = False

    @property
    def due(self) -> bool:
        """Whether JSON is due."""
        return self.has_body or bool(self.problem)

    def find(self, at: Path) -> Iterator[tuple[Steps, Json]]:
        """Every value of the body at a documented place, with its concrete one."""
        return find(self.body, at, partial(self.contract.index.names, self.target))


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
    try:
        path = urlsplit(interaction.request.url).path
    except ValueError:  # an address that no request can have been sent to
        return None
    found = path_parameters(contract.path, path)
    return path_parameters(contract.path, path.removesuffix("/")) if found is None else found


def plain_media(text: str) -> str:
    """A media type in lower case without parameters."""
    return text.split(";", maxsplit=1)[0].strip().lower()


def is_json(media: str) -> bool:
    """Whether a media type is one of JSON."""
    plain = plain_media(media)
    return plain.endswith(("/json", "+json"))


def media_among(listed: tuple[str, ...], sent: str) -> str:
    """The one of the documented media types that an answer's is: itself, else a range that holds it; "" for none."""
    plain = plain_media(sent)
    found = [media for media in listed if plain_media(media) == plain]
    ranges = (f"{plain.split('/')[0]}/*", "*/*")
    found += [media for range_ in ranges for media in listed if plain_media(media) == range_]
    return found[0] if found else ""


def _carried(answer: Answer, media: str, sent: str) -> bool:
    """Whether JSON is due: the documented type says so, or the one that was sent where any is documented."""
    if not media:
        return any(is_json(one) or "*" in one for one in answer.media)
    return is_json(sent) if "*" in media else is_json(media)


def target_of(contract: Contract, response: Response) -> str:
    """The name of the body that an answer carries, or would: of an undocumented one, what its like has; "" for none."""
    answer = contract.answer(response.status)
    if answer is None:
        good = response.status < _REFUSALS
        return next((known.body for known in contract.answers if known.success == good and known.body), "")
    sent = header(response.headers, "content-type") or ""
    return answer.bodies.get(media_among(answer.media, sent), answer.body)


def look(contract: Contract, interaction: Interaction, parameters: dict[str, str]) -> Exchange:
    """The exchange, its body parsed where the documented answer carries JSON."""
    answer = contract.answer(interaction.response.status)
    seen = Exchange(contract=contract, interaction=interaction, parameters=parameters, answer=answer)
    raw = interaction.response.body
    if answer is None or not (raw or not answer.empty) or (contract.method == "HEAD" and not raw):
        return seen
    sent = header(interaction.response.headers, "content-type") or ""
    media = media_among(answer.media, sent)
    seen = replace(seen, media=media)
    if not _carried(answer, media, sent):
        return seen
    target = answer.bodies.get(media, "" if media and answer.bodies else answer.body)
    try:
        value, careful = parse(raw)
    except NotJsonError as error:
        return replace(seen, target=target, problem=str(error))
    return replace(seen, target=target, has_body=True, body=value, careful=careful)
