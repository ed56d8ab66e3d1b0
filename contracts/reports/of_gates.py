"""A run of the client gate over several contracts as a report: the suites and problems of each."""

from __future__ import annotations

import shlex
from dataclasses import replace

from contracts.model.gate import Gates
from contracts.model.report import Report
from contracts.reports import of_gate
from contracts.reports.gate_text import verdict_tail
from contracts.reports.gates_text import kept_text
from contracts.reports.gravity import gravest
from contracts.reports.grouping import many
from contracts.reports.several import idle_rows, share, worst_first


def report(gates: Gates) -> Report:
    """Everything there is to tell of a run."""
    found = worst_first(gates.gates)
    parts = [of_gate.report(gate) for gate in found]
    problems = [
        replace(problem, subject=gate.contract.operation)
        for gate, part in zip(found, parts, strict=True)
        for problem in part.problems
    ]
    texts = [
        kept_text(gate) if gate.verdict == "kept" else f"{gate.contract.operation}{verdict_tail(gate)}"
        for gate in found
    ]
    rows = [("client", shlex.join(gate.command)) for gate in found[:1]]
    rows += [(gate.verdict, text) for gate, text in zip(found, texts, strict=True)]
    return Report(
        command="gate",
        subject=many(len(gates.gates) + len(gates.idle), "contract"),
        verdict=gates.verdict,
        tail=share(gates.verdict, gates.gates, gates.idle),
        rows=(*rows, *idle_rows(gates.idle)),
        suites=tuple(suite for part in parts for suite in part.suites),
        problems=gravest(problems),
    )
