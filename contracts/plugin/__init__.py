"""The pytest plugin: contracts as a fixture, recordings and rules as test items.

A test that asks for `recording` runs once for each recorded interaction, one that asks for `kept_rule` once for each
rule at each provider target of `--contracts-against`, one that asks for `legal_answer` once for each legal answer, of
every contract here or of those that `@pytest.mark.contract(NAME, ...)` selects. `contract` is the contract of such an
item; a test that asks for it alone runs once for each. `contract_server` serves legal answers to a client under test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from contracts.errors import ContractsError

if TYPE_CHECKING:
    from contracts.commands.documents import LocalContract
    from contracts.consumer.case_server import ContractServer
    from contracts.model.contract import Contract
    from contracts.model.gate import Case
    from contracts.model.interaction import Interaction
    from contracts.model.run import Checked
    from contracts.plugin.parametrizing import Maker
    from contracts.plugin.played_answers import Watch

WATCH: pytest.StashKey[Watch] = pytest.StashKey()
HERE: pytest.StashKey[tuple[tuple[LocalContract, ...], Maker]] = pytest.StashKey()
ITEMS = ("recording", "kept_rule", "legal_answer")
"""The fixtures of which a test has an item each."""
TOLD = "contracts"
"""The name under which a worker of pytest-xdist hands over what it saw."""
PARTS = ("lf", "stepwise", "collectonly", "setuponly", "setupplan", "showfixtures", "show_fixtures_per_test")
"""Options under which not every test runs."""


class Recording(NamedTuple):
    """One recorded interaction, and `play`, which sends its request again and gives the recorded response."""

    interaction: Interaction
    play: Callable[[], Any]


class KeptRule(NamedTuple):
    """One rule at one target: `check` fails with the findings that break it there."""

    rule: str
    check: Callable[[], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `contracts verify` that make sense in a test run."""
    group = parser.getgroup("contracts")
    group.addoption(
        "--contracts-against", action="append", metavar="TARGET", help="cassettes, reference, live or a URL; repeatable"
    )
    group.addoption(
        "--contracts-ids", action="append", metavar="[NAME=]ROWS|FILE",
        help="rows known to exist: 100/12345,100/12346, or a file; NAME= says of which contract; repeatable",
    )  # fmt: skip
    group.addoption("--contracts", action="store_true", help="judge every answer that vcrpy plays back in this run")


def pytest_configure(config: pytest.Config) -> None:
    """Refuses a target that is none, and starts to watch what is played back where that was asked for."""
    config.addinivalue_line(
        "markers", "contract(*names): the contracts here that a test is about: slug, operation, api"
    )
    targets = config.getoption("--contracts-against")
    if targets:
        from contracts.commands.targets import is_target

        wrong = [target for target in targets if not is_target(target)]
        if wrong:
            raise pytest.UsageError(
                f"--contracts-against {wrong[0]}: no target; give cassettes, reference, live or a URL"
            )
    if config.getoption("--contracts"):
        from contracts.errors import ContractsError
        from contracts.plugin.played_answers import Watch

        try:
            config.stash[WATCH] = watch = Watch()
        except ContractsError as error:
            raise pytest.UsageError(str(error)) from None
        config.add_cleanup(watch.stop)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A worker of pytest-xdist is about to run a share of the tests."""
    watch = node.config.stash.get(WATCH, None)
    if watch is not None:
        watch.expect(node.gateway.id)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended; one that died left nothing that tells what it saw."""
    watch = node.config.stash.get(WATCH, None)
    told = getattr(node, "workeroutput", {}).get(TOLD)
    if watch is not None and told is not None:
        watch.hear(node.gateway.id, told)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A green run ends as failed by a violation, and as one without tests where nothing, or not all, was judged."""
    watch, output = session.config.stash.get(WATCH, None), getattr(session.config, "workeroutput", None)
    if watch is None:
        return
    if output is not None:
        output[TOLD] = watch.tell()
    elif session.exitstatus == pytest.ExitCode.OK:
        if watch.verdict == "broken":
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        elif watch.verdict == "not checked" and (watch.silent or not _is_part(session.config)):
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


def _is_part(config: pytest.Config) -> bool:
    """True if the user chose some of the tests, or none to run; what the project's settings leave out is no choice."""
    settings = config.getini("addopts")
    words = (config.getoption("keyword"), config.getoption("markexpr"))
    chosen = any(word and not any(text.endswith(word) for text in settings) for word in words)
    return chosen or any("::" in name for name in config.args) or any(config.getoption(one, None) for one in PARTS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What became of the played answers."""
    watch = config.stash.get(WATCH, None)
    if watch is not None:
        terminalreporter.section("contracts")
        for line in watch.lines():
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def contract(request: pytest.FixtureRequest) -> Contract:
    """The contract that an item is about; of several here each in its turn, where nothing else decides."""
    from contracts.api import load

    chosen: LocalContract | None = getattr(request, "param", None)
    return load() if chosen is None else chosen.contract


def _maker(config: pytest.Config) -> tuple[tuple[LocalContract, ...], Maker]:
    """The contracts here and what makes their items, once a run."""
    from contracts.commands.documents import contracts_here
    from contracts.plugin.parametrizing import Maker

    if HERE not in config.stash:
        here = contracts_here()
        config.stash[HERE] = here, Maker(here, tuple(dict.fromkeys(config.getoption("--contracts-against") or ())))
    return config.stash[HERE]


def _held(node: pytest.Item, config: pytest.Config) -> tuple[LocalContract, ...]:
    """The contracts here that a test's marker selects, or all of them."""
    from contracts.commands.documents import selected

    marker = node.get_closest_marker("contract")
    return selected(_maker(config)[0], marker.args if marker else (), "@pytest.mark.contract")


def _is_ours(metafunc: pytest.Metafunc, name: str) -> bool:
    """True if a test's fixture of this name is ours: a project may have its own, or give the values itself."""
    known = metafunc.definition._fixtureinfo.name2fixturedefs.get(name)  # noqa: SLF001  nothing public tells
    return known is not None and known[-1].func.__module__ == __name__


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each recorded interaction, rule at each provider target, legal answer, or contract."""
    names = tuple(name for name in ITEMS if _is_ours(metafunc, name))
    if not names and not _is_ours(metafunc, "contract"):
        return
    try:
        _parametrize(metafunc, names)
    except ContractsError as error:
        raise pytest.Collector.CollectError(str(error)) from None  # told in one line, without our frames


def _parametrize(metafunc: pytest.Metafunc, names: tuple[str, ...]) -> None:
    here, maker = _maker(metafunc.config)
    items, idle = maker.items(names, _held(metafunc.definition, metafunc.config))
    told = len(here) > 1 and _is_ours(metafunc, "contract")  # of one contract there is nothing to choose
    if not names and not told:
        return
    params = [
        pytest.param(*((one.held, value) for value in one.values), *([one.held] if told else []),
                     id=one.name or pytest.HIDDEN_PARAM)
        for one in items
    ]  # fmt: skip
    if idle:
        skipped = pytest.mark.skip(reason=idle)
        params.append(pytest.param(*([None] * (len(names) + told)), id="idle", marks=skipped))
    metafunc.parametrize([*names, *(["contract"] if told else [])], params, indirect=True)


@pytest.fixture
def recording(request: pytest.FixtureRequest) -> Recording:
    """A recorded interaction of a contract's operation."""
    from pathlib import Path

    from contracts.sources.tapes import replay

    interaction: Interaction = request.param[1]
    return Recording(interaction, lambda: replay(Path(interaction.place), interaction))


@pytest.fixture(scope="session")
def _checked_targets() -> dict[tuple[str, str], Checked]:
    """What came of each contract at each provider target, asked once a session."""
    return {}


@pytest.fixture
def kept_rule(request: pytest.FixtureRequest, _checked_targets: dict[tuple[str, str], Checked]) -> KeptRule:
    """A rule and the findings against it at one provider target."""
    from contracts.commands.named_rows import named_rows
    from contracts.commands.settings import levels_here
    from contracts.commands.targets import Plan, check_or_say_why

    held, (target, rule) = request.param
    key = held.cassettes.as_posix(), target
    if key not in _checked_targets:
        try:
            every = _held(request.node, request.config)
            named = named_rows(every, tuple(request.config.getoption("--contracts-ids") or ()))
            plan = Plan(rows=next(rows for one, rows in zip(every, named, strict=True) if one is held))
            _checked_targets[key] = check_or_say_why(held, target, plan, levels_here((held.contract,)))
        except ContractsError as error:
            pytest.fail(str(error), pytrace=False)
    return KeptRule(rule, lambda: _check_rule(_checked_targets[key], rule))


def _check_rule(checked: Checked, rule: str) -> None:
    from contracts.plugin.parametrizing import NOT_OURS
    from contracts.reports.terminal import findings_text

    if checked.unchecked:
        pytest.fail(f"{checked.what}: not checked, {checked.unchecked}", pytrace=False)
    broken = [
        met
        for met in checked.judgement.met
        if (one := met.first).level == "violation"
        and (one.rule == rule or (rule in NOT_OURS and one.rule.startswith(f"{rule}.")))
    ]
    if broken:
        pytest.fail("\n".join(findings_text(broken)), pytrace=False)


class LegalAnswer:
    """One legal answer of a `contract` to read: `name`, `status`, `headers`, `body` in bytes, and `json()`."""

    def __init__(self, contract: Contract, case: Case) -> None:
        self.contract = contract
        self.name = case.name
        self.status = case.status
        self.headers = dict(case.headers)
        self.body = case.body

    def __repr__(self) -> str:
        return f"<legal answer {self.name}>"

    def json(self) -> Any:
        """The body as JSON."""
        import json

        return json.loads(self.body)


@pytest.fixture
def legal_answer(request: pytest.FixtureRequest) -> LegalAnswer:
    """A legal answer of a contract's operation; a test that asks for it runs once for each."""
    held, case = request.param
    return LegalAnswer(held.contract, case)


@pytest.fixture(scope="session")
def _doubles() -> Iterator[Callable[[tuple[Contract, ...]], ContractServer]]:
    """Gives the double of some contracts on loopback, the same for the whole session."""
    import secrets
    from contextlib import ExitStack

    from contracts.commands.cases import listed_cases
    from contracts.consumer.case_server import contract_server

    with ExitStack() as stack:
        known: dict[tuple[int, ...], ContractServer] = {}

        def double(contracts: tuple[Contract, ...]) -> ContractServer:
            key = tuple(map(id, contracts))
            if key not in known:
                made = contract_server(
                    contracts, "throwaway-" + secrets.token_hex(8), lambda contract: listed_cases(contract)[0]
                )
                known[key] = stack.enter_context(made)
            return known[key]

        yield double


@pytest.fixture
def contract_server(
    request: pytest.FixtureRequest, _doubles: Callable[[tuple[Contract, ...]], ContractServer]
) -> Iterator[ContractServer]:
    """A server on loopback that answers with documented examples, and after `serve(name)` with another case.

    While a test has it, no proxy of the environment stands before loopback. Where the test is about one contract, its
    cases are meant.
    """
    import os

    from contracts.consumer.case_server import exempting

    try:
        server = _doubles(tuple(held.contract for held in _held(request.node, request.config)))
    except ContractsError as error:
        pytest.fail(str(error), pytrace=False)
    params = getattr(getattr(request.node, "callspec", None), "params", {})
    about = [params["contract"]] if "contract" in params else [params[name][0] for name in ITEMS if name in params]
    server.reset(about[0].contract if about else None)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in exempting(os.environ).items():
            patch.setenv(name, value)
        yield server
