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

from contracts.errors import ContractsError, Unusable

if TYPE_CHECKING:
    from contracts.consumer.double import ContractServer
    from contracts.model.contract import Contract
    from contracts.model.gate import Case
    from contracts.model.interaction import Interaction
    from contracts.model.run import Checked
    from contracts.wiring.documents import Held
    from contracts.wiring.watching import Watch

DEFAULT = ["cassettes", "reference"]
NOT_OURS = ("schemathesis", "internal")
"""What the ids of findings begin with, up to the dot, that no rule of the contract makes."""

WATCH: pytest.StashKey[Watch] = pytest.StashKey()
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
    group.addoption("--contracts-ids", metavar="ROWS|FILE", help="rows known to exist: 100/12345,100/12346, or a file")
    group.addoption("--contracts", action="store_true", help="judge every answer that vcrpy plays back in this run")


def pytest_configure(config: pytest.Config) -> None:
    """Refuses a target that is none, and starts to watch what is played back where that was asked for."""
    config.addinivalue_line(
        "markers", "contract(*names): the contracts here that a test is about: slug, operation, api"
    )
    targets = config.getoption("--contracts-against")
    if targets:
        from contracts.wiring.targets import is_target

        wrong = [target for target in targets if not is_target(target)]
        if wrong:
            message = f"--contracts-against {wrong[0]}: no target; give cassettes, reference, live or a URL"
            raise pytest.UsageError(message)
    if config.getoption("--contracts"):
        from contracts.errors import ContractsError
        from contracts.wiring.watching import Watch

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
    """Whether the user chose some of the tests, or none to run; what the project's settings leave out is no choice."""
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
def contract() -> Contract:
    """The contract under `schemas/`, or the built-in one."""
    from contracts.wiring.using import load

    return load()


def _held() -> Held:
    from contracts.wiring.documents import contracts_here

    return contracts_here()[0]


def _targets(config: pytest.Config) -> list[str]:
    return list(dict.fromkeys(config.getoption("--against") or DEFAULT))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each recorded interaction, and one for each rule at each provider target."""
    try:
        if "recording" in metafunc.fixturenames:
            _each_recording(metafunc)
        if "kept_rule" in metafunc.fixturenames:
            _each_rule(metafunc)
        if "legal_answer" in metafunc.fixturenames:
            _each_legal_answer(metafunc)
    except ContractsError as error:
        raise pytest.Collector.CollectError(str(error)) from None  # told in one line, without our frames


def _each_recording(metafunc: pytest.Metafunc) -> None:
    from pathlib import Path

    from contracts.sources.cassettes import SUFFIXES, files_below, read_held
    from contracts.wiring.sorting import Sorting

    held, found = _held(), []
    if "cassettes" in _targets(metafunc.config):
        if held.unchecked:
            raise Unusable(held.unchecked)
        files = files_below(held.cassettes, SUFFIXES) if held.cassettes.is_dir() else ()
        sorting = Sorting((held.contract,))
        found = [one for _, one in sorting.owned(each for path in files for each in read_held(path)[1])]
        if not found:
            message = f"{held.cassettes} holds no recording of {held.contract.operation}"
            raise Unusable(message)
    names = [Path(one.place).stem + (f"#{one.index}" if one.index else "") for one in found]
    metafunc.parametrize("recording", found, ids=names, indirect=True)


def _each_rule(metafunc: pytest.Metafunc) -> None:
    targets = [target for target in _targets(metafunc.config) if target != "cassettes"]
    rules = [rule.id for rule in _held().contract.rules] + list(NOT_OURS)
    cases = [(target, rule) for target in targets for rule in rules]
    metafunc.parametrize("kept_rule", cases, ids=[f"{target}-{rule}" for target, rule in cases], indirect=True)


@pytest.fixture
def recording(request: pytest.FixtureRequest) -> Recording:
    """A recorded interaction of the contract's operation."""
    from pathlib import Path

    from contracts.sources.replaying import replay

    interaction: Interaction = request.param
    return Recording(interaction, lambda: replay(Path(interaction.place), interaction))


@pytest.fixture(scope="session")
def _checked_targets() -> dict[str, Checked]:
    """What came of each provider target, asked once a session."""
    return {}


@pytest.fixture
def kept_rule(request: pytest.FixtureRequest, _checked_targets: dict[str, Checked]) -> KeptRule:
    """A rule and the findings against it at one provider target."""
    from contracts.wiring.verifying import check_target

    target, rule = request.param
    if target not in _checked_targets:
        try:
            _checked_targets[target] = check_target(_held(), target, request.config.getoption("--ids"))
        except ContractsError as error:
            pytest.fail(str(error), pytrace=False)
    return KeptRule(rule, lambda: _check_rule(_checked_targets[target], rule))


def _check_rule(checked: Checked, rule: str) -> None:
    from contracts.reports.grouping import finding_text, grouped

    if checked.unchecked:
        pytest.fail(f"{checked.what}: not checked, {checked.unchecked}", pytrace=False)
    broken = [
        one
        for one in checked.judgement.findings
        if one.level == "violation" and (one.rule == rule or (rule in NOT_OURS and one.rule.startswith(f"{rule}.")))
    ]
    if broken:
        pytest.fail("\n".join(line for group in grouped(broken) for line in finding_text(group)), pytrace=False)


class LegalAnswer:
    """One legal answer to read: `name`, `status`, `headers`, `body` in bytes, and `json()`."""

    def __init__(self, case: Case) -> None:
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


def _each_legal_answer(metafunc: pytest.Metafunc) -> None:
    from contracts.consumer.cases import legal_cases

    found = legal_cases(_held().contract)
    metafunc.parametrize("legal_answer", found, ids=[case.name for case in found], indirect=True)


@pytest.fixture
def legal_answer(request: pytest.FixtureRequest) -> LegalAnswer:
    """A legal answer of the contract's operation; a test that asks for it runs once for each."""
    return LegalAnswer(request.param)


@pytest.fixture(scope="session")
def _double() -> Iterator[ContractServer]:
    """The double on loopback, for the whole session."""
    import secrets

    from contracts.consumer.double import contract_server
    from contracts.wiring.cases import cases_of

    contract = _held().contract
    with contract_server(contract, "throwaway-" + secrets.token_hex(8), cases_of(contract)) as server:
        yield server


@pytest.fixture
def contract_server(_double: ContractServer) -> Iterator[ContractServer]:
    """A server on loopback that answers with the documented example, and after `serve(name)` with another case.

    While a test has it, no proxy of the environment stands before loopback.
    """
    import os

    from contracts.consumer.cases import BASE
    from contracts.consumer.double import exempting

    _double.serve(BASE)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in exempting(os.environ).items():
            patch.setenv(name, value)
        yield _double
