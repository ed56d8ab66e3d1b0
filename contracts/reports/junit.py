"""A report as JUnit XML: its suites and checks as they are."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from contracts.model.report import Check, Problem, Report, Suite
from contracts.model.text import inert
from contracts.reports.terminal import problem_text


def render(report: Report) -> str:
    """The XML document; what doesn't break the run is told in `system-out`."""
    name = "contracts" if report.command == "verify" else f"contracts {report.command}"
    root = ET.Element("testsuites", name=name)
    for suite in report.suites:
        _suite(root, suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, suite: Suite) -> None:
    counts = {
        "tests": len(suite.checks),
        "failures": sum(check.outcome == "failed" for check in suite.checks),
        "errors": 0,
        "skipped": sum(check.outcome == "skipped" for check in suite.checks),
    }
    attributes = {"name": inert(suite.name)} | {kind: str(count) for kind, count in counts.items()}
    element = ET.SubElement(root, "testsuite", attributes)
    for check in suite.checks:
        _case(ET.SubElement(element, "testcase", classname=inert(suite.classname), name=inert(check.name)), check)


def _case(case: ET.Element, check: Check) -> None:
    if check.outcome == "skipped":
        ET.SubElement(case, "skipped", message=inert(check.why))
    for problem in check.problems:
        if problem.fatal:
            failure = ET.SubElement(case, "failure", message=inert(problem.summary), type=inert(problem.level))
            failure.text = _text(problem)
        else:
            ET.SubElement(case, "system-out").text = _text(problem)


def _text(problem: Problem) -> str:
    """The lines that a terminal shows; all is printable then, so XML can hold it."""
    return "\n".join(inert(line) for line in problem_text(problem))
