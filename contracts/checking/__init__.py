"""Contract x interaction: findings, complete and each with its rule, and evidence of what was exercised."""

from __future__ import annotations

from contracts.checking.checker import Checker
from contracts.checking.tally import Tally

__all__ = ["Checker", "Tally"]
