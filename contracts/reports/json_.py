"""A report for machines: its record, of the shape that `schemas/own/` describes for the command."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from contracts.model.report import Report


def render(report: Report) -> str:
    """One JSON object, in ASCII."""
    return serialised(report.record())


def serialised(record: object) -> str:
    """A value made of frozen classes as JSON: an object of its fields each."""
    return json.dumps(record, ensure_ascii=True, indent=2, default=_fields) + "\n"


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
