"""A run as JUnit XML: a suite for each target, a case for each rule judged there."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # noqa: S405  written here, never parsed

from contracts.model.finding import Finding
from contracts.model.run import Checked, Run
from contracts.reports.grouping import finding_text, grouped

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(runs: tuple[Run, ...]) -> str:
    """The XML document; findings below the failing level are told in `system-out`."""
    root = ET.Element("testsuites", name="contracts")
    for run in runs:
        for target in run.targets:
            _suite(root, run, target)
        if run.proofs:
            _proof(root, run)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def clean(text: str) -> str:
    """Text without the characters that XML 1.0 can't hold."""
    return _NOT_XML.sub("\ufffd", text)


def _suite(root: ET.Element, run: Run, target: Checked) -> None:
    fatal = set(run.fatal)
    by_rule: dict[str, list[Finding]] = {rule.id: [] for rule in run.contract.rules}
    for finding in target.judgement.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    failures = sum(any(finding in fatal for finding in findings) for findings in by_rule.values())
    counts = {"tests": str(len(by_rule)), "failures": str(failures), "errors": "0"}
    counts["skipped"] = str(len(by_rule)) if target.unchecked else "0"
    suite = ET.SubElement(root, "testsuite", name=clean(f"{run.contract.operation} on {target.name}"), **counts)
    for rule, findings in by_rule.items():
        case = ET.SubElement(suite, "testcase", classname=clean(run.contract.slug), name=clean(rule))
        if target.unchecked:
            ET.SubElement(case, "skipped", message=clean(target.unchecked))
        for group in grouped(findings):
            text = clean("\n".join(finding_text(group)))
            if group.first in fatal:
                failure = ET.SubElement(case, "failure", message=clean(group.first.summary), type=group.first.level)
                failure.text = text
            else:
                ET.SubElement(case, "system-out").text = text


def _proof(root: ET.Element, run: Run) -> None:
    counts = {"tests": str(len(run.proofs)), "failures": str(len(run.unproven)), "errors": "0"}
    suite = ET.SubElement(root, "testsuite", name=f"{run.contract.operation} proof", **counts)
    for proof in run.proofs:
        case = ET.SubElement(suite, "testcase", classname=f"{run.contract.slug}.proof", name=proof.rule.id)
        if not proof.holds:
            caught = ", ".join(proof.caught) or "nothing"
            ET.SubElement(case, "failure", message=f"a break of this rule is caught under {caught}")
