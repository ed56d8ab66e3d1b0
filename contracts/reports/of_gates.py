"""A run of the client gate over several contracts as a report: the suites and problems of each."""

from __future__ import annotations

import shlex
from dataclasses import replace

from contracts.model.gate import Gates
from contracts.model.report import Report
from contracts.reports import of_gate
from contracts.reports.gate_text import verdict_tail
from contracts.reports.gates_text import idle_rows, kept_text, tail, worst_first
from contracts.reports.gravity import gravest
from contracts.reports.grouping import many


def report(gates: Gates) -> Report:
    """Everything there is to tell of a run."""
    found = worst_first(gates)
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
        tail=tail(gates),
        rows=(*rows, *idle_rows(gates)),
        suites=tuple(suite for part in parts for suite in part.suites),
        problems=gravest(problems),
    )
