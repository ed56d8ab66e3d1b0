"""The gate: the client's own command, once for each case, against the double."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from queue import SimpleQueue

from contracts.consumer.case_server import Also, Double, exempting
from contracts.consumer.child_process import Children, Ended
from contracts.errors import Unreachable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen
from contracts.model.gate import Case, CaseOutcome, Sent, Tried
from contracts.provider.serving import serve
from contracts.rules.legal_exchanges import legal_parameters


class NotAsked(Unreachable):
    """The client never asked for a contract's operation."""


Runner = Callable[[Mapping[str, str]], Ended]
"""Runs the client once with these variables of ours in its environment."""


@frozen
class Settings:
    """How a client is run: variables of its own with placeholders, seconds for each case, how many at once.

    `beside` are the contracts of other operations, which are answered as documented while this one's cases are tried.
    `hide` gives what may be kept of a text that the client sent.
    """

    env: tuple[tuple[str, str], ...] = ()
    timeout: float = 30.0
    parallel: int = 1
    also: Also | None = None
    beside: tuple[Contract, ...] = ()
    hide: Callable[[str], str] = lambda text: text
    progress: Callable[[int, int], None] = lambda _done, _total: None
    stop: Callable[[], None] = lambda: None
    """Ends the clients that run, where the run is interrupted; their workers would wait for them otherwise."""


def variables(contract: Contract, url: str, key: str, case: str, env: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What the client finds in its environment: ours, then its own names with `{base_url}` and the like filled in."""
    ids = {name: str(value) for name, value in legal_parameters(contract).items()}
    ours = {
        "CONTRACTS_BASE_URL": url, "CONTRACTS_API_KEY": key, "CONTRACTS_CASE": case,
        "CONTRACTS_OPERATION": contract.operation,
    }  # fmt: skip
    for name, value in ids.items():
        variable = f"CONTRACTS_PARAM_{re.sub(r'[^A-Za-z0-9]', '_', name).upper()}"
        while variable in ours:  # another's name differs in what no variable is named with
            variable += "_"
        ours[variable] = value
    known = {"base_url": url, "key": key, "case": case, **ids}
    theirs = {name: re.sub(r"\{([^{}]+)\}", lambda match: known.get(match[1], match[0]), text) for name, text in env}
    return ours | theirs


def inherited(ours: Mapping[str, str], variables: Sequence[str], hide: Callable[[str], str]) -> dict[str, str]:
    """The environment of this process with ours on top; loopback never goes through a proxy.

    No vendor's key is in it: under their `variables` stands the throwaway one, elsewhere what `hide` leaves of them.
    """
    throwaway = dict.fromkeys(variables, ours["CONTRACTS_API_KEY"])
    theirs = {name: hide(value) for name, value in os.environ.items()}
    return {**theirs, **exempting(os.environ), **throwaway, **ours}


def put_through(  # noqa: PLR0913, PLR0917  a run takes all of this
    contract: Contract, cases: Sequence[Case], base: Case, run: Runner, key: str, settings: Settings
) -> tuple[Tried, ...]:
    """Every case tried once, the `base` first, be it among them or not: to see that the client asks at all.

    Raises NotAsked where it doesn't: nothing would be checked.
    """
    with ExitStack() as stack:
        pool = SimpleQueue[tuple[Double, str]]()
        for _ in range(settings.parallel):
            double = Double((contract, *settings.beside), key, settings.also)
            pool.put((double, stack.enter_context(serve(double))))
        done, total = 0, len({base.name, *(case.name for case in cases)})

        def one(case: Case) -> Tried:
            nonlocal done
            double, url = pool.get()
            try:
                ours = variables(contract, url, key, case.name, settings.env)
                tried = _try(contract, case, double, run, ours, settings.hide)
            finally:
                pool.put((double, url))
            done += 1
            settings.progress(done, total)
            return tried

        first = one(base)
        _must_ask(contract, first)
        rest = [case for case in cases if case.name != base.name]
        with ThreadPoolExecutor(settings.parallel) as workers:
            try:
                return (first, *workers.map(one, rest))
            except BaseException:
                workers.shutdown(wait=False, cancel_futures=True)
                settings.stop()
                raise


def _try(  # noqa: PLR0913, PLR0917  one try takes all of this
    contract: Contract, case: Case, double: Double, run: Runner, ours: Mapping[str, str], hide: Callable[[str], str]
) -> Tried:
    double.serve(case)
    ended = run(ours)
    asked = any(not one.outside and double.asked(one.request) is contract for one in double.sent)
    sent = tuple(_hidden(one, hide) for one in double.sent)
    wrong = [text for one in sent for text in one.wrong]
    outcome, how = judged(case, ended, asked=asked, wrong=bool(wrong))
    return Tried(case=case, outcome=outcome, how=how, code=ended.code, output=ended.output, sent=sent)


def _hidden(sent: Sent, hide: Callable[[str], str]) -> Sent:
    request = sent.request
    headers = tuple((name, hide(value)) for name, value in request.headers)
    request = replace(request, url=hide(request.url), headers=headers)
    return replace(sent, request=request, wrong=tuple(map(hide, sent.wrong)))


def judged(  # noqa: PLR0911  a row each of a table of outcomes
    case: Case, ended: Ended, *, asked: bool, wrong: bool
) -> tuple[CaseOutcome, str]:
    """The outcome of one case and how it came about.

    What a client is to do depends on the case: to end well, to end well or complain, or to complain. To complain is an
    exit code other than 0 with something said; hanging and failing without a word are wrong everywhere.
    """
    if not asked:
        return "not checked", f"never asked for the operation ({_ending(ended)})"
    if wrong:
        return "failed", f"the request is malformed ({_ending(ended)})"
    if ended.code is None:
        return "failed", _ending(ended)
    if case.tier == "legal":
        return ("passed" if ended.code == 0 else "failed"), _ending(ended)
    if ended.code == 0:
        took = "took it as a success (exit 0)"
        return ("failed", took) if case.expects == "notice" else ("passed", took)
    if not ended.output.strip():
        return "failed", f"failed without a word ({_ending(ended)})"
    complained = f"complained ({_ending(ended)})"
    return ("failed" if case.expects == "survive" else "passed"), complained


def _ending(ended: Ended) -> str:
    if ended.code is None:
        return f"ended by the gate after {ended.seconds:.0f} s"
    return f"exit {ended.code}" if ended.code >= 0 else f"ended by signal {-ended.code}"


def _must_ask(contract: Contract, first: Tried) -> None:
    if first.outcome != "not checked":
        return
    elsewhere = next((sent.request for sent in first.sent if sent.outside), None)
    words = first.output.strip().splitlines()
    told = f"; its last line: {words[-1][:200]}" if words else ""
    if elsewhere is not None:
        path = elsewhere.url.partition("?")[0][:200]
        told += f"; it asked {elsewhere.method} {path}, which --also '{elsewhere.method} {path}=FILE' would answer"
    raise NotAsked(
        f"nothing was checked: the command {first.how}, {contract.operation}{told}; "
        "the address to ask is in CONTRACTS_BASE_URL, and --env NAME={base_url} puts it elsewhere"
    )


def commanded(
    children: Children, command: Sequence[str], timeout: float, variables: Sequence[str], hide: Callable[[str], str]
) -> Runner:
    """A runner that starts the command as a child process, which finds no key of a vendor's."""
    return lambda ours: children.run(command, inherited(ours, variables, hide), timeout)
