"""`contracts drift`: say what moved: the page, the contract, or the API."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from contracts.commands.options import (
    accepted_option,
    contract_option,
    each_done,
    excuses_in,
    form_option,
    history_option,
    ids_option,
    progress_shown,
    seed_option,
)
from contracts.commands.output import exit_code, report_option, tell
from contracts.errors import Unusable


@click.command()
@click.argument("sides", nargs=-1, metavar="[OLD] [NEW]")
@click.option("--traffic", metavar="PATH|live|URL", help="Recordings, or a server to ask; cassettes, reference.")
@contract_option
@click.option("--accept", is_flag=True, help="Record the page's new wording as reviewed.")
@click.option(
    "--fail-on", type=click.Choice(["breaking", "any"]), default="breaking", show_default=True,
    help="The weakest change that breaks the run; unknown counts as breaking.",
)  # fmt: skip
@ids_option
@accepted_option
@history_option
@seed_option
@form_option
@report_option
def drift(  # noqa: PLR0913, PLR0917  one for each option
    sides: tuple[str, ...], traffic: str | None, names: tuple[str, ...], fail_on: Any, ids: tuple[str, ...],
    accepted: Path | None, history: Path | None, seed: int, form: str, reports: dict[Path, str], *, accept: bool,
) -> None:  # fmt: skip
    """Say what moved: the page, the contract, or the API.

    OLD and NEW are each a documentation page, an OpenAPI document, a JSON Schema, or recordings; a file, a folder or a
    URL. One alone is compared with the contracts here; with --traffic too, the report says which of the three moved.
    """
    from contracts.commands.drifting import Asked
    from contracts.commands.drifting import drift as compared
    from contracts.commands.targets import Plan

    if len(sides) > 2:  # noqa: PLR2004  old and new
        raise Unusable(f"{len(sides)} things to compare; give one page, or two things")
    if accept:
        _accept(sides, alone=not any((traffic, names, ids, accepted, history, reports, form == "json")))
        return
    excuses = excuses_in(accepted)
    with progress_shown(quiet=not (traffic in {"live", "reference"} or "://" in (traffic or ""))) as progress:
        plan = Plan(ids=ids, seed=seed, progress=progress)
        found = excuses(compared(Asked(sides=sides, traffic=traffic, names=names, plan=plan, fail_on=fail_on)))
    steps: list[Callable[[], object]] = [lambda: tell(found, form, reports)]
    if history is not None:
        from contracts.history import remember_drift

        steps.append(lambda: remember_drift(history, found))
    each_done(*steps)
    sys.exit(exit_code(found.verdict))


def _accept(sides: tuple[str, ...], *, alone: bool) -> None:
    from contracts.commands.reviewing import accept

    if len(sides) != 1 or not alone:
        raise Unusable("--accept takes one page, and nothing beside it")
    click.echo(f"contracts: wrote {accept(sides[0])}", err=True)
