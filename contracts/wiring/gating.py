"""One run of the client gate: contract, cases, the command, fixed answers and the baseline put together."""

from __future__ import annotations

import json
import secrets
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from contracts.consumer.cases import BASE
from contracts.consumer.causes import causes
from contracts.consumer.double import Fixed
from contracts.consumer.gating import Runner, Settings, commanded, put_through
from contracts.consumer.running import Children
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.gate import Case, Gate, Tried
from contracts.model.identity import digest
from contracts.sources.files import read_text, write_text
from contracts.sources.masking import masking
from contracts.wiring.cases import cases_of, only_contract
from contracts.wiring.documents import hand_of, read_json
from contracts.wiring.keys import key_of

_ORDER = ("failed", "not checked", "passed")


__all__ = ["Options", "Settings", "also_failing", "fixed", "gate", "gated", "own_names"]


@frozen
class Options:
    """What a run of the gate was told on its command line."""

    command: tuple[str, ...]
    settings: Settings = Settings()
    only: tuple[str, ...] = ()
    pairwise: bool = False
    also_failing: tuple[Literal["tomorrow", "outside"], ...] = ()
    baseline: Path | None = None
    update: bool = False


def gate(options: Options) -> Gate:
    """Puts the client through every case.

    Raises Unusable for a command, a pattern or a baseline that can't be used, Unreachable where the client never asks.
    """
    if options.update and (options.baseline is None or options.only):
        message = "--update rewrites the whole --baseline FILE: name one, and leave --only out"
        raise Unusable(message)
    contract = only_contract().contract
    known = {} if options.baseline is None or options.update else _read(options.baseline, contract)
    cases = cases_of(contract, pairwise=options.pairwise)
    key = key_of(contract)
    hide, variable = masking(key), hand_of(contract).variable
    with _ending_on_terminate(), Children(hide) as children:
        run = commanded(children, options.command, options.settings.timeout, variable, hide)
        settings = replace(options.settings, stop=children.end, hide=hide)
        done = gated(contract, cases, run, replace(options, settings=settings))
    if options.baseline is not None and options.update:
        write_text(options.baseline, _text(done))
        known = {one.case.name: one.outcome for one in done.tried}
    return _compared(done, known, options.baseline)


def gated(contract: Contract, cases: tuple[Case, ...], run: Runner, options: Options) -> Gate:
    """The cases that `--only` asks for put through `run`, and the branches at which the client breaks."""
    chosen = [case for case in cases if _asked_for(case, options.only)]
    if not chosen:
        message = f"--only {' '.join(options.only)}: no case has such a name; `contracts cases` lists them"
        raise Unusable(message)
    base = next(case for case in cases if case.name == BASE)
    key = "throwaway-" + secrets.token_hex(8)
    tried = put_through(contract, chosen, base, run, key, options.settings)
    names = {case.name for case in chosen}
    return Gate(
        contract=contract,
        digest=digest(contract),
        command=tuple(map(options.settings.hide, options.command)),
        tried=tuple(one for one in tried if one.case.name in names),
        causes=causes(contract, tried),
        also_failing=options.also_failing,
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


def _text(done: Gate) -> str:
    outcomes = {one.case.name: one.outcome for one in sorted(done.tried, key=lambda one: one.case.name)}
    return json.dumps({"operation": done.contract.operation, "cases": outcomes}, ensure_ascii=False, indent=2) + "\n"


def _read(path: Path, contract: Contract) -> dict[str, str]:
    """The outcome of each case in a baseline. Raises Unusable."""
    if not path.exists():
        message = f"{path}: no such baseline; write it with --baseline {path} --update"
        raise Unusable(message)
    document: Any = read_json(path, "write it again with --update")
    outcomes = document.get("cases") if isinstance(document, dict) else None
    if not isinstance(outcomes, dict) or not set(map(str, outcomes.values())) <= set(_ORDER):
        message = f"{path}: no baseline of the client gate; write it again with --update"
        raise Unusable(message)
    if document.get("operation") != contract.operation:
        message = f"{path}: a baseline of {document.get('operation')}, not of {contract.operation}"
        raise Unusable(message)
    return outcomes


def fixed(texts: tuple[str, ...]) -> dict[tuple[str, str], Fixed]:
    """`GET /v3/whoami=FILE` as a fixed answer, JSON where the file holds JSON. Raises Unusable."""
    found: dict[tuple[str, str], Fixed] = {}
    for text in texts:
        asked, _, name = text.partition("=")
        method, _, path = asked.strip().partition(" ")
        if not name or not method.isalpha() or not path.startswith("/"):
            message = f"--also {text}: write it as 'GET /path=FILE'"
            raise Unusable(message)
        body = read_text(Path(name), "the body of an answer")
        found[method.upper(), path] = Fixed(media=_media(body), body=body.encode())
    return found


def _media(body: str) -> str:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return "text/plain; charset=utf-8"
    return "application/json"


def own_names(texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """`NAME=VALUE` pairs of `--env`. Raises Unusable."""
    for text in texts:
        if not text.partition("=")[0].strip() or "=" not in text or "\0" in text:
            message = f"--env {text}: write it as NAME=VALUE, with {{base_url}}, {{key}}, {{case}} where they belong"
            raise Unusable(message)
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


def also_failing(*, tomorrow: bool, outside: bool) -> tuple[Literal["tomorrow", "outside"], ...]:
    """What breaks the run beside the legal answers."""
    found: list[Literal["tomorrow", "outside"]] = []
    if tomorrow:
        found.append("tomorrow")
    if outside:
        found.append("outside")
    return tuple(found)
