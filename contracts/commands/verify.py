"""`contracts verify`: hold recordings and providers to the contracts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.commands.options import (
    accepted_option,
    contract_option,
    each_done,
    excuses_in,
    form_option,
    history_option,
    ids_option,
    key_file_option,
    progress_shown,
    seed_option,
)
from contracts.commands.output import exit_code, report_option, tell
from contracts.errors import Unusable

if TYPE_CHECKING:
    from contracts.model.contract import Level


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--against", multiple=True, metavar="TARGET", help="cassettes, reference, live or a URL; repeatable.")
@click.option(
    "--host", "hosts", multiple=True, metavar="HOST", help="Of PATHs, only requests to this host; repeatable."
)
@click.option("--max-age", type=click.IntRange(min=1), metavar="DAYS", help="An older cassette is a finding.")
@contract_option
@ids_option
@key_file_option
@click.option(
    "--fail-on", type=click.Choice(["violation", "drift", "unchecked"]), multiple=True, default=["violation"],
    show_default=True, help="The weakest finding that breaks the run; also, contracts that nothing is known of.",
)  # fmt: skip
@click.option(
    "--max-examples", type=click.IntRange(1, 10_000), default=20, show_default=True,
    help="Generated requests of each sort to a provider.",
)  # fmt: skip
@accepted_option
@history_option
@seed_option
@form_option
@report_option
def verify(  # noqa: PLR0913, PLR0917  one for each option
    paths: tuple[Path, ...], against: tuple[str, ...], hosts: tuple[str, ...], max_age: int | None,
    names: tuple[str, ...], ids: tuple[str, ...], key_file: Path | None, fail_on: tuple[str, ...], max_examples: int,
    accepted: Path | None, history: Path | None, seed: int, form: str, reports: dict[Path, str],
) -> None:  # fmt: skip
    """Hold recordings and providers to the contracts. Default: cassettes, and the reference provider of rows.

    A PATH is a recording of any make (vcrpy cassette, HAR 1.2, NDJSON of exchanges) or a folder of those; then only
    these are checked, unless --against is given too.
    """
    from contracts.commands.targets import Plan, is_target
    from contracts.commands.verifying import verify as run_all

    for target in against:
        if not is_target(target):
            raise Unusable(f"--against {target}: no target; give cassettes, reference, live or a URL")
    if hosts and not paths:
        raise Unusable("--host narrows what counts of PATHs; name a recording or a folder of them")
    excuses = excuses_in(accepted)
    with progress_shown(quiet=set(against) == {"cassettes"} or (bool(paths) and not against)) as progress:
        plan = Plan(
            ids=ids, key_file=key_file, max_examples=max_examples, seed=seed, max_age=max_age, paths=paths, hosts=hosts,
            progress=progress,
        )  # fmt: skip
        weakest: Level = "drift" if "drift" in fail_on else "violation"
        done = excuses(run_all(against, plan, weakest, names, strict="unchecked" in fail_on))
    steps: list[Callable[[], object]] = [lambda: tell(done, form, reports)]
    if history is not None:
        from contracts.history import remember_runs

        steps.append(lambda: remember_runs(history, done.parts))
    each_done(*steps)
    sys.exit(exit_code(done.verdict))
