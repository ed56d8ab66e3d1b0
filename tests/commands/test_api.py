"""What a user's own tests call: `contracts.load`, `contracts.judge`, `contracts.check`."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import vcr

import contracts
from contracts import api as using
from contracts.errors import Unusable
from contracts.model.contract import Contract, Level
from contracts.model.interaction import Interaction
from contracts.sources.cassettes import read_cassette
from contracts.sources.tapes import replay
from tests import alone, many
from tests.rules.synthetic import DRAFTS, held, without

ROOT = Path(__file__).parents[2]
CASSETTE = ROOT / "cassettes" / "reply" / "get-a-contact-in-a-sequence" / "finished.yaml"
(RECORDED,) = read_cassette(CASSETTE)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test stands in an empty directory."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def contract() -> Contract:
    """The built-in contract, a value of its own, so that no other test's checker is used."""
    return copy.copy(alone.held().contract)


def changed(old: str, new: str) -> Interaction:
    """The recorded answer with a text in its body replaced."""
    body = RECORDED.response.body.replace(old.encode(), new.encode())
    assert body != RECORDED.response.body
    return replace(RECORDED, response=replace(RECORDED.response, body=body))


def responses(interaction: Interaction) -> dict[str, object]:
    """The same answer as an interaction, and from httpx."""
    asked, answered = interaction.request, interaction.response
    by_httpx = httpx.Response(
        answered.status,
        headers=[pair for pair in answered.headers if pair[0] != "Content-Length"],
        content=answered.body,
        request=httpx.Request(asked.method, asked.url, headers=list(asked.headers)),
    )
    return {"interaction": interaction, "httpx": by_httpx}


def test_a_kept_answer_passes_from_every_library(contract: Contract) -> None:
    """Requests, httpx and our own value: no findings, one success, and evidence of what was seen."""
    by_requests = replay(CASSETTE, RECORDED)
    assert isinstance(by_requests, requests.Response)
    for response in (*responses(RECORDED).values(), by_requests):
        contracts.check(contract, response, fail_on="note")
        judgement = contracts.judge(contract, response)
        assert (judgement.findings, judgement.successes, sum(judgement.checked.values())) == ((), 1, 1)
        assert judgement.evidence.observed("currentStep.stepId=null")


@pytest.mark.parametrize("name", ["interaction", "httpx"])
def test_a_broken_answer_raises_its_findings(contract: Contract, name: str) -> None:
    """An AssertionError whose text is the operation and every finding with both places."""
    broken = responses(changed('"Finished"', '"2"'))[name]
    with pytest.raises(contracts.ContractBroken) as error:
        contracts.check(contract, broken)
    assert isinstance(error.value, AssertionError)
    lines = str(error.value).splitlines()
    assert lines[:2] == [contract.operation, "violation  currentStep.no-step-is-finished"]
    rule = contract.rule("currentStep.no-step-is-finished")
    assert f"           promised at {rule.sources[0].page}:{rule.sources[0].line} (documented)" in lines
    assert lines[-1].startswith("           seen ")
    (finding,) = contracts.judge(contract, broken).findings
    assert (finding.rule, finding.pointer) == (rule.id, "/currentStep/displayName")


def test_the_level_that_fails_can_be_chosen(contract: Contract) -> None:
    """Drift passes unless it is asked for."""
    drifting = changed('"company":', '"nickname": "D", "company":')
    contracts.check(contract, drifting)
    levels: tuple[Level, ...] = ("drift", "note")
    for level in levels:
        with pytest.raises(contracts.ContractBroken, match=r"response\.undocumented-field"):
            contracts.check(contract, drifting, fail_on=level)


def test_levels_of_the_project_hold(contract: Contract) -> None:
    """A rule lowered in pyproject.toml no longer fails."""
    Path("pyproject.toml").write_text('[tool.contracts.levels]\n"currentStep.no-step-is-finished" = "note"\n')
    broken = changed('"Finished"', '"2"')
    contracts.check(contract, broken)
    assert [finding.level for finding in contracts.judge(contract, broken).findings] == ["note"]


def test_another_operation_s_answer_is_refused(contract: Contract) -> None:
    """A test that holds the wrong response to a contract must not pass."""
    other = replace(RECORDED, request=replace(RECORDED.request, url="https://api.reply.io/v3/sequences/1"))
    with pytest.raises(Unusable) as error:
        contracts.check(contract, other)
    assert str(error.value) == (
        f"GET https://api.reply.io/v3/sequences/1 is no request of {contract.operation}"
    )  # fmt: skip


def test_the_key_is_never_repeated(contract: Contract) -> None:
    """Neither by a finding about the credential nor by its text."""
    headers = (("Authorization", "Token very-secret-key"),)
    broken = replace(RECORDED, request=replace(RECORDED.request, headers=headers), origin="live", recorded=False)
    with pytest.raises(contracts.ContractBroken, match=r"request\.authorization") as error:
        contracts.check(contract, broken)
    assert "very-secret-key" not in str(error.value)
    assert "very-secret-key" not in repr(contracts.judge(contract, broken))


@pytest.mark.parametrize("get", [requests.get, httpx.get], ids=["requests", "httpx"])
def test_a_played_answer_needs_no_key(contract: Contract, get: Any) -> None:
    """A response doesn't say that it was played: its client has no key where no server asks, and nothing is live."""
    with vcr.use_cassette(str(CASSETTE), record_mode="none"):
        response = get(RECORDED.request.url)
    contracts.check(contract, response, fail_on="note")
    assert contracts.judge(contract, response).checked == {"given": 1}


def test_who_was_asked_live_wanted_a_key(contract: Contract) -> None:
    """The caller says so; a success without a credential is then the vendor's, and the origin the server's."""
    played = responses(replace(RECORDED, request=replace(RECORDED.request, headers=())))["httpx"]
    assert contracts.judge(contract, played, live=True).checked == {"live": 1}
    with pytest.raises(contracts.ContractBroken, match=r"request\.authorization"):
        contracts.check(contract, played, live=True)


def test_many_contracts_at_once_keep_their_own_rules(contract: Contract) -> None:
    """A checker is kept for each contract, and never used for another one, however many there are."""
    broken = changed('"Finished"', '"2"')
    lenient = held(without(DRAFTS["reply"], *(rule.id for rule in contract.rules if "no-step-is" in rule.id)))
    for _ in range(12):
        contracts.check(copy.copy(lenient), broken)
        with pytest.raises(contracts.ContractBroken):
            contracts.check(copy.copy(contract), broken)
    assert len(using._owners) <= using._MOST, "a long test run must not hold every contract it ever saw"


def test_one_of_several_contracts_is_chosen_by_its_slug() -> None:
    """Without a slug the choice is the user's to make; a wrong one lists what there is."""
    alone.write_schemas(Path(), "a")
    alone.write_schemas(Path(), "b")
    slug = "get-a-contact-in-a-sequence"
    for wrong in (None, slug, "nothing"):
        with pytest.raises(
            Unusable, match=rf"^choose one of these contracts by its slug, or as METHOD /path: {slug}, {slug}$"
        ):
            contracts.load(contract=wrong)
    shutil.rmtree("schemas/b")
    assert contracts.load(contract=slug) == contracts.load() == contracts.load("schemas/a/openapi.json")
    assert contracts.load().operation == alone.OPERATION


def test_the_package_offers_what_it_names() -> None:
    """All of `__all__` can be had, and nothing else is pretended to exist."""
    assert {name for name in contracts.__all__ if callable(getattr(contracts, name))} == set(contracts.__all__)
    with pytest.raises(AttributeError, match=r"^module 'contracts' has no attribute 'nothing'$"):
        getattr(contracts, "nothing")  # noqa: B009  a name that mypy would refuse


def answer(one: many.Operation, body: str | None = None) -> httpx.Response:
    """An answer of one of three operations."""
    asked = httpx.Request("GET", one.url)
    return httpx.Response(200, headers={"Content-Type": "application/json"}, text=body or one.good, request=asked)


@pytest.mark.parametrize("given", ["iterable", "all here"])
@pytest.mark.parametrize("one", many.ALL, ids=[one.slug for one in many.ALL])
def test_an_answer_is_held_to_the_contract_of_its_operation(given: str, one: many.Operation) -> None:
    """Of several contracts, or of all here, the one whose operation was asked judges; the literal path is meant."""
    many.write_schemas(Path())
    known = iter([contracts.load(contract=each.slug) for each in many.ALL]) if given == "iterable" else None
    every = tuple(known) if known else None
    contracts.check(every, answer(one), fail_on="drift")
    with pytest.raises(contracts.ContractBroken) as error:
        contracts.check(every, answer(one, one.bad))
    assert str(error.value).splitlines()[:2] == [one.operation, f"violation  {one.rule}"]
    assert contracts.judge(every, answer(one), live=True).checked == {"live": 1}


def test_an_answer_of_none_of_the_contracts_is_refused() -> None:
    """It must not pass; the line says what there is."""
    many.write_schemas(Path())
    foreign = httpx.Response(200, request=httpx.Request("GET", f"{many.BOLT}/screws/1"))
    for every in (None, (), [contracts.load(contract=one.slug) for one in many.ALL]):
        with pytest.raises(Unusable, match=r"^GET https://bolt\.example/screws/1 is no request of these contracts: "):
            contracts.check(every, foreign)
