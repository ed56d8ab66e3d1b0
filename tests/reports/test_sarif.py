"""SARIF 2.1.0: where it was met, where the promise stands, and nothing that a viewer would take for more than text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.model.accepted import Accepted
from contracts.model.report import Report
from contracts.reports import rendered
from contracts.reports.sarif import uri
from tests.reports.conftest import MakeFinding, MakeRun, entry, failed, gate_of, gated, verified


def log(result: Report) -> dict[str, Any]:
    """The one run of the log."""
    document = json.loads(rendered("sarif", result))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def test_a_result_points_at_both_places(run: MakeRun, finding: MakeFinding) -> None:
    """The whole result of a finding met twice, one of them at a URL."""
    first = finding(line=12, index=2, place="cassettes/a b:c.yaml")
    second = finding(seen="6", place="https://api.example.com/things/1?x=%20y", pointer="")
    (result,) = log(verified(run(first, second)))["results"]
    assert result == {
        "ruleId": "a.type",
        "kind": "fail",
        "level": "error",
        "message": {"text": "a.type holds. Expected: a string. Seen: 5; 6."},
        "occurrenceCount": 2,
        "partialFingerprints": {
            "contracts/v1": "0123456789abcdef",
            "primaryLocationLineHash": "0123456789abcdef",
        },
        "properties": {"level": "violation", "fatal": True},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "cassettes/a%20b%3Ac.yaml"},
                    "region": {"startLine": 12},
                },
                "logicalLocations": [{"fullyQualifiedName": "/a"}],
                "message": {"text": "met here, number 2 in it"},
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {"artifactLocation": {"uri": "https://api.example.com/things/1?x=%20y"}},
                "message": {"text": "met here"},
            },
            {
                "id": 2,
                "physicalLocation": {"artifactLocation": {"uri": "page.txt"}, "region": {"startLine": 7}},
                "message": {"text": "promised here (documented)"},
            },
            {
                "id": 3,
                "physicalLocation": {"artifactLocation": {"uri": "hand.toml"}},
                "message": {"text": "promised here (assumed, by hand)"},
            },
        ],
    }


def test_each_rule_is_described_once(result: Report) -> None:
    """Every result is of a rule that the driver lists, each once."""
    found = log(result)
    ids = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids))
    assert {one["ruleId"] for one in found["results"]} == set(ids)
    assert all(rule["shortDescription"]["text"] for rule in found["tool"]["driver"]["rules"])


def test_levels_are_sarif_s(run: MakeRun, finding: MakeFinding) -> None:
    """What breaks the run is an error, drift a warning, anything else a note."""
    findings = [finding(level=level, fingerprint=level) for level in ("violation", "drift", "note")]
    levels = [one["level"] for one in log(verified(run(*findings)))["results"]]
    assert levels == ["error", "warning", "note"]
    strict = [one["level"] for one in log(verified(run(*findings, fail_on="drift")))["results"]]
    assert strict == ["error", "error", "note"]


def test_what_is_accepted_is_suppressed(run: MakeRun, finding: MakeFinding) -> None:
    """By something outside the recording, with its reason and date, and where that is written; nothing else is."""
    runs = run(finding(), finding(rule="b.type", fingerprint="1"), accepted=Accepted(entries=(entry(),)))
    fatal, accepted = log(verified(runs))["results"]
    assert "suppressions" not in fatal
    assert accepted["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "known (until 2030-12-31)",
            "location": {
                "physicalLocation": {"artifactLocation": {"uri": "accepted.toml"}, "region": {"startLine": 3}}
            },
        }
    ]
    assert (accepted["level"], accepted["properties"]["fatal"]) == ("error", False)


def test_a_run_that_checked_nothing_has_not_succeeded(run: MakeRun) -> None:
    """No result doesn't mean kept: the invocation says so, and why."""
    (told,) = log(verified(run(targets=())))["invocations"]
    assert told["executionSuccessful"] is False
    assert told["toolExecutionNotifications"][0]["message"]["text"] == "not checked: no target"
    assert log(verified(run()))["invocations"] == [{"executionSuccessful": True}]


def test_a_failed_case_points_at_the_promise() -> None:
    """An answer of our own stands in no file, so that the page is the place to look at; without one there is none."""
    (result,) = log(gated(gate_of(failed("a"))))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "page.txt"
    nowhere = replace(failed("a"), case=replace(failed("a").case, rules=()))
    (result,) = log(gated(gate_of(nowhere)))["results"]
    assert "locations" not in result
    assert "relatedLocations" not in result


def strings(value: Any) -> list[str]:
    """Every text of a JSON value."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return [value] if isinstance(value, str) else []


def test_text_from_outside_stays_text(poison: Report) -> None:
    """Printable, nothing that reads as an embedded link, and each place a URI."""
    found = log(poison)
    assert all(text.isprintable() for text in strings(found))
    places = [
        one for result in found["results"] for one in result.get("locations", []) + result.get("relatedLocations", [])
    ]
    messages = [result["message"]["text"] for result in found["results"]] + [one["message"]["text"] for one in places]
    assert not [text for text in messages if "](" in text]
    for one in places:
        written_uri = one["physicalLocation"]["artifactLocation"]["uri"]
        assert written_uri.isascii()
        assert not set(written_uri) & set(' "<>\\^`{|}')
        urlsplit(written_uri)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_path_comes_back_from_its_uri(path: str) -> None:
    """A relative path is a relative reference without a scheme, an absolute one a file URI; nothing is lost."""
    made = urlsplit(uri(path)) if not path.startswith(("http://", "https://")) else None
    if made is not None:
        assert made.scheme == ("file" if path.startswith("/") else "")
        assert unquote(uri(path).removeprefix("file://")) == path


@pytest.mark.parametrize("url", ["https://a.example/b?c=d&e=%20#f", "http://[::1]:8080/x;y=1,2"])
def test_a_url_stays_as_it_is(url: str) -> None:
    """What is a URL already is not encoded again."""
    assert uri(url) == url
