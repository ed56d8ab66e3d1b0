"""The tables of formats: every entry renders, and the command line offers just these."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest

from contracts.cli import verify
from contracts.model.run import Run
from contracts.reports import FORMATS, REPORTS

ALL = FORMATS | REPORTS


@pytest.mark.parametrize("name", ALL)
def test_each_entry_is_a_pure_function(name: str, run: Callable[..., Run]) -> None:
    """It gives the same text for the same runs, one that ends its last line, and for no run as well."""
    text = ALL[name]((run(),))
    assert text == ALL[name]((run(),))
    assert text.endswith("\n")
    assert isinstance(ALL[name](()), str)


def test_what_is_printed_is_in_the_table() -> None:
    """`--format` offers the formats, no more and no less, and the help names every report."""
    options = {option.name: option for option in verify.params if isinstance(option, click.Option)}
    choice = options["form"].type
    assert isinstance(choice, click.Choice)
    assert list(choice.choices) == list(FORMATS)
    assert all(name in str(options["reports"].help) for name in REPORTS)
