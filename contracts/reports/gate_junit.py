"""A run of the client gate as JUnit XML: a suite for each tier, a case for each answer."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from contracts.model.gate import TIERS, Gate, Tier
from contracts.reports.gate_text import case_text
from contracts.reports.junit import clean


def render(gate: Gate) -> str:
    """The XML document; what is failed and doesn't count is told in `system-out`."""
    root = ET.Element("testsuites", name="contracts gate")
    for tier in TIERS:
        if gate.of(tier):
            _suite(root, gate, tier)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, gate: Gate, tier: Tier) -> None:
    found = gate.of(tier)
    failing = [one for one in gate.failing if one.case.tier == tier]
    counts = {
        "tests": len(found),
        "failures": len(failing),
        "errors": 0,
        "skipped": sum(one.outcome == "not checked" for one in found),
    }
    name = clean(f"{gate.contract.operation} {tier}")
    suite = ET.SubElement(root, "testsuite", {"name": name, **{kind: str(count) for kind, count in counts.items()}})
    for one in found:
        names = {"classname": clean(f"{gate.contract.slug}.{tier}"), "name": clean(one.case.name)}
        case = ET.SubElement(suite, "testcase", names)
        if one.outcome == "not checked":
            ET.SubElement(case, "skipped", message=clean(one.how))
        elif one in failing:
            failure = ET.SubElement(case, "failure", message=clean(f"{one.case.description}; {one.how}"), type=tier)
            failure.text = clean("\n".join(case_text(gate, one)))
        elif one.outcome == "failed":
            ET.SubElement(case, "system-out").text = clean("\n".join(case_text(gate, one)))
