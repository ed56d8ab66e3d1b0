"""Draws values from a Hypothesis strategy outside of any test: the same ones for a seed, and nothing left on disk."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from contracts.sources.files import workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy

Value = TypeVar("Value")


def drawn(strategy: SearchStrategy[Value], count: int, number: int) -> list[Value]:
    """Up to `count` values for the seed `number`: fewer where the strategy has no more."""
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis.errors import Unsatisfiable

    values: list[Value] = []
    if count < 1:
        return values

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Value) -> None:
        values.append(value)

    with suppress(Unsatisfiable):
        collect()
    return values


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Keep Hypothesis from caching its tables in `.hypothesis` of the working directory."""
    from hypothesis import configuration

    before = configuration.storage_directory(intent_to_write=False).home_directory
    with workshop(Path(tempfile.gettempdir())) as home:
        configuration.set_hypothesis_home_dir(home)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)
