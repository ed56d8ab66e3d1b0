"""A file of rows is read as it is written, or refused in one line that says where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.errors import Unusable
from contracts.provider.known_rows import Row, read_rows

GET = "GET /shops/{shop}/things/{thing}"
ROW = {"parameters": {"thing": 7, "shop": "a/b"}, "body": {"id": 7}}


def test_ids_stand_in_the_path_s_order() -> None:
    """However the parameters are ordered; a row without a status is one of success, and the body may be any."""
    refusal = {"parameters": {"shop": "x", "thing": -1}, "status": 404}
    assert read_rows(
        json.dumps({GET: {"one": ROW, "none": refusal}, "GET /me": {"me": {"body": [1]}}}), "rows.json"
    ) == {
        GET: (
            Row(name="one", ids=("a/b", "7"), status=0, body={"id": 7}),
            Row(name="none", ids=("x", "-1"), status=404, body=None),
        ),
        "GET /me": (Row(name="me", ids=(), status=0, body=[1]),),
    }


@pytest.mark.parametrize(
    "row",
    [
        [], {"body": {}}, {"parameters": {"shop": 1}}, ROW | {"parameters": {"shop": 1, "thing": 2, "more": 3}},
        ROW | {"parameters": {"shop": 1, "thing": None}}, ROW | {"parameters": {"shop": True, "thing": 1}},
        ROW | {"parameters": {"shop": 1.5, "thing": 1}}, ROW | {"status": "404"}, ROW | {"headers": {}},
    ],
)  # fmt: skip
def test_what_is_no_row_is_named_with_its_place(row: Any) -> None:
    """The file, the row, its operation, and how one is written."""
    with pytest.raises(Unusable) as error:
        read_rows(json.dumps({GET: {"one": row}}), "schemas/acme/rows.json")
    assert str(error.value) == (
        f"schemas/acme/rows.json: 'one' of {GET} is no row; write it as "
        '{"parameters": {NAME: text or integer, ...}, "body": ...}, with a "status" where it is no success'
    )


def test_two_rows_of_the_same_ids_are_refused() -> None:
    """The second would never be asked for."""
    with pytest.raises(Unusable, match=r"^rows\.json: 'two' of GET \S+ has the parameters of 'one'$"):
        read_rows(json.dumps({GET: {"one": ROW, "two": ROW | {"status": 404}}}), "rows.json")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"GET /me": []}', "[" * 100_000])
def test_what_is_no_file_of_rows_is_one_line(text: str) -> None:
    """No JSON, or of another shape."""
    with pytest.raises(Unusable, match=r"^rows\.json: not an object of operations, each with its rows by name$"):
        read_rows(text, "rows.json")
