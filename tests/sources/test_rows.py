"""Rows known to exist, given on the command line or in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Unusable
from contracts.sources.rows import read_rows

NAMES = ("id", "contact_id")
TWO = (("100", "12345"), ("100", "12346"))


@pytest.mark.parametrize(
    "given_rows",
    ["100/12345,100/12346", " 100/12345 , 100/12346 ,", "100/12345,100/12346,100/12345"],
)
def test_rows_are_listed(given_rows: str) -> None:
    """Blanks and a comma at the end don't count, a row named twice is one."""
    assert read_rows(given_rows, NAMES) == TWO


FILES = {
    "csv": "100,12345\n100,12346\n",
    "header": "id,contact_id\n100,12345\n100,12346\n",
    "blank-lines": "\n\n100,12345\n   \n100,12346",
    "windows": "\ufeffid,contact_id\r\n100,12345\r\n100,12346\r\n",
    "quotes": '"id","contact_id"\n"100","12345"\n100, "12346"\n',
    "semicolons": "100;12345\n100;12346\n",
    "tabs": "100\t12345\n100\t12346\n",
    "slashes": "100/12345\n100/12346\n",
    "arrays": "[100, 12345]\n[100, 12346]\n",
    "texts": '["100", "12345"]\n  ["100", "12346"]\n',
    "objects": '{"contact_id": 12345, "id": 100, "more": null}\n{"id": "100", "contact_id": "12346"}\n',
    "mixed": '[100, 12345]\n\n{"id": 100, "contact_id": 12346}\n100,12346\n',
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("suffix", [".csv", ".ndjson", ""])
def test_rows_are_read_from_a_file(tmp_path: Path, name: str, suffix: str) -> None:
    """CSV with or without the names on top, NDJSON as arrays or objects; the suffix doesn't matter."""
    path = tmp_path / f"{name}{suffix}"
    path.write_text(FILES[name], encoding="utf-8", newline="")
    assert read_rows(str(path), NAMES) == TWO


SHAPE = "{id}/{contact_id}"


@pytest.mark.parametrize(
    ("given_rows", "message"),
    [
        ("", f"--ids '': no row in it; name rows like {SHAPE}"),
        (" , ", f"--ids ' , ': no row in it; name rows like {SHAPE}"),
        ("100", f"--ids: row 1 ('100') is not of the form {SHAPE}"),
        ("100/1,100", f"--ids: row 2 ('100') is not of the form {SHAPE}"),
        ("100/1/2", f"--ids: row 1 ('100/1/2') is not of the form {SHAPE}"),
        ("100/", f"--ids: row 1 ('100/') is not of the form {SHAPE}"),
        ("100/1 2", f"--ids: row 1 ('100/1 2') is not of the form {SHAPE}"),
        ("100/1?x=y", f"--ids: row 1 ('100/1?x=y') is not of the form {SHAPE}"),
        ("100/1#x", f"--ids: row 1 ('100/1#x') is not of the form {SHAPE}"),
        ("100/..", f"--ids: row 1 ('100/..') is not of the form {SHAPE}"),
        ("100/\udc80", f"--ids: row 1 ('100/\\udc80') is not of the form {SHAPE}"),
        ("./1", f"--ids: row 1 ('./1') is not of the form {SHAPE}"),
        ("nowhere.csv", "nowhere.csv: no such file; name a CSV or NDJSON file of rows"),
        ("NOWHERE.NDJSON", "NOWHERE.NDJSON: no such file; name a CSV or NDJSON file of rows"),
    ],
)
def test_a_list_that_holds_no_rows_is_one_line(given_rows: str, message: str) -> None:
    """The number of the row, the row, and the form that is expected."""
    with pytest.raises(Unusable) as error:
        read_rows(given_rows, NAMES)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", f"--ids 'FILE': no row in it; name rows like {SHAPE}"),
        ("id,contact_id\n", f"--ids 'FILE': no row in it; name rows like {SHAPE}"),
        ("a,b,c\n", f"--ids: row 1 ('a/b/c') is not of the form {SHAPE}"),
        ("1,2\n3\n", f"--ids: row 2 ('3') is not of the form {SHAPE}"),
        ("1,\n", f"--ids: row 1 ('1/') is not of the form {SHAPE}"),
        ("[1]\n", f"--ids: row 1 ('1') is not of the form {SHAPE}"),
        ("[1, 2.5]\n", "FILE:1: an array of 2 values is expected, or an object with id, contact_id"),
        ("[1, true]\n", "FILE:1: an array of 2 values is expected, or an object with id, contact_id"),
        ("\n[1, null]\n", "FILE:2: an array of 2 values is expected, or an object with id, contact_id"),
        ("[[1, 2]]\n", "FILE:1: an array of 2 values is expected, or an object with id, contact_id"),
        ('{"id": 1}\n', "FILE:1: an array of 2 values is expected, or an object with id, contact_id"),
        ("{\n", "FILE:1: an array of 2 values is expected, or an object with id, contact_id"),
        ("[" * 100_000, "FILE:1: an array of 2 values is expected, or an object with id, contact_id"),
        (f"[1, {'9' * 5000}]", "FILE:1: an array of 2 values is expected, or an object with id, contact_id"),
        ('["1", "a/b"]', f"--ids: row 1 ('1/a/b') is not of the form {SHAPE}"),
        (r'["1", "\ud800"]', f"--ids: row 1 ('1/\\ud800') is not of the form {SHAPE}"),
        ('["1", ""]', f"--ids: row 1 ('1/') is not of the form {SHAPE}"),
    ],
)
def test_a_file_that_holds_no_rows_is_one_line(tmp_path: Path, content: str, message: str) -> None:
    """The file and line, or the number of the row."""
    path = tmp_path / "rows.txt"
    path.write_text(content)
    with pytest.raises(Unusable) as error:
        read_rows(str(path), NAMES)
    assert str(error.value) == message.replace("FILE", str(path))


def test_a_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    """A folder with the name of a file, and binary."""
    (tmp_path / "rows.csv").mkdir()
    (tmp_path / "binary").write_bytes(b"\xff")
    for name, reason in (
        ("rows.csv", "a folder, where a CSV or NDJSON file of rows is expected; name the file itself"),
        ("binary", "not text in UTF-8 (byte 0); name a CSV or NDJSON file of rows"),
    ):
        with pytest.raises(Unusable) as error:
            read_rows(str(tmp_path / name), NAMES)
        assert str(error.value) == f"{tmp_path / name}: {reason}"


def test_a_long_list_is_no_path() -> None:
    """A list longer than any path the system takes is still a list."""
    rows = tuple(("100", str(number)) for number in range(10_000))
    assert read_rows(",".join("/".join(row) for row in rows), NAMES) == rows


WORD = st.text(st.characters(min_codepoint=33, exclude_characters=',;/?#"[{', codec="utf-8"), min_size=1).filter(
    lambda text: not any(character.isspace() for character in text) and text not in {".", ".."}
)
ROWS = st.lists(st.tuples(WORD, WORD), min_size=1, unique=True).filter(lambda rows: NAMES not in rows)


@given(ROWS)
def test_every_form_gives_the_same_rows(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    """CSV and both kinds of NDJSON are three spellings of one list."""
    folder = tmp_path_factory.mktemp("rows")
    spelled = {
        "rows.csv": "\n".join(",".join(row) for row in rows),
        "arrays.ndjson": "\n".join(json.dumps(row) for row in rows),
        "objects.ndjson": "\n".join(json.dumps(dict(zip(NAMES, row, strict=True))) for row in rows),
    }
    for name, text in spelled.items():
        (folder / name).write_text(text, encoding="utf-8")
        assert read_rows(str(folder / name), NAMES) == tuple(rows)


def sound(given_rows: str) -> bool:
    """Whether rows of the right width came of it, or one line."""
    try:
        rows = read_rows(given_rows, NAMES)
    except Unusable as error:
        return len(str(error).splitlines()) == 1
    return bool(rows) and all(len(row) == len(NAMES) and all(row) for row in rows)


@given(st.text())
def test_no_list_is_a_traceback(text: str) -> None:
    """Whatever is typed gives rows of the right width, or one line."""
    assert sound(text)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")) | st.from_regex(r"([\[{].*\n)*"))
def test_no_file_is_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes | str) -> None:
    """Whatever a file holds gives rows of the right width, or one line."""
    path = tmp_path_factory.mktemp("rows") / "rows.ndjson"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    assert sound(str(path))
