"""The fast judge beside the exact one: the same logs, of legal bodies and of such as were spoiled in every way at hand.

`python -m tests.checking.fast_and_exact 200000` holds them to each other on so many bodies.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from contracts.commands.archives import Judging, pieces_of
from contracts.commands.documents import contracts_here, read_document
from contracts.model.contract import Contract
from contracts.model.document import reached
from contracts.reading.openapi import contracts_of
from contracts.rules.instance import replaced
from contracts.rules.legal_bodies import NoAnswer
from contracts.rules.legal_exchanges import legal_carrier

ROOT = Path(__file__).parents[2]
PUBLIC = ROOT.parent / "shared" / "specs" / "public"
DOCUMENTS = (
    "asana.yaml", "box-2025.json", "intercom-2.13.yaml", "klaviyo-profiles.json", "lago.yaml", "mistral.yaml",
    "pagerduty-events.json", "paypal-orders.json", "petstore.yaml", "twilio-conversations.yaml",
)  # fmt: skip
"""Real descriptions, of which an operation each is drawn."""

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 1.0, 1.5, 2.0**53, 2**53 + 1, -(2**63) - 1, 10**25, 1e300, "", "a", "Active",
    "SCRUBBED", "***", "<token>", "2024-02-30", "2024-02-29T10:00:00Z", "2024-02-29T10:00:60Z", "Zoë", "\ufffd", "\x7f",
    [], [1], [None, "a"], [[]], [{}], {}, {"a": 1}, {"base64": "e30="}, {"[]": 1, "{}": {"a": [0.5]}},
)  # fmt: skip
HEADERS: list[dict[str, str]] = [
    *[{"Content-Type": "application/json"}] * 20, {"content-type": "application/json; charset=utf-8"}, {}, {"X": "1"},
]  # fmt: skip
ORIGINS = [*["api.example.com"] * 20, "staging", "live"]
MOMENTS = ("", "2026-01-31T12:00:00Z", "2026-01-31T13:00:00+01:00", "no moment", "2025-12-31T23:59:59Z")


def spoiled(body: Any, draw: random.Random) -> Any:
    """The body with up to three of its values changed, added or taken away."""
    for _ in range(draw.randint(0, 3)):
        steps = draw.choice([*_places(body, ())])
        kind = draw.random()
        if steps and isinstance(steps[-1], str) and kind < 0.25:
            holder = dict(reached(body, steps[:-1]))
            del holder[steps[-1]]
            body = replaced(body, steps[:-1], holder)
        elif kind < 0.4 and isinstance(reached(body, steps), dict):
            body = replaced(body, (*steps, draw.choice(["undocumented", "x-y", "4f2b9c1d7e"])), draw.choice(ODD))
        elif kind < 0.5 and isinstance(reached(body, steps), list):
            body = replaced(body, steps, [*reached(body, steps)] * 2)
        else:
            body = replaced(body, steps, draw.choice(ODD))
    return body


def _places(value: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    yield steps
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield from _places(inner, (*steps, step))


def lines(contract: Contract, count: int, seed: int) -> Iterator[str]:
    """So many exchanges of a contract, most of them like others."""
    draw = random.Random(seed)  # noqa: S311  the same each time
    made: list[tuple[str, Any, int]] = []
    for name in contract.bodies:
        try:
            base, carrier = contract.index.base(name), legal_carrier(contract, name)
        except NoAnswer:
            continue
        made += [(carrier.request.url, spoiled(base, draw), carrier.response.status) for _ in range(12)]
    for number in range(count if made else 0):
        url, body, status = draw.choice(made)
        body = spoiled(body, draw) if draw.random() < 0.03 else body
        status = draw.choice([200, 404, 500]) if draw.random() < 0.02 else status
        text = json.dumps(body)
        if draw.random() < 0.05:
            text = draw.choice(
                [text[:-1], text + " ", text.replace('"', '"a":1,"', 1), f'{{"a":{text},"a":1}}', "\\ud800"]
            )
        embedded = draw.random() < 0.6
        line = {
            "request": {"method": contract.method, "url": url if draw.random() < 0.97 else url + "/elsewhere"},
            "response": {"status": status, "headers": draw.choice(HEADERS), "body": body if embedded else text},
            "origin": draw.choice(ORIGINS),
            "at": draw.choice(MOMENTS),
        }
        written = json.dumps(line, ensure_ascii=draw.random() < 0.5)
        yield written[:-3] if number % 97 == 96 else written


def compared(contract: Contract, count: int, seed: int) -> tuple[int, int]:
    """As `held_together`, of so many exchanges that are drawn."""
    return held_together(contract, lines(contract, count, seed))


def held_together(contract: Contract, found: Iterable[str]) -> tuple[int, int]:
    """How many answers both judges judged, and how many of these went to the exact one after all.

    Raises AssertionError where they say different things.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.ndjson")
        text = "\n".join(found)
        if not text:
            return 0, 0
        path.write_text(text, encoding="utf-8")
        asked = [0]

        class Counting(Judging):
            def take(self, found: Any, folder: Any = None) -> Any:
                asked[0] += 1
                return super().take(found, folder)

        fast, exact = Counting((contract,), {}), Judging((contract,), {}, see=lambda _: None)
        for judging in (fast, exact):
            for piece in pieces_of([path]):
                judging.read(piece)
            judging.sorting.starts = judging.share.starts
    one, other = fast.judgement(contract), exact.judgement(contract)
    for mine, theirs in zip(one.met, other.met, strict=False):
        assert mine == theirs, (contract.operation, mine, theirs)
    assert one == other, contract.operation
    assert fast.sorting.unreadable() == exact.sorting.unreadable(), contract.operation
    assert fast.sorting.beside() == exact.sorting.beside(), contract.operation
    return sum(one.checked.values()), asked[0]


def known() -> list[Contract]:
    """The contracts here, and an operation of each of ten real descriptions where these are at hand."""
    found = [one.contract for one in contracts_here()]
    for name in DOCUMENTS if PUBLIC.is_dir() else ():
        every = [one for one in contracts_of(read_document(PUBLIC / name)) if one.bodies and one.method != "HEAD"]
        found.append(random.Random(name).choice(every))  # noqa: S311  the same each time
    return found


def main() -> None:
    """Prints a line for each contract."""
    every = known()
    share = -(-int(sys.argv[1]) // len(every))
    for contract in every:
        start, judged, asked = time.monotonic(), 0, 0
        for seed in range(-(-share // 5_000)):
            some = compared(contract, min(5_000, share), seed)
            judged, asked = judged + some[0], asked + some[1]
        rest = f"{asked} of them asked of the exact judge, {time.monotonic() - start:.0f} s"
        sys.stdout.write(f"{contract.operation:70} {judged} answers, {rest}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
