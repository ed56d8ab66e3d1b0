"""What stands around the body: status, media type, headers, and that the body is JSON at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.model.contract import Contract, Rule
from contracts.model.interaction import Interaction, header, header_lines
from contracts.rules.edits import applies, with_body, without_header
from contracts.rules.exchange import Exchange, look, plain_media
from contracts.rules.instance import ABSENT, short
from contracts.rules.kind import Break, Kind, Says
from contracts.rules.texts import fits

_UNLISTED = (410, 409, 418, 451)
"""Statuses that a spoiled answer may take, the first that the contract doesn't list."""


def _judge_status(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    if exchange.answer is None:
        known = ", ".join(answer.key for answer in exchange.contract.answers)
        status = str(exchange.interaction.response.status)
        yield Break(rule=rule, pointer="#status", expected=f"one of {known}", seen=status)


def _spoil_status(_rule: Rule, contract: Contract, interaction: Interaction) -> Interaction | None:
    answer = contract.answer(interaction.response.status)
    if answer is None or (answer.success and not all(other.success for other in contract.answers)):
        return None
    status = next((code for code in (*_UNLISTED, *range(100, 600)) if contract.answer(code) is None), None)
    if status is None:
        return None
    return replace(interaction, response=replace(interaction.response, status=status))


STATUS = Kind(
    name="status",
    level="drift",
    sentence=lambda _, __: "Every answer has a documented status.",
    expected=lambda _: "a documented status",
    spoil=_spoil_status,
    judge=_judge_status,
)
"""Its branches are the listed answers, which the contract holds: `contracts.rules.branches` adds them."""


def _unstored(interaction: Interaction) -> bool:
    """True where a recording holds no header of the answer at all: then nobody knows which came."""
    return interaction.secondhand and not interaction.response.headers


def _judge_media(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    raw, answer = exchange.interaction.response.body, exchange.answer
    if answer is None or exchange.problem or _unstored(exchange.interaction):
        return
    if not raw:
        if not (answer.empty or exchange.contract.method == "HEAD"):
            yield Break(rule=rule, pointer="", expected=" or ".join(answer.media), seen="no body at all")
        return
    seen = plain_media(header(exchange.interaction.response.headers, "content-type") or "")
    if not exchange.media:
        expected = " or ".join(answer.media) or "no body"
        yield Break(
            rule=rule, pointer="#header/Content-Type", expected=expected, seen=seen or "absent", value=seen or ABSENT
        )


def _is_success(contract: Contract, interaction: Interaction) -> bool:
    answer = contract.answer(interaction.response.status)
    return answer is not None and answer.success


def _spoil_media(_rule: Rule, contract: Contract, interaction: Interaction) -> Interaction | None:
    if not _is_success(contract, interaction):
        return None
    if not interaction.response.body:
        interaction = with_body(interaction, b"{}")
    bare = without_header(interaction, "content-type")
    headers = (*bare.response.headers, ("Content-Type", "text/plain"))
    return replace(bare, response=replace(bare.response, headers=headers))


MEDIA_TYPE = Kind(
    name="media-type",
    level="drift",
    sentence=lambda _, __: "Every body has the media type that its status documents.",
    expected=lambda _: "the documented media type",
    spoil=_spoil_media,
    judge=_judge_media,
)


def _judge_json(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    if exchange.problem:
        start = exchange.interaction.response.body[:40].decode("ascii", "backslashreplace")
        seen = f"{exchange.problem}: {start!r}" if start else exchange.problem
        yield Break(rule=rule, pointer="", expected="one JSON value", seen=seen)


def _spoil_json(_rule: Rule, contract: Contract, interaction: Interaction) -> Interaction | None:
    if not _is_success(contract, interaction) or not look(contract, interaction, {}).due:
        return None
    body = interaction.response.body.rstrip()
    return with_body(interaction, body[:-1] if body[:1] in (b"{", b"[") else b"{")


JSON = Kind(
    name="json",
    sentence=lambda _, __: "Every body that is due is one JSON value in UTF-8, each name unique in its object.",
    expected=lambda _: "one JSON value",
    spoil=_spoil_json,
    judge=_judge_json,
)


def _header_text(says: Says) -> str:
    if "pattern" in says:
        return f"{says['name']} matching {says['pattern']}"
    wanted = short(says["schema"]) if says["schema"] else "any text"
    return f"{says['name']}{'' if says['required'] else ', where it is there,'} as {wanted}"


def _header_keeps(says: Says, value: str | None) -> bool:
    if value is None:
        return "pattern" not in says and not says["required"]
    schema: Any = says["schema"] if "schema" in says else {"type": "string", "pattern": says["pattern"]}
    return fits(schema, value)


def _judge_header(rule: Rule, exchange: Exchange) -> Iterator[Break]:
    if not applies(rule, exchange.contract, exchange.interaction) or _unstored(exchange.interaction):
        return
    name = str(rule.says["name"])
    lines = header_lines(exchange.interaction.response.headers, name)
    if not any(_header_keeps(rule.says, line) for line in lines or (None,)):
        seen, found = (", ".join(lines), lines[0]) if lines else ("absent", ABSENT)
        yield Break(rule=rule, pointer=f"#header/{name}", expected=_header_text(rule.says), seen=seen, value=found)


def _spoil_header(rule: Rule, contract: Contract, interaction: Interaction) -> Interaction | None:
    """The answer without the header, or with a text that it may not have where it may be left out."""
    if not applies(rule, contract, interaction):
        return None
    name = str(rule.says["name"])
    bare = without_header(interaction, name)
    if not _header_keeps(rule.says, None):
        return bare
    bad = next((text for text in ("x", "", "-1") if not _header_keeps(rule.says, text)), None)
    if bad is None:
        return None
    return replace(bare, response=replace(bare.response, headers=(*bare.response.headers, (name, bad))))


HEADER = Kind(
    name="header",
    sentence=lambda _, says: f"The answer carries {_header_text(says)}.",
    expected=_header_text,
    spoil=_spoil_header,
    judge=_judge_header,
)
