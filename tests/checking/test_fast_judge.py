"""The fast judge counts what the exact one does, in archives that are drawn too rarely."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from contracts.model.contract import Contract
from tests.checking.fast_and_exact import differences
from tests.rules.synthetic import contract_of

TEXT: dict[str, Any] = {"type": "string"}
URL = "https://things.example/things"


def exchange(body: object, url: str = URL, at: str = "2026-01-05T10:00:00Z", **more: Any) -> dict[str, Any]:
    """One exchange as it is logged; `more` are parts of its answer."""
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body} | more
    return {"request": {"method": "GET", "url": url}, "response": answer, "at": at}


def thing(**properties: Any) -> Contract:
    """A contract of an object with these properties."""
    return contract_of({"type": "object", "properties": properties})


def judged_alike(tmp_path: Path, contract: Contract | tuple[Contract, ...], lines: Iterable[object]) -> int:
    """How many of some exchanges the fast judge took; both judges say the same of them. Texts are whole lines."""
    path = tmp_path / "log.ndjson"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))
    apart, fast = differences(path, contract if isinstance(contract, tuple) else (contract,))
    assert apart == []
    return fast


def test_branches_of_a_whole_body_are_counted(tmp_path: Path) -> None:
    """A body that may be null is a value: that is one of its branches."""
    contract = contract_of({"type": ["object", "null"], "properties": {"a": TEXT}})
    assert judged_alike(tmp_path, contract, [exchange({"a": "b"})] * 3_000) > 2_000


def test_the_first_of_its_kind_is_the_one_that_stands_first(tmp_path: Path) -> None:
    """Whatever is looked at first: those at the usual host, those that are much alike, those of earlier moments."""
    contract = contract_of({"type": "object", "properties": {"k": {"enum": ["x", "y"]}}})
    other = URL.replace("things.", "other.")
    lines = [exchange({"k": "x"}, other if number % 4 == 0 else URL) for number in range(4_000)]
    lines[3000], lines[3010] = exchange({"k": "y"}, other), exchange({"k": "y"})
    assert judged_alike(tmp_path, contract, lines) > 3_000
    several = {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer"}]}
    lines = [exchange({"u": "x"}) for _ in range(4_000)]
    lines[3000:3020] = [exchange({"u": 5}, at=f"2026-01-{28 - number:02d}T10:00:00Z") for number in range(20)]
    assert judged_alike(tmp_path, thing(u=several), lines) > 3_000


def test_a_moment_of_two_lines_is_none(tmp_path: Path) -> None:
    """Moments are read many at once, as they are one by one."""
    moments = ("2026-01-01T00:00:00Z\n2026-01-02T00:00:00Z", "x")
    assert judged_alike(tmp_path, thing(a=TEXT), [exchange({}, at=moments[number % 2]) for number in range(3_000)])


def test_of_a_header_in_two_spellings_the_first_counts(tmp_path: Path) -> None:
    """Which of them stands first is told apart."""
    good, bad = ("Content-Type", "application/json"), ("content-type", "text/html")
    lines = [exchange({}, headers=dict(pairs)) for pairs in ((good, bad), (bad, good)) for _ in range(2_000)]
    assert judged_alike(tmp_path, thing(a=TEXT), lines) > 1_000
    assert judged_alike(tmp_path, thing(a=TEXT), lines[::3] + lines[::-7]) > 500
