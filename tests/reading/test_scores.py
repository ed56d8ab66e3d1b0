"""Pages are read as a person read them, and a spoiled page ends in a page or in a refusal."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.errors import PageRefused
from contracts.reading.hand import Hand
from contracts.reading.page.layout import read_page
from contracts.reading.page_draft import derive
from tests.reading.scores import OWN, SHARED, Score, compare, score

PAGES = sorted(OWN.glob("*.txt"))
MUTANTS = 40

needs_shared = pytest.mark.skipif(not SHARED.exists(), reason=f"no pages of vendors at {SHARED}")


@pytest.mark.parametrize("folder", [OWN, pytest.param(SHARED, marks=needs_shared)], ids=["own", "shared"])
def test_every_field_is_right_and_no_rule_is_false(folder: Path) -> None:
    """Type, null, values, presence and bounds of every field are the page's, and what isn't whole is refused."""
    found = score(folder)
    assert found.fields > 100
    assert (found.refusals, found.pages, found.wrong, found.false) == ([], [], [], [])


def test_a_score_tells_what_is_wrong() -> None:
    """A reading that says something else is a wrong field, and a rule that it doesn't know is a false one."""
    said = {
        "page": "visit-a-farm.txt", "method": "PUT", "path": "/farms/{farm}", "title": "Visit a farm",
        "success_status": "200", "response_kind": "object", "auth": {"name": "Authorization", "in": "header bearer"},
        "response_fields": {
            "farm": {"types": ["integer"], "nullable": True, "required": False},
            "barn": {"types": ["string"], "required": None},
        },
    }  # fmt: skip
    found = Score()
    compare(OWN, said, found)
    assert found.pages == ["visit-a-farm.txt: method 'GET' for 'PUT'"]
    assert found.wrong[0] == "visit-a-farm.txt: response farm: type string for integer, not null"
    assert found.wrong[1] == "visit-a-farm.txt: response barn: not found"
    assert "visit-a-farm.txt: response farm: required" in found.false
    assert "visit-a-farm.txt: path farm: no such field" in found.false


def spoiled(lines: list[str], chance: random.Random) -> Iterator[str]:
    """Copies of a page with some lines dropped, doubled, swapped, glued together or cut."""
    for _ in range(MUTANTS):
        copy = list(lines)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(max(1, len(copy) - 1))
            match chance.choice(["drop", "double", "swap", "glue", "cut", "end"]):
                case "drop":
                    copy[at : at + 1] = [] if len(copy) > 1 else copy
                case "double":
                    copy.insert(at, copy[at])
                case "swap":
                    copy[at : at + 2] = reversed(copy[at : at + 2])
                case "glue":
                    copy[at : at + 2] = ["".join(copy[at : at + 2])]
                case "cut":
                    copy[at] = copy[at][: chance.randint(0, len(copy[at]))]
                case _:
                    copy = copy[: at + 2]
        yield "\n".join(copy)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_spoiled_page_is_read_or_refused(page: Path) -> None:
    """Whatever a copy lost, the end is a contract whose lines are the page's, or a refusal in one line."""
    text = page.read_text(encoding="utf-8")
    complaints: list[str] = []
    for mutant in spoiled(text.split("\n"), random.Random(page.stem)):  # noqa: S311  reproducible, and no secret
        last = mutant.count("\n") + 1
        try:
            found = read_page(mutant, "page")
            contract = derive(found, Hand())
        except PageRefused as refused:
            complaints.append(str(refused))
            continue
        assert all(1 <= line <= last for entry in found.entries for line in entry.lines.values())
        assert all(1 <= source.line <= last for rule in contract.rules for source in rule.sources)
    assert not [complaint for complaint in complaints if "\n" in complaint]


FIELDS = {
    "a field": "field{0}\nenum<string> | null\nrequired\n\nNull unless field0 is b. Null for a things. Item {0}.\n\n"
    "Available options:\na,\nb\n",
    "a field with bounds": "field{0}\nrequired\nstring [ 1 .. 40 ] characters\n\nRequired when field0 is b.\n\n",
    "a row": "| field{0} | string | yes | One of: `a`, `b`. |\n",
}


def seconds(field: str, count: int) -> float:
    """How long it takes to read so many fields, in a request and in its answer."""
    listed = "".join(field.format(number) for number in range(count))
    listed = listed if field[0] != "|" else f"| Name | Type | Required | Description |\n|---|---|---|---|\n{listed}"
    text = f"POST /v1/things\nMake a thing\n\nBody\n\n{listed}\nResponse\n\n200\n\n{listed}"
    begin = time.process_time()
    assert len(derive(read_page(text, "page"), Hand()).fields) == 2 * count
    return time.process_time() - begin


@pytest.mark.parametrize("field", FIELDS)
def test_a_page_is_read_in_time_that_grows_with_its_length(field: str) -> None:
    """Eight times as many fields take far less than eight times eight as long."""
    assert seconds(FIELDS[field], 800) < 20 * max(seconds(FIELDS[field], 100), 0.01)
