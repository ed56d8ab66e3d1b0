"""The commands' functions: a site in a folder, the committed Markdown, one rule explained."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.commands.docs import _names, markdown_of, write_markdown, write_site
from contracts.commands.documents import LocalContract, contracts_here
from contracts.commands.explain import explained, explanation
from contracts.documenting.sheet import Sheet
from contracts.errors import Unusable
from contracts.model.finding import Finding, once
from contracts.model.identity import digest
from tests import alone
from tests.documenting.reader import Reader
from tests.rules.synthetic import DOCUMENT, REPLY, ROOT

SLUG = REPLY.slug


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A gate's result, with two cases."""
    cases = [{"name": "example", "outcome": "passed", "how": "left with 0"},
             {"name": "email=null", "outcome": "failed", "how": "left with 1"}]  # fmt: skip
    document = {"operation": REPLY.operation, "digest": digest(REPLY), "command": ["python", "sync.py"], "cases": cases}
    path = tmp_path / "gate.json"
    path.write_text(json.dumps(document))
    return path


def test_site_is_complete_and_the_same_each_time(tmp_path: Path, gate: Path) -> None:
    """An index, and a page and its Markdown for each contract, in the same bytes when made again; no other file."""
    out, slugs = tmp_path / "deep" / "site", [one.contract.slug for one in contracts_here()]
    written = write_site(out, gate)
    assert sorted(path.name for path in written) == sorted(
        ["index.html", *(f"{name}.{form}" for name in slugs for form in ("html", "md"))]
    )
    assert sorted(out.iterdir()) == sorted(written)
    assert write_site(tmp_path, None)[0] == tmp_path / "index.html"
    before = [path.read_bytes() for path in written]
    assert [path.read_bytes() for path in write_site(out, gate)] == before
    read = Reader((out / f"{SLUG}.html").read_text())
    assert "python sync.py" in read.text
    assert f"{SLUG}.html" in Reader((out / "index.html").read_text()).links()


def test_committed_markdown_is_fresh() -> None:
    """The Markdown beside the schemas is what the contract, its recordings and its changelog say today."""
    for held in contracts_here():
        committed = DOCUMENT.parent / f"{held.contract.slug}.md"
        assert committed.read_text(encoding="utf-8") == markdown_of(held)


def test_markdown_is_written_beside_the_schemas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands beside the document that the contract was loaded from, under the contract's name."""
    folder = alone.write_schemas(tmp_path) / "reply"
    monkeypatch.chdir(tmp_path)
    (held,) = contracts_here()
    assert Path("schemas/reply") / f"{SLUG}.md" in write_markdown()
    assert (folder / f"{SLUG}.md").read_text() == markdown_of(held)


def test_changelog_ends_with_todays_contract() -> None:
    """The last entry of each committed changelog leads to the committed contract."""
    for held in contracts_here():
        log = json.loads((DOCUMENT.parent / f"{held.contract.slug}.changelog.json").read_text())
        assert log[-1]["to"] == digest(held.contract)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "no result of the client gate"),
        ("{}", "no result of the client gate"),
        ('{"operation": "GET /x", "digest": "", "command": [], "cases": [1]}', "no result of the client gate"),
        ('{"operation": "GET /x", "digest": "", "command": 1, "cases": []}', "no result of the client gate"),
        (
            '{"operation": "", "digest": "", "command": [], "cases": [{"name": "", "outcome": "won", "how": ""}]}',
            "no result of the client gate",
        ),
        ('{"operation": "GET /\\u202ex", "digest": "", "command": [], "cases": []}', r"for GET /\\u202ex, which is no"),
    ],
)
def test_gate_result_that_is_none_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Another file, or the gate of another operation, is refused in one line, and nothing is written."""
    path = tmp_path / "gate.json"
    path.write_text(text)
    with pytest.raises(Unusable, match=said) as caught:
        write_site(tmp_path / "site", path)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "site").exists()


def held(vendor: str, slug: str) -> LocalContract:
    """A contract of that name."""
    return LocalContract(contract=replace(REPLY, slug=slug), vendor=vendor, cassettes=Path("none"))


def test_names_are_told_apart() -> None:
    """A page is called after its contract, and its vendor too where two have one name, or that of the index."""
    names = _names((held("a", "x"), held("b", "x"), held("a", "y"), held("a", "index")))
    assert names == ["a-x", "b-x", "y", "a-index"]
    with pytest.raises(Unusable, match="two contracts are called a-x"):
        _names((held("a", "x"), held("a", "x")))


def test_explanation_says_all() -> None:
    """What it says, where, its evidence, its proof with the spot marked, and the lines that change its level."""
    text = explanation("currentStep.no-step-is-finished")
    for part in (
        "rule       currentStep.no-step-is-finished\n",
        'displayName is "Finished" wherever stepId is null.\n',
        "promised   contracts/reply/get-a-contact-in-a-sequence.txt, line 146: documented\n",
        "evidence   currentStep.no-step: 4 times from reference",
        "caught as currentStep.no-step-is-finished and nothing else:\n",
        '           >     "displayName": "2"\n',
        '           [tool.contracts.levels]\n           "currentStep.no-step-is-finished" = "drift"\n',
    ):
        assert part in text


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("emial.type", "did you mean .*email.type"),
        ("zzzz", "lists them all"),
        ("\u202e", "^.u202e: no rule"),
        ("", "no rule"),
    ],
)
def test_unknown_rule_is_told_with_the_nearest(given: str, hint: str) -> None:
    """A slip of the pen is answered with the ids that come near."""
    with pytest.raises(Unusable, match=hint):
        explanation(given)


def test_level_set_by_the_project_is_told(shop: Sheet) -> None:
    """What `pyproject.toml` sets stands beside the contract's own level, and the example is another one."""
    text = explained(shop, "level.type", "drift")
    assert "level      drift, set in pyproject.toml; the contract says violation" in text
    assert '"level.type" = "note"' in text


def test_rule_without_branches_counts_answers(shop: Sheet) -> None:
    """Of a rule without branches, the answers held to it are told by origin, and how often it broke."""
    assert "evidence   never broken in 4 answers of live, 9 answers of reference" in explained(shop, "level.type", None)
    broken = Finding(
        rule="level.type", level="violation", pointer="", expected="", seen="", summary="", fingerprint="", promised=(),
        origin="live",
    )  # fmt: skip
    judged = replace(shop.judgement, met=(once(broken),))
    again = replace(shop, judgement=judged)
    assert "evidence   broken 1 time in 4 answers" in explained(again, "level.type", None)


def test_nothing_known_is_said(reply: Sheet) -> None:
    """Without a recording the explanation says why there is no evidence, and without a proof that none was run."""
    text = explained(reply, "email.required", None)
    assert "evidence   none: none" in text
    assert "no proof was run" in text


def test_hostile_rule_is_explained_inertly(nasty: Sheet) -> None:
    """No control character reaches the terminal."""
    text: Any = explained(nasty, nasty.contract.rules[0].id, None)
    assert all(one.isprintable() or one == "\n" for one in text)


def test_markdown_beside_no_schemas_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The built-in documents are not the user's to write beside."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unusable, match="schemas: no such folder here"):
        write_markdown()
    assert list(tmp_path.iterdir()) == []
