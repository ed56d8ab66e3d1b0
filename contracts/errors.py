"""Every error this package raises on purpose, drawn as a tree.

    ContractsError               one clear line: what is wrong, where, what to do
    |- Unusable                  bad usage or unreadable input            exit 2
    |  `- PageRefused            a text that is not a documentation page  exit 2
    `- Unreachable               no answer could be had, nothing checked  exit 3

`ContractBroken` stands apart: it is a verdict, not an error, and an `AssertionError` so that any test runner
shows it as a failed assertion (exit 1).
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of every command."""

    KEPT = 0
    BROKEN = 1
    UNUSABLE = 2
    NOT_CHECKED = 3


class ContractsError(Exception):
    """Something the user can mend; its text is the whole message."""

    exit_code = Exit.UNUSABLE


class Unusable(ContractsError):
    """Input that can't be used: missing, unreadable, malformed, or an option that makes no sense."""


class PageRefused(Unusable):
    """A text that isn't a documentation page of one operation.

    `line` is the 1-based line where reading stopped, or None where the whole text is meant.
    """

    def __init__(self, page: str, line: int | None, problem: str) -> None:
        self.page, self.line, self.problem = page, line, problem
        super().__init__(f"{page}:{line}: {problem}" if line is not None else f"{page}: {problem}")


class Unreachable(ContractsError):
    """No answer could be had from the target, so nothing was checked."""

    exit_code = Exit.NOT_CHECKED


class ContractBroken(AssertionError):
    """An answer broke the contract; the text lists the findings."""
