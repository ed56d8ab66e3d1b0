"""The changelog grows by what changed and by nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.documenting.changelog import extended, releases
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.drift import Change
from contracts.model.identity import digest
from tests.rules.synthetic import SHOP

NEWER: Contract = replace(SHOP, path="/v2/things")
CHANGE = Change(
    severity="breaking", kind="path.changed", pointer="#operation", old="/a", new=None, summary="moved", fingerprint="f"
)


def test_first_document_begins_the_record() -> None:
    """Where nothing was before, there is one entry without changes."""
    assert extended(None, None, SHOP, (), "2026-11-22") == [
        {"date": "2026-11-22", "from": None, "to": digest(SHOP), "changes": []}
    ]


def test_older_contract_begins_it_undated() -> None:
    """A contract that was there before its changelog has a first entry whose day nobody knows."""
    assert extended(None, SHOP, SHOP, (), "2026-11-22") == [{"from": None, "to": digest(SHOP), "changes": []}]


def test_same_promises_add_nothing() -> None:
    """Writing again, reworded or not, with or without the old document, changes nothing."""
    log = extended(None, None, SHOP, (), "2026-11-22")
    assert extended(log, SHOP, SHOP, (), "2026-11-23") == log
    assert extended(log, SHOP, replace(SHOP, page="other.txt"), (), "2026-11-23") == log
    assert extended(log, None, SHOP, (), "2026-11-23") == log


def test_changes_are_kept_in_the_drift_vocabulary() -> None:
    """An entry leads from digest to digest and keeps each change with severity, kind, pointer, sides and rules."""
    log = extended(None, SHOP, NEWER, (CHANGE,), "2026-11-23")
    assert json.loads(json.dumps(log))[-1] == {
        "date": "2026-11-23",
        "from": digest(SHOP),
        "to": digest(NEWER),
        "changes": [
            {
                "severity": "breaking",
                "kind": "path.changed",
                "pointer": "#operation",
                "old": "/a",
                "new": None,
                "summary": "moved",
                "rules": [],
            }
        ],
    }
    newest, first = releases(log, "log.json")
    assert (newest.old, newest.changes[0].summary, first.old, first.date) == (digest(SHOP), "moved", "", "")


def test_there_is_none_yet() -> None:
    """A contract without a changelog has no releases."""
    assert releases(None, "log.json") == ()


GOOD: dict[str, Any] = {"from": None, "to": "x", "changes": []}


@pytest.mark.parametrize(
    "held",
    [
        {},
        "text",
        [1],
        [{}],
        [GOOD | {"to": 3}],
        [GOOD | {"date": 3}],
        [GOOD | {"changes": {}}],
        [GOOD | {"changes": [{}]}],
        [GOOD | {"changes": [{"severity": "dreadful", "kind": "", "pointer": "", "old": 1, "new": 1, "summary": ""}]}],
        [GOOD | {"changes": [{"severity": "none", "kind": 1, "pointer": "", "old": 1, "new": 1, "summary": ""}]}],
        [GOOD | {"changes": [{"severity": [], "kind": "", "pointer": "", "old": 1, "new": 1, "summary": ""}]}],
    ],
    ids=str,
)
def test_another_file_is_refused(held: Any) -> None:
    """What is no changelog is refused in one line, and never written over."""
    with pytest.raises(Unusable, match=r"^log\.json: no changelog of a contract; [^\n]*$"):
        releases(held, "log.json")
    with pytest.raises(Unusable):
        extended(held, SHOP, NEWER, (), "")
