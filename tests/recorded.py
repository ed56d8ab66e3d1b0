"""The recordings of a folder, for tests that judge them."""

from __future__ import annotations

from pathlib import Path

from contracts.model.interaction import Interaction
from contracts.sources.cassettes import SUFFIXES, files_below, read_cassette


def recorded(folder: Path) -> list[Interaction]:
    """Every interaction of its cassettes, files in the order of their names."""
    return [each for file in files_below(folder, SUFFIXES) for each in read_cassette(file)]
