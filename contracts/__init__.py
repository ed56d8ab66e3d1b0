"""Hold an API to its documentation page: `contracts.load`, `contracts.judge`, `contracts.check`.

And its clients: `contracts.answers` and `contracts.broken_answers` generate what a client may meet.

Nothing is imported before it is used, so that an installed and unused package costs a test run nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.api import answers, broken_answers, check, judge, load
    from contracts.errors import ContractBroken

__all__ = ["ContractBroken", "answers", "broken_answers", "check", "judge", "load"]


def __getattr__(name: str) -> Any:
    """The public functions, imported at first use."""
    if name not in __all__:
        raise AttributeError(f"module 'contracts' has no attribute {name!r}")
    if name == "ContractBroken":
        from contracts import errors

        return errors.ContractBroken
    from contracts import api

    return getattr(api, name)
