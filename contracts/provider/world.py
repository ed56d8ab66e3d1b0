"""What the provider needs of a world: rows, their bodies, and why a row is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from contracts.model.json import Json


class World(Protocol):
    """The state behind one operation; ids come in the order of the path's parameters."""

    def rows(self) -> tuple[tuple[int, ...], ...]:
        """Every row that `answer` knows, in a fixed order."""

    @property
    def cases(self) -> Mapping[str, tuple[int, ...]]:
        """Rows worth a name (a cassette's, say), each showing something that no earlier one shows."""

    @property
    def answer(self) -> Callable[..., Json | None]:
        """The body of a row, given its ids; None where there is no such row."""

    @property
    def missing(self) -> Callable[..., tuple[str, str]]:
        """The problem's code and detail for ids without a row."""
