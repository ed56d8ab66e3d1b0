"""The fast judge of logs says what the exact one says: of every body, counted alike, or it says nothing."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.checking.fast_and_exact import GROUPS, differences, group, written


@pytest.mark.parametrize("name", GROUPS)
def test_both_judges_say_the_same(name: str, tmp_path: Path) -> None:
    """Drawn answers of our contracts and of vendors', kept and broken in every way: the same comes out of both.

    Findings with what was seen, branches with how often and when, what can't be read: all of it is equal. The fast
    judge has its share of them, so that this compares two judges.
    """
    held = group(name, 1)
    archive = written(tmp_path / "log.ndjson", held, 200, Random(name))  # noqa: S311  the same archive each time
    apart, fast = differences(archive, held)
    assert apart == []
    assert fast > 0, "the exact judge had all of them"
