"""A fault of each sort of rule, served on loopback and found by `contracts verify --against URL`.

That every single rule's fault is found alone is shown of the provider itself, without the command around it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contracts.commands.group import main
from contracts.commands.reference import reference
from contracts.model.contract import Rule
from contracts.provider.serving import serve
from tests import alone

HELD = alone.held()
SORTS = {(rule.level, rule.kind, rule.target): rule for rule in HELD.contract.rules}
VIOLATIONS = [rule for rule in SORTS.values() if rule.level == "violation"]
OTHERS = [rule for rule in SORTS.values() if rule.level == "drift"]


def verified(rule: Rule, monkeypatch: pytest.MonkeyPatch, *more: tuple[str, ...]) -> list[Result]:
    """What `contracts verify` says of a provider with this fault, once for each set of further options."""
    provider = reference(HELD, faults=(rule.id,))
    monkeypatch.setenv("REPLY_API_KEY", provider.key)
    with serve(provider) as url:
        command = ("verify", "--against", url, "--contract", alone.SLUG, "--max-examples", "1")
        return [CliRunner().invoke(main, [*command, *options]) for options in more]


def named(level: str, rule: Rule) -> re.Pattern[str]:
    """The headline of a finding of this rule."""
    return re.compile(rf"^{level:<10} {re.escape(rule.id)}(  \(\d+ times\))?$", re.MULTILINE)


def test_every_rule_is_of_a_level_tested_here() -> None:
    """Violations and drift are all there is, so that no rule escapes the tests below."""
    assert len(VIOLATIONS) + len(OTHERS) == len(SORTS)
    assert VIOLATIONS
    assert OTHERS


@pytest.mark.parametrize("rule", VIOLATIONS, ids=lambda rule: rule.id)
def test_the_fault_of_a_violation_breaks_the_contract(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1, the rule's name and where it is promised, and no other violation."""
    (done,) = verified(rule, monkeypatch, ())
    assert done.exit_code == 1, done.output
    assert named("violation", rule).search(done.stdout), done.stdout
    assert done.stdout.splitlines()[-1] == "verdict    broken: 1 finding"
    assert f"promised at {rule.sources[0].page}" in done.stdout


@pytest.mark.parametrize("rule", OTHERS, ids=lambda rule: rule.id)
def test_the_fault_of_a_drift_is_named_and_breaks_where_asked_to(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 0 with the rule's name, and 1 with `--fail-on drift`."""
    lenient, strict = verified(rule, monkeypatch, (), ("--fail-on", "drift"))
    assert (lenient.exit_code, strict.exit_code) == (0, 1)
    for done in (lenient, strict):
        assert named("drift", rule).search(done.stdout), done.stdout


def test_nothing_is_left_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Asking a provider leaves no database or table behind, and prints nothing past the command's own output."""
    monkeypatch.chdir(tmp_path)
    verified(VIOLATIONS[0], monkeypatch, ())
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
