"""Where contracts are found, and what a project says about levels."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.api import load
from contracts.commands.documents import contracts_here, read_json
from contracts.commands.settings import levels_here
from contracts.commands.vendor_data import hand_of, hands
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.identity import digest
from tests import alone
from tests.rules.synthetic import contract_of
from tests.rules.vendors import derive_page

ROOT = Path(__file__).parents[2]
PAGE = "get-a-contact-in-a-sequence.txt"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test stands in an empty directory."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def contract() -> Contract:
    """The built-in contract."""
    return alone.held().contract


def levels(text: str, contract: Contract) -> dict[str, str]:
    """The levels that this pyproject.toml sets."""
    Path("pyproject.toml").write_text(text)
    return {rule: str(level) for rule, level in levels_here((contract,)).items()}


@pytest.mark.parametrize(
    "text",
    [
        '[tool.contracts.levels]\n"email.type" = "note"\n',
        '[tool]\ncontracts.levels."email.type" = "note"\n',
        '[ tool . "contracts" . levels ]\n"email.type" = "note"\n',
        'tool = { contracts = { levels = { "email.type" = "note" } } }\n',
    ],
)
def test_levels_are_read_however_toml_spells_them(contract: Contract, text: str) -> None:
    """All of TOML's ways to write one table are one."""
    assert levels(text, contract) == {"email.type": "note"}


@pytest.mark.parametrize(
    "text", ["", "[project]\nname = 'contracts-of-mine'\n", "[tool.contracts]\n", "[tool.contracts.levels]\n", "]["]
)
def test_a_project_that_says_nothing_sets_nothing(contract: Contract, text: str) -> None:
    """No table is no level; a file that never speaks of contracts isn't even looked at."""
    assert levels(text, contract) == {}


def test_without_a_project_there_are_no_levels(contract: Contract) -> None:
    """Neither is a folder of that name a project."""
    assert levels_here((contract,)) == {}
    Path("pyproject.toml").mkdir()
    assert levels_here((contract,)) == {}


LEVELS = "[tool.contracts.levels]"
TABLE = f'pyproject.toml: {LEVELS} must be a table like "email.type" = "note"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f'{LEVELS}\n"email.typo" = "note"',
            f'pyproject.toml: {LEVELS} names "email.typo", which is no rule of these contracts (write ids in quotes)',
        ),
        (
            f'{LEVELS}\nemail.type = "note"',
            f'pyproject.toml: {LEVELS} names "email", which is no rule of these contracts (write ids in quotes)',
        ),
        (
            f'{LEVELS}\n"email.type" = "error"',
            'pyproject.toml: the level of "email.type" must be one of violation, drift, note',
        ),
        (
            f'{LEVELS}\n"email.type" = ["note"]',
            'pyproject.toml: the level of "email.type" must be one of violation, drift, note',
        ),
        ("tool = 'contracts levels'", TABLE),
        ("tool.contracts = 5 # levels", TABLE),
        ("tool.contracts.levels = 'note'", TABLE),
        ("[[tool.contracts.levels]]", TABLE),
    ],
)
def test_what_is_no_level_is_one_line(contract: Contract, text: str, message: str) -> None:
    """The file, the entry, and what is possible."""
    with pytest.raises(Unusable) as error:
        levels(text, contract)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "text",
    [
        "[tool.contracts.levels",
        f"{LEVELS}\na = 1\na = 2",
        f"# contracts levels\na = {'[' * 100_000}",
        f"# contracts levels\na = {'9' * 5000}",
    ],
    ids=["cut", "twice", "deep", "long"],
)
def test_broken_toml_is_one_line(contract: Contract, text: str) -> None:
    """The file and what is wrong with it."""
    with pytest.raises(Unusable, match=r"^pyproject\.toml: not valid TOML: [^\n]+$"):
        levels(text, contract)


def test_a_project_that_is_no_text_is_one_line(contract: Contract) -> None:
    """The reader's own words."""
    Path("pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(Unusable, match=r"^pyproject\.toml: not text in UTF-8"):
        levels_here((contract,))


def test_levels_of_another_contract_of_the_project_are_no_error() -> None:
    """A rule that one of the contracts here has may be named while another one is used."""
    other = contract_of({"type": "object"})
    Path("pyproject.toml").write_text(f'{LEVELS}\n"email.type" = "note"\n')
    assert levels_here((other,)) == {"email.type": "note"}


def test_the_working_directory_wins() -> None:
    """Its contracts hide the built-in one; recordings are its own or none, and only those of a project count."""
    built_in = alone.held()
    assert built_in.cassettes == Path("cassettes", "reply", built_in.contract.slug)
    assert built_in.astray == "no schemas/ and no cassettes/"
    alone.write_schemas(Path(), "mine")
    (own,) = contracts_here()
    assert (own.vendor, own.contract) == ("mine", built_in.contract)
    assert own.unchecked == f"{own.cassettes} holds nothing to check: the working directory has no cassettes/"
    Path("cassettes").mkdir()
    (own,) = contracts_here()
    assert (own.cassettes, own.unchecked) == (Path("cassettes", "mine", built_in.contract.slug), "")


def test_every_contract_is_found_in_the_order_of_its_folder() -> None:
    """One for each vendor; folders without a document don't count."""
    for vendor in ("b", "a", "c"):
        alone.write_schemas(Path(), vendor)
    Path("schemas/c/openapi.json").unlink()
    assert [held.vendor for held in contracts_here()] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{\n,", "not JSON at line 2; remove it and write it again with `contracts derive`"),
        (b"[" * 100_000, "not JSON; remove it and write it again with `contracts derive`"),
        (b"9" * 5000, "not JSON; remove it and write it again with `contracts derive`"),
        (b"\xff", "not text in UTF-8 (byte 0); name a JSON document"),
    ],
)
def test_a_document_that_is_no_json_is_one_line(content: bytes, problem: str) -> None:
    """The file, the line where there is one, and the way out."""
    path = Path("openapi.json")
    path.write_bytes(content)
    with pytest.raises(Unusable) as error:
        read_json(path)
    assert str(error.value) == f"openapi.json: {problem}"


def test_json_is_read() -> None:
    """As it stands, a byte order mark aside."""
    Path("file.json").write_bytes(b'\xef\xbb\xbf{"a": [1, null]}')
    assert read_json(Path("file.json")) == {"a": [1, None]}


def test_hand_written_data_is_found_by_operation(contract: Contract) -> None:
    """The vendor's key variable and the operation's own rules."""
    hand = hand_of(contract)
    assert hand.variable == "REPLY_API_KEY"
    assert {"contactId.echoes-request", "sequenceId.echoes-request"} <= {own.rule.id for own in hand.own}


def test_the_committed_document_is_the_built_in_one(contract: Contract) -> None:
    """Loading by path and by default give the same contract."""
    assert load(ROOT / "schemas" / "reply" / "openapi.json", alone.SLUG) == contract
    assert json.loads((ROOT / "schemas" / "reply" / "openapi.json").read_text())["openapi"] == "3.1.0"


def test_what_is_written_beside_a_page_counts(contract: Contract) -> None:
    """The TOML file of the page's name and the folder's `vendor.toml`; no other, and none of a folder elsewhere."""
    Path("docs").mkdir()
    Path("docs/a.toml").write_text('server = "https://a.test"\nmethod = "GET"\npath = "/a"\n')
    Path("docs/vendor.toml").write_text('server = "https://a.test"\nkey_variable = "A_KEY"\n')
    Path("docs/b.toml").write_text("not TOML")
    built_in = len(list(hands()))
    assert [hand.variable for hand in hands("docs/a.txt")][built_in:] == ["A_KEY", ""]
    mine = replace(contract, server="https://a.test", method="GET", path="/a", page="docs/a.txt")
    assert hand_of(mine).variable == "A_KEY"
    assert hand_of(replace(mine, page="a.txt")).variable == ""
    with pytest.raises(Unusable, match=r"docs/b\.toml"):
        list(hands("docs/b.txt"))


@pytest.mark.parametrize("page", ["", ".", "..", "/", "x" * 5000, "a\0b", "https://a.test/page", "a/" * 3000 + "b"])
def test_a_page_may_be_called_anything(page: str) -> None:
    """A foreign document says what its page is called, and nothing is found beside such a one."""
    assert list(hands(page)) == list(hands())


def test_a_file_beside_the_page_stands_in_for_the_built_in_one() -> None:
    """A team that copies page and hand-written data from here, to go on with both, gets each rule once."""
    Path("docs").mkdir()
    for name in ("get-a-contact-in-a-sequence.toml", "vendor.toml", PAGE):
        shutil.copy(ROOT / "contracts" / "reply" / name, "docs")
    mine, built_in = (derive_page(folder / PAGE) for folder in (Path("docs"), ROOT / "contracts" / "reply"))
    assert digest(mine.contract) == digest(built_in.contract)


def test_a_file_of_another_operation_is_not_passed_over() -> None:
    """It is called like the page, so it is meant; a slip in its path is told."""
    Path("docs").mkdir()
    shutil.copy(ROOT / "contracts" / "reply" / PAGE, "docs")
    Path("docs", PAGE).with_suffix(".toml").write_text('server = "https://api.reply.io"\nmethod = "GET"\npath = "/a"\n')
    with pytest.raises(Unusable, match=r"is of GET https://api\.reply\.io/a, and the page of GET https"):
        derive_page(Path("docs", PAGE))
