"""The memory of runs for machines; its shape is `schemas/own/history.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from contracts.model.history import Broken, Chronicle, History, Past


def render_json(history: History) -> str:
    """One JSON object: `operations`, and the `latest` runs, the newest first."""
    document = {
        "operations": [_operation(chronicle) for chronicle in history.operations],
        "latest": [asdict(visit) for visit in history.latest],
    }
    return json.dumps(document, ensure_ascii=True, indent=2) + "\n"


def _operation(chronicle: Chronicle) -> dict[str, Any]:
    return {
        "operation": chronicle.operation,
        "digest": chronicle.digest,
        "runs": {
            "count": chronicle.runs,
            "first": chronicle.first,
            "last": chronicle.last,
            "verdicts": chronicle.verdicts,
        },
        "answers": _origins(chronicle.of("answer").get("", {})),
        "successes": _origins(chronicle.of("success").get("", {})),
        "branches": _branches(chronicle),
        "rules": _rules(chronicle),
        "findings": [_finding(finding) for finding in chronicle.findings],
    }


def _origins(pasts: Mapping[str, Past]) -> list[dict[str, Any]]:
    return [{"origin": origin} | asdict(pasts[origin]) for origin in sorted(pasts)]


def _branches(chronicle: Chronicle) -> list[dict[str, Any]]:
    met = chronicle.of("branch")
    rules = {branch.name: branch.rule for branch in chronicle.branches}
    return [
        {"branch": name, "rule": rules.get(name), "promised": promised, "seen": _origins(met.get(name, {}))}
        for name, promised in chronicle.names("branch").items()
    ]


def _rules(chronicle: Chronicle) -> list[dict[str, Any]]:
    met = chronicle.of("rule")
    broken = chronicle.broken
    return [
        {
            "rule": name,
            "promised": promised,
            "exercised": _origins(met.get(name, {})),
            "broken": [{"origin": origin, "last": last} for origin, last in sorted(broken.get(name, {}).items())],
        }
        for name, promised in chronicle.names("rule").items()
    ]


def _finding(finding: Broken) -> dict[str, Any]:
    thing = finding.thing
    return {
        "rule": thing.name,
        "level": thing.level,
        "pointer": thing.pointer,
        "fingerprint": thing.fingerprint or None,
        "origin": thing.origin,
        **asdict(finding.past),
        "values": [{"seen": seen} | asdict(past) for seen, past in finding.values],
    }
