"""The table of severities: a row for each kind of change, read from the text of `severities.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.errors import Unusable
from contracts.model.drift import SEVERITIES, Severity
from contracts.model.frozen import frozen

_WHERE = "pyproject.toml: [tool.contracts.severities]"


@frozen
class ChangeKind:
    """One kind of change.

    `reason` says in one sentence what it means for a client that reads the answers; `tests` are small contracts,
    each with an `old` and a `new` form of what differs, that show the kind.
    """

    kind: str
    severity: Severity
    reason: str
    tests: tuple[Mapping[str, Any], ...]


def severities(text: str, overrides: Mapping[str, Severity]) -> Mapping[str, ChangeKind]:
    """The rows of the table's text by kind, with the severities that a project sets instead.

    Raises Unusable, in one line, for an override that names no kind of change or no severity.
    """
    import tomllib

    table = tomllib.loads(text)
    for kind, severity in overrides.items():
        if kind not in table:
            raise Unusable(f"{_WHERE}: {kind!r} is no kind of change; reports name them, like field.removed")
        if severity not in SEVERITIES:
            raise Unusable(f"{_WHERE}: that of {kind!r} must be one of {', '.join(SEVERITIES)}, not {severity!r}")
    return {
        kind: ChangeKind(
            kind=kind,
            severity=overrides.get(kind, row["severity"]),
            reason=row["reason"],
            tests=tuple(row["tests"]),
        )
        for kind, row in table.items()
    }
