"""The fast judge of logs says what the exact one says: of every body, counted alike, or it says nothing."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from contracts.commands import archives
from contracts.rules.legal_exchanges import legal_carrier
from tests.checking.fast_and_exact import GROUPS, differences, group, written
from tests.checking.written_forms import FORMS
from tests.rules.synthetic import contract_of


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", GROUPS)
def test_both_judges_say_the_same(name: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn answers of our contracts and of vendors', kept and broken in every way: the same comes out of both.

    Findings with what was seen, branches with how often and when, what can't be read: all of it is equal. The fast
    judge has its share of them, so that this compares two judges.
    """
    held = group(name, 1)
    monkeypatch.setattr(archives, "MANY", 20)
    file = written(tmp_path, form, held, 200, Random(name))  # noqa: S311  the same file each time
    apart, fast = differences(file, held)
    assert apart == []
    assert fast > 0, "the exact judge had all of them"


def test_values_that_rules_list_stand_beside_conditions(tmp_path: Path) -> None:
    """Which branches an object takes may go by both at once."""
    text, none = {"type": "string"}, {"type": "null"}
    condition = {
        "if": {"type": "object", "properties": {"name": text | {"const": "Done"}}, "required": ["name"]},
        "then": {"type": "object", "properties": {"step": none}},
    }
    schema = {
        "type": "object",
        "properties": {"state": {"enum": ["on", "off"]}, "name": text, "step": {"type": ["integer", "null"]}},
        "required": ["state", "name", "step"],
        "allOf": [condition],
    }
    contract = contract_of(schema)
    assert [rule.kind for rule in contract.rules if rule.kind in {"enum", "condition"}] == ["enum", "condition"]
    request = legal_carrier(contract, "success").request
    answers = [
        {"state": state, "name": name, "step": step}
        for state in ("on", "off") for name in ("Done", "Open", "Late") for step in (None, 5)
    ]  # fmt: skip
    log = [
        {
            "request": {"method": request.method, "url": request.url},
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body},
        }
        for body in answers * 9
    ]
    path = tmp_path / "log.ndjson"
    path.write_text("\n".join(map(json.dumps, log)))
    apart, fast = differences(path, (contract,))
    assert apart == []
    assert fast > len(log) / 2


def test_elements_that_no_types_tell_are_counted_once(tmp_path: Path) -> None:
    """What goes by the elements of a list, and the schema of each, are two readers of the same values."""
    each = {"enum": ["a", "b", 2.0]}
    contract = contract_of({"type": "object", "properties": {"d": {"type": "array", "items": each}}, "required": ["d"]})
    request = legal_carrier(contract, "success").request
    log = [
        {
            "request": {"method": request.method, "url": request.url},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": {"d": ["a", "b", 2.0]},
            },
        }
    ] * 50
    path = tmp_path / "log.ndjson"
    path.write_text("\n".join(map(json.dumps, log)))
    apart, fast = differences(path, (contract,))
    assert apart == []
    assert fast > 40
