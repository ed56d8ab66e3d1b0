"""A run as JUnit XML: a suite for each target, a case for each rule judged there."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

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


def _counted(root: ET.Element, name: str, **counts: int) -> ET.Element:
    return ET.SubElement(
        root, "testsuite", {"name": clean(name), **{kind: str(count) for kind, count in counts.items()}}
    )


def _suite(root: ET.Element, run: Run, target: Checked) -> None:
    fatal = set(run.fatal)
    by_rule: dict[str, list[Finding]] = {rule.id: [] for rule in run.contract.rules}
    for finding in target.judgement.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    failures = sum(any(finding in fatal for finding in findings) for findings in by_rule.values())
    skipped = sum(not findings for findings in by_rule.values()) if target.unchecked else 0
    name = f"{run.contract.operation} on {target.name}"
    suite = _counted(root, name, tests=len(by_rule), failures=failures, errors=0, skipped=skipped)
    for rule, findings in by_rule.items():
        case = ET.SubElement(suite, "testcase", classname=clean(run.contract.slug), name=clean(rule))
        if target.unchecked and not findings:
            ET.SubElement(case, "skipped", message=clean(target.unchecked))
        for group in grouped(findings):
            text = clean("\n".join(finding_text(group)))
            if group.first in fatal:
                failure = ET.SubElement(case, "failure", message=clean(group.first.summary), type=group.first.level)
                failure.text = text
            else:
                ET.SubElement(case, "system-out").text = text


def _proof(root: ET.Element, run: Run) -> None:
    name = f"{run.contract.operation} proof"
    suite = _counted(root, name, tests=len(run.proofs), failures=len(run.unproven), errors=0, skipped=0)
    for proof in run.proofs:
        names = {"classname": clean(f"{run.contract.slug}.proof"), "name": clean(proof.rule.id)}
        case = ET.SubElement(suite, "testcase", names)
        if not proof.holds:
            caught = ", ".join(proof.caught) or "nothing"
            ET.SubElement(case, "failure", message=clean(f"a break of this rule is caught under {caught}"))
