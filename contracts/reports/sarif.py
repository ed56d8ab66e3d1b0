"""A report as SARIF 2.1.0: a result for each problem, pointing at where it was met and at where the promise stands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from contracts.model.accepted import Acceptance
from contracts.model.contract import Source
from contracts.model.report import Place, Problem, Report
from contracts.model.text import inert

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_OF_URLS = ":/?#[]@!$&'()*+,;=%~"


def render(report: Report) -> str:
    """The log, on one line: one run; a run that checked nothing has not succeeded, and says why."""
    invocation: dict[str, Any] = {"executionSuccessful": report.verdict != "not checked"}
    if report.verdict == "not checked":
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": _message(_verdict(report))}]
    run = {
        "tool": {"driver": {"name": "contracts", "rules": _rules(report.problems)}},
        "automationDetails": {"id": f"contracts/{report.command}/"},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem) for problem in report.problems],
        "properties": {"subject": inert(report.subject), "verdict": _verdict(report)},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True) + "\n"


def _verdict(report: Report) -> str:
    return inert(f"{report.verdict}{report.tail}")


def _rules(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Each id once, with what a rule says; a kind of change has no sentence that holds for all of it but its name."""
    found: dict[str, str] = {}
    for problem in problems:
        name = f"A change of the kind {problem.id}." if problem.kind == "change" else problem.summary
        found.setdefault(inert(problem.id), name)
    return [{"id": name, "shortDescription": {"text": inert(summary)}} for name, summary in found.items()]


def _message(text: str) -> dict[str, str]:
    """A text as a message. One that looks like a link, `[text](target)`, is none: nothing here is meant as one."""
    return {"text": inert(text).replace("](", "]\\(")}


def _result(problem: Problem) -> dict[str, Any]:
    seen = "; ".join(problem.seen)
    named = f"{problem.subject}: " if problem.subject else ""
    result: dict[str, Any] = {
        "ruleId": inert(problem.id),
        "kind": "fail",
        "level": problem.gravity,
        "message": _message(f"{named}{problem.summary.rstrip('.')}. Expected: {problem.expected}. Seen: {seen}."),
        "occurrenceCount": problem.count,
        "partialFingerprints": {"contracts/v1": problem.fingerprint, "primaryLocationLineHash": problem.fingerprint},
        "properties": {"level": inert(problem.level), "fatal": problem.fatal},
    }
    if problem.subject:
        result["properties"]["operation"] = inert(problem.subject)
    promised = [_promised(source) for source in problem.promised]
    met = [_location(place) for place in problem.places if place.where]
    if met or promised:
        result["locations"] = (met or promised)[:1]
    related = [*met[1:], *(promised if met else promised[1:])]
    if related:
        result["relatedLocations"] = [{"id": number} | one for number, one in enumerate(related, 1)]
    if problem.accepted:
        result["suppressions"] = [_suppression(problem.accepted)]
    return result


def _location(place: Place) -> dict[str, Any]:
    location = _physical(place.where, place.line)
    if place.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": inert(place.pointer)}]
    number = f", number {place.index} in it" if place.index else ""
    return location | {"message": _message(f"met here{number}")}


def _promised(source: Source) -> dict[str, Any]:
    hand = ", by hand" if source.hand else ""
    return _physical(source.page, source.line) | {"message": _message(f"promised here ({source.kind}{hand})")}


def _physical(where: str, line: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(where)}}
    if line:
        physical["region"] = {"startLine": line}
    return {"physicalLocation": physical}


def uri(where: str) -> str:
    """A path as a URI, relative where the path is; a URL as it is, but for what no URL can hold."""
    if where.startswith(("http://", "https://")):
        return quote(where, safe=_OF_URLS, errors="replace")
    path = quote(where, safe="/~", errors="replace")
    return f"file://{path}" if path.startswith("/") else path


def _suppression(entry: Acceptance) -> dict[str, Any]:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": inert(f"{entry.reason} (until {entry.until})"),
        "location": _physical(entry.place, entry.line),
    }
