"""A run as text: pure functions, one table of printed formats and one of written reports."""

from __future__ import annotations

from collections.abc import Callable

from contracts.model.run import Run

Render = Callable[[tuple[Run, ...]], str]

# Each renderer is imported when it is first called: a run needs one or two of them.


def _text(runs: tuple[Run, ...]) -> str:
    from contracts.reports import terminal

    return terminal.render(runs)


def _json(runs: tuple[Run, ...]) -> str:
    from contracts.reports import json_

    return json_.render(runs)


def _junit(runs: tuple[Run, ...]) -> str:
    from contracts.reports import junit

    return junit.render(runs)


FORMATS: dict[str, Render] = {"text": _text, "json": _json}
"""What `--format` prints."""

REPORTS: dict[str, Render] = {"junit": _junit}
"""What `--report FORMAT=PATH` writes."""

__all__ = ["FORMATS", "REPORTS"]
