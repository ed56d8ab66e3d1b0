"""What a run of the client gate can be printed and written as; each renderer is imported when it is first called."""

from __future__ import annotations

from collections.abc import Callable

from contracts.model.gate import Gate

Render = Callable[[Gate], str]


def _text(gate: Gate) -> str:
    from contracts.reports import gate_text

    return gate_text.render(gate)


def _json(gate: Gate) -> str:
    from contracts.reports import gate_json

    return gate_json.render(gate)


def _junit(gate: Gate) -> str:
    from contracts.reports import gate_junit

    return gate_junit.render(gate)


GATE_FORMATS: dict[str, Render] = {"text": _text, "json": _json}
"""What `--format` prints."""

GATE_REPORTS: dict[str, Render] = {"junit": _junit}
"""What `--report FORMAT=PATH` writes."""
