"""What a rule gets to see of one interaction: matched parameters, the listed answer, the parsed body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from contracts.model.contract import Answer, Contract
from contracts.model.frozen import frozen
from contracts.model.interaction import Interaction, Response, header
from contracts.model.json import Json, Path
from contracts.rules.instance import Steps, find
from contracts.rules.parsing import NotJsonError, parse

_FIRST_REFUSAL = 400


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
        """True where JSON is due."""
        return self.has_body or bool(self.problem)

    def find(self, at: Path) -> Iterator[tuple[Steps, Json]]:
        """Every value of the body at a documented place, with its concrete one."""
        return find(self.body, at, partial(self.contract.index.names, self.target))


def plain_media(text: str) -> str:
    """A media type in lower case without parameters."""
    return text.split(";", maxsplit=1)[0].strip().lower()


def is_json(media: str) -> bool:
    """True where a media type is one of JSON."""
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
    """True where JSON is due: the documented type says so, or the one that was sent where any is documented."""
    if not media:
        return any(is_json(one) or "*" in one for one in answer.media)
    return is_json(sent) if "*" in media else is_json(media)


def target_of(contract: Contract, response: Response) -> str:
    """The name of the body that an answer carries, or would: of an undocumented one, what its like has; "" for none."""
    answer = contract.answer(response.status)
    if answer is None:
        good = response.status < _FIRST_REFUSAL
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
