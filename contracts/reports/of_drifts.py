"""Comparisons of several contracts with what was sent, as a report: the suites and problems of each."""

from __future__ import annotations

from dataclasses import replace

from contracts.model.drift import Drifts
from contracts.model.report import Report
from contracts.reports import of_drift
from contracts.reports.drifts_text import quiet_text
from contracts.reports.gravity import gravest
from contracts.reports.grouping import many
from contracts.reports.several import idle_rows, share, worst_first


def report(drifts: Drifts) -> Report:
    """Everything there is to tell."""
    found = worst_first(drifts.drifts)
    parts = [of_drift.report(one) for one in found]
    problems = [
        replace(problem, subject=one.contract.operation if one.contract else "")
        for one, part in zip(found, parts, strict=True)
        for problem in part.problems
    ]
    return Report(
        command="drift",
        subject=many(len(drifts.drifts) + len(drifts.idle), "contract"),
        verdict=drifts.verdict,
        tail=share(drifts.verdict, drifts.drifts, drifts.idle),
        rows=(*((one.verdict, quiet_text(one)) for one in found), *idle_rows(drifts.idle)),
        triage=tuple(moved for part in parts for moved in part.triage),
        suites=tuple(suite for part in parts for suite in part.suites),
        problems=gravest(problems),
    )
