"""Texts that would rather be something else, for the memory as for the reports."""

from tests.reports.conftest import hostile

__all__ = ["hostile"]
