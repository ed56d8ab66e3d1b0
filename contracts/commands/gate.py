"""`contracts gate`: run a client once for each legal answer."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from contracts.commands.options import contract_option, form_option, pairwise_option, progress_shown
from contracts.commands.output import exit_code, report_option, tell


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@contract_option
@click.option("--env", "env", multiple=True, metavar="NAME=VALUE", help="Also set; {base_url}, {key}, {case}, {id} ...")
@click.option("--only", multiple=True, metavar="PATTERN", help="Just the cases of such a name; repeatable.")
@pairwise_option
@click.option("--tomorrow", is_flag=True, help="Run and count answers that aren't legal yet, and errors, too.")
@click.option("--fail-on", type=click.Choice(["outside"]), help="Requests for other operations break the run.")
@click.option("--also", multiple=True, metavar="'GET /PATH=FILE'", help="A fixed answer outside the contract.")
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=30, show_default=True, help="Seconds a case.")
@click.option("--parallel", type=click.IntRange(1, 64), default=1, show_default=True, help="Cases at once.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Fail only on what is worse than in this file.")
@click.option("--update", is_flag=True, help="Write the baseline again from this run.")
@form_option
@report_option
def gate(  # noqa: PLR0913, PLR0917  one for each option
    command: tuple[str, ...], names: tuple[str, ...], env: tuple[str, ...], only: tuple[str, ...], fail_on: str | None,
    also: tuple[str, ...], timeout: float, parallel: int, baseline: Path | None, form: str, reports: dict[Path, str],
    *, pairwise: bool, tomorrow: bool, update: bool,
) -> None:  # fmt: skip
    """Run a client's own COMMAND once for each legal answer. Its exit code says whether it took the answer well.

    The command finds CONTRACTS_BASE_URL, CONTRACTS_API_KEY, CONTRACTS_CASE and the ids to ask for, like
    CONTRACTS_PARAM_ID, in its environment. Of several contracts it is run for one after the other, whose operation is
    CONTRACTS_OPERATION; requests for the others have their documented answers.
    """
    from contracts.commands import gating
    from contracts.commands.gating import Settings

    with progress_shown(quiet=form == "json" and not sys.stderr.isatty()) as progress:
        done = gating.gate(
            gating.Options(
                command=command, names=names,
                settings=Settings(
                    env=gating.own_names(env), timeout=timeout, parallel=parallel, also=gating.fixed(also),
                    progress=lambda count, total: progress(command[0], count, total),
                ),
                only=only, pairwise=pairwise, baseline=baseline, update=update,
                also_failing=gating.also_failing(tomorrow=tomorrow, outside=fail_on == "outside"),
            )
        )  # fmt: skip
    tell(done, form, reports)
    sys.exit(exit_code(done.verdict))
