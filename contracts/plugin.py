"""The pytest plugin: the contract as a fixture, recordings and rules as test items.

`contract` serves a user's own tests beside `contracts.check`. A test that asks for `recording` runs once for each
recorded interaction, one that asks for `kept_rule` once for each rule at each provider target of `--against`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from contracts.errors import ContractsError, Unusable

if TYPE_CHECKING:
    from contracts.model.contract import Contract
    from contracts.model.interaction import Interaction
    from contracts.model.run import Checked
    from contracts.wiring.documents import Held

DEFAULT = ["cassettes", "reference"]
NOT_OURS = ("schemathesis", "internal")
"""What the ids of findings begin with, up to the dot, that no rule of the contract makes."""


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
        "--against", action="append", metavar="TARGET", help="cassettes, reference, live or a URL; repeatable"
    )
    group.addoption("--ids", metavar="ROWS|FILE", help="rows known to exist: 100/12345,100/12346, or a file")


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The contract under `schemas/`, or the built-in one."""
    from contracts.wiring.using import load

    return load()


def _held() -> Held:
    from contracts.wiring.documents import contracts_here

    return contracts_here()[0]


def pytest_configure(config: pytest.Config) -> None:
    """Refuses a target that is none before anything is collected."""
    targets = config.getoption("--against")
    if targets:
        from contracts.wiring.targets import is_target

        wrong = [target for target in targets if not is_target(target)]
        if wrong:
            message = f"--against {wrong[0]}: no target; give cassettes, reference, live or a URL"
            raise pytest.UsageError(message)


def _targets(config: pytest.Config) -> list[str]:
    return list(dict.fromkeys(config.getoption("--against") or DEFAULT))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each recorded interaction, and one for each rule at each provider target."""
    try:
        if "recording" in metafunc.fixturenames:
            _each_recording(metafunc)
        if "kept_rule" in metafunc.fixturenames:
            _each_rule(metafunc)
    except ContractsError as error:
        raise pytest.Collector.CollectError(str(error)) from None  # told in one line, without our frames


def _each_recording(metafunc: pytest.Metafunc) -> None:
    from pathlib import Path

    from contracts.checking import Checker
    from contracts.sources.cassettes import read_cassettes

    held, found = _held(), []
    checker = Checker(held.contract)
    if "cassettes" in _targets(metafunc.config):
        found = [one for one in read_cassettes([held.cassettes]) if checker.owns(one)]
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

    __tracebackhide__ = True
    if checked.unchecked:
        pytest.fail(f"{checked.what}: not checked, {checked.unchecked}", pytrace=False)
    broken = [
        one
        for one in checked.judgement.findings
        if one.level == "violation" and (one.rule == rule or (rule in NOT_OURS and one.rule.startswith(f"{rule}.")))
    ]
    if broken:
        pytest.fail("\n".join(line for group in grouped(broken) for line in finding_text(group)), pytrace=False)
