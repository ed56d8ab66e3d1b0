"""`contracts gate`: run a client once for each legal answer."""

from __future__ import annotations

import json
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import reduce
from pathlib import Path
from typing import Any, Literal

import click

from contracts.commands.cases import listed_cases
from contracts.commands.documents import known_here, read_json, selected, webhooks_here
from contracts.commands.options import contract_option, form_option
from contracts.commands.output import finish, progress_shown, report_option
from contracts.commands.vendor_data import hand_of, key_of
from contracts.consumer.case_server import Fixed
from contracts.consumer.causes import causes
from contracts.consumer.child_process import Children
from contracts.consumer.gating import NotAsked, Runner, Settings, commanded, put_through
from contracts.consumer.legal_cases import BASE, legal_cases
from contracts.consumer.posting import Receiver, post_through
from contracts.errors import ContractsError, Unusable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.gate import TIERS, Case, Gate, Tried
from contracts.model.identity import digest
from contracts.model.run import Idle, Results
from contracts.model.text import many
from contracts.recording.key_forms import masking
from contracts.sources.files import read_text, write_text
from contracts.sources.http import new_session, post

ALSO_FAILING: tuple[Literal["tomorrow", "outside"], ...] = ("tomorrow", "outside")
"""What may break the run beside the legal answers."""
_ORDER = ("failed", "not checked", "passed")


@frozen
class GateOptions:
    """What a run of the gate was told on its command line; `names` select contracts."""

    command: tuple[str, ...]
    names: tuple[str, ...] = ()
    settings: Settings = Settings()
    only: tuple[str, ...] = ()
    also_failing: tuple[Literal["tomorrow", "outside"], ...] = ()
    baseline: Path | None = None
    update: bool = False
    post_to: str = ""


TryOut = Callable[[Contract, Sequence[Case], Case], tuple[Tried, ...]]
"""Puts a client through the cases of a contract, the last one given first. Raises Unreachable where it isn't there."""


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, metavar="[COMMAND...]", type=click.UNPROCESSED)
@contract_option
@click.option("--env", "env", multiple=True, metavar="NAME=VALUE", help="Also set; {base_url}, {key}, {case}, {id} ...")
@click.option("--only", multiple=True, metavar="PATTERN", help="Just the cases of such a name; repeatable.")
@click.option("--tomorrow", is_flag=True, help="Run and count answers that aren't legal yet, and errors, too.")
@click.option("--fail-on", type=click.Choice(["outside"]), help="Requests for other operations break the run.")
@click.option("--also", multiple=True, metavar="'GET /PATH=FILE'", help="A fixed answer outside the contract.")
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=30, show_default=True, help="Seconds a case.")
@click.option("--parallel", type=click.IntRange(1, 64), default=1, show_default=True, help="Cases at once.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Fail only on what is worse than in this file.")
@click.option("--update", is_flag=True, help="Write the baseline again from this run.")
@click.option("--post-to", "post_to", metavar="URL", help="Post what webhooks send to a client on this machine.")
@form_option
@report_option
def gate(  # noqa: PLR0913, PLR0917  one for each option
    command: tuple[str, ...], names: tuple[str, ...], env: tuple[str, ...], only: tuple[str, ...], fail_on: str | None,
    also: tuple[str, ...], timeout: float, parallel: int, baseline: Path | None, form: str, reports: dict[Path, str],
    post_to: str | None, *, tomorrow: bool, update: bool,
) -> None:  # fmt: skip
    """Run a client's own COMMAND once for each legal answer. Its exit code says whether it took the answer well.

    The command finds CONTRACTS_BASE_URL, CONTRACTS_API_KEY, CONTRACTS_CASE and the ids to ask for, like
    CONTRACTS_PARAM_ID, in its environment. Of several contracts it is run for one after the other, whose operation is
    CONTRACTS_OPERATION; requests for the others have their documented answers.

    With --post-to there is no COMMAND: each legal payload of the webhooks here is posted to a client that runs already,
    and takes it well with a status of 2xx.
    """
    _refuse_both(command, post_to, env=env, also=also, fail_on=fail_on, tomorrow=tomorrow, parallel=parallel > 1)
    counted = {"tomorrow": tomorrow, "outside": fail_on == "outside"}
    with progress_shown(quiet=form == "json" and not sys.stderr.isatty()) as progress:
        settings = Settings(
            env=_own_names(env), timeout=timeout, parallel=parallel, also=_fixed_answers(also),
            progress=lambda count, total: progress(command[0] if command else "the client", count, total),
        )  # fmt: skip
        done = gate_client(
            GateOptions(
                command=command, names=names, settings=settings, only=only, baseline=baseline, post_to=post_to or "",
                update=update, also_failing=tuple(what for what in ALSO_FAILING if counted[what]),
            )
        )  # fmt: skip
    finish(done, form, reports)


def _refuse_both(command: tuple[str, ...], post_to: str | None, **given: object) -> None:
    """Raises Unusable for neither or both ways to a client, and for what only a command has a use for."""
    if bool(command) == (post_to is not None):
        raise Unusable("give the client's COMMAND, or with --post-to the URL of one that runs already")
    for name, value in given.items():
        if post_to is not None and value:
            raise Unusable(
                f"--{name.replace('_', '-')} is for a COMMAND; with --post-to payloads are posted as they are"
            )


def gate_client(options: GateOptions) -> Results[Gate]:
    """Puts the client through every case of the contract here, or of several, one contract after the other.

    Raises Unusable for a command, a pattern or a baseline that can't be used, Unreachable where the client never asks.
    """
    if options.update and (options.baseline is None or options.only):
        raise Unusable("--update rewrites the whole --baseline FILE: name one, and leave --only out")
    here = webhooks_here() if options.post_to else known_here(options.names)
    contracts = tuple(local.contract for local in selected(here, options.names))
    known = {} if options.baseline is None or options.update else _read_baseline(options.baseline, contracts)
    keys = {hand_of(contract).variable: key_of(contract) for contract in contracts}
    masks = [masking(key) for key in keys.values()]

    def hide(text: str) -> str:
        return reduce(lambda told, mask: mask(told), masks, text)

    with _ending_on_terminate(), Children(hide) as children:
        settings = replace(options.settings, stop=children.end, hide=hide)
        every = tuple(local.contract for local in here)
        run = commanded(children, options.command, options.settings.timeout, tuple(filter(None, keys)), hide)
        try_out = by_posting(options.post_to, settings) if options.post_to else by_command(run, every, settings)
        done, idle = _each_gated(contracts, try_out, replace(options, settings=settings))
    if options.baseline is not None and options.update:
        write_text(options.baseline, _baseline_text(done))
        known = {one.contract.operation: {tried.case.name: tried.outcome for tried in one.tried} for one in done}
    gates = tuple(_compared(one, known.get(one.contract.operation, {}), options.baseline) for one in done)
    return Results(command="gate", parts=gates, idle=tuple(idle), needed="judged")


def by_command(run: Runner, every: tuple[Contract, ...], settings: Settings) -> TryOut:
    """Runs a command for each case, while the operations of all other contracts are answered as documented."""
    key = "throwaway-" + secrets.token_hex(8)

    def try_out(contract: Contract, cases: Sequence[Case], base: Case) -> tuple[Tried, ...]:
        beside = tuple(one for one in every if one is not contract)
        return put_through(contract, cases, base, run, key, replace(settings, beside=beside))

    return try_out


def by_posting(url: str, settings: Settings) -> TryOut:
    """Posts each case to a client that runs already; its URL is told without what may be a secret in its query."""
    session = new_session()
    receiver = Receiver(
        url=url.partition("?")[0],
        post=lambda case: post(session, url, case.headers, case.body, settings.timeout),
    )
    return lambda _, cases, base: post_through(receiver, cases, base, settings.hide, settings.progress)


def _each_gated(
    contracts: tuple[Contract, ...], try_out: TryOut, options: GateOptions
) -> tuple[list[Gate], list[Idle]]:
    """Each contract's gate; and why some have none.

    Raises Unusable or Unreachable where none has one.
    """
    done, idle = list[Gate](), list[Idle]()
    problems = list[ContractsError]()
    for contract in contracts:
        try:
            every_tier = "tomorrow" in options.also_failing or bool(options.only and not options.post_to)
            cases = listed_cases(contract)[0] if every_tier else legal_cases(contract)
            done.append(gated(contract, cases, try_out, options))
        except NotAsked as error:
            problems.append(error)
            idle.append(Idle(contract=contract, why="never asked for"))
        except NoSuchCase as error:
            problems.append(error)
        except Unusable as error:
            problems.append(error)
            idle.append(Idle(contract=contract, why=str(error)))
    if not done:
        first = next((one for one in problems if isinstance(one, NotAsked)), problems[0])
        others = (
            f" (nor of {many(len(idle) - 1, 'other contract')})" if isinstance(first, NotAsked) and idle[1:] else ""
        )
        raise type(first)(f"{first}{others}")
    return done, idle


class NoSuchCase(Unusable):
    """No case of a contract has a name that was asked for."""


def gated(contract: Contract, cases: tuple[Case, ...], try_out: TryOut, options: GateOptions) -> Gate:
    """The cases that `--only` asks for tried out, and the branches at which the client breaks."""
    chosen = [case for case in cases if _asked_for(case, options.only)]
    if not chosen:
        raise NoSuchCase(f"--only {' '.join(options.only)}: no case has such a name; `contracts cases` lists them")
    base = next((case for case in cases if case.name == BASE), cases[0])
    tried = try_out(contract, chosen, base)
    names, had = {case.name for case in chosen}, {case.tier for case in cases}
    return Gate(
        contract=contract,
        digest=digest(contract),
        command=tuple(map(options.settings.hide, options.command)) or ("POST", options.post_to.partition("?")[0]),
        tried=tuple(one for one in tried if one.case.name in names),
        causes=causes(contract, tried),
        also_failing=options.also_failing,
        skipped=() if options.only or options.post_to else tuple(tier for tier in TIERS if tier not in {"legal", *had}),
    )


def _asked_for(case: Case, patterns: tuple[str, ...]) -> bool:
    """A case is meant by its own name alone: its many other branches are those of the base."""
    return not patterns or any(fnmatchcase(case.name, pattern) for pattern in patterns)


def _compared(done: Gate, known: Mapping[str, str], path: Path | None) -> Gate:
    """The run with what the baseline excuses marked, and the causes of what is worse alone."""
    if path is None or not known:
        return replace(done, baseline=path.as_posix() if path else "")
    tried = tuple(replace(one, known=_no_worse(one, known)) for one in done.tried)
    better = tuple(one.case.name for one in tried if one.outcome == "passed" and known.get(one.case.name) != "passed"
                   and one.case.name in known)  # fmt: skip
    worse = [one for one in tried if not one.known]
    return replace(done, tried=tried, causes=causes(done.contract, worse), baseline=path.as_posix(), fixed=better)


def _no_worse(one: Tried, known: Mapping[str, str]) -> bool:
    before = known.get(one.case.name, "passed")
    return one.outcome != "passed" and _ORDER.index(one.outcome) >= _ORDER.index(before)


def _baseline_text(done: list[Gate]) -> str:
    """The baseline of a run: an object for a contract, a list of such ones for several."""
    found = [
        {
            "operation": gate.contract.operation,
            "cases": {one.case.name: one.outcome for one in sorted(gate.tried, key=lambda one: one.case.name)},
        }
        for gate in done
    ]
    return json.dumps(found if len(found) > 1 else found[0], ensure_ascii=False, indent=2) + "\n"


def _read_baseline(path: Path, contracts: tuple[Contract, ...]) -> dict[str, dict[str, str]]:
    """The outcome of each case in a baseline, by operation. Raises Unusable."""
    if not path.exists():
        raise Unusable(f"{path}: no such baseline; write it with --baseline {path} --update")
    document: Any = read_json(path, "write it again with --update")
    parts = document if isinstance(document, list) else [document]
    found: dict[str, Any] = {str(part.get("operation")): part.get("cases") for part in parts if isinstance(part, dict)}
    if len(found) < len(parts) or not found or not all(map(_are_outcomes, found.values())):
        raise Unusable(f"{path}: no baseline of the client gate; write it again with --update")
    if not found.keys() & {contract.operation for contract in contracts}:
        raise Unusable(f"{path}: a baseline of {', '.join(found)}, not of {contracts[0].operation}")
    return found


def _are_outcomes(cases: object) -> bool:
    return isinstance(cases, dict) and set(map(str, cases.values())) <= set(_ORDER)


def _fixed_answers(texts: tuple[str, ...]) -> dict[tuple[str, str], Fixed]:
    """`GET /v3/whoami=FILE` as a fixed answer, JSON where the file holds JSON. Raises Unusable."""
    found: dict[tuple[str, str], Fixed] = {}
    for text in texts:
        asked, _, name = text.partition("=")
        method, _, path = asked.strip().partition(" ")
        if not name or not method.isalpha() or not path.startswith("/"):
            raise Unusable(f"--also {text}: write it as 'GET /path=FILE'")
        body = read_text(Path(name), "the body of an answer")
        found[method.upper(), path] = Fixed(media=_media(body), body=body.encode())
    return found


def _media(body: str) -> str:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return "text/plain; charset=utf-8"
    return "application/json"


def _own_names(texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """`NAME=VALUE` pairs of `--env`. Raises Unusable."""
    for text in texts:
        if not text.partition("=")[0].strip() or "=" not in text or "\0" in text:
            raise Unusable(
                f"--env {text}: write it as NAME=VALUE, with {{base_url}}, {{key}}, {{case}} where they belong"
            )
    return tuple((name, value) for name, _, value in (text.partition("=") for text in texts))


@contextmanager
def _ending_on_terminate() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does, so that no child outlives it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ended(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, ended)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
