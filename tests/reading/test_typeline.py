"""Type lines and constraint lines."""

from __future__ import annotations

import pytest

from contracts.model.json import Json
from contracts.reading.page.typeline import TypeLine, constraint, is_broken_type, type_line, written_value


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("string", TypeLine(("string",))),
        ("integer<int64> | null", TypeLine(("integer",), nullable=True, format="int64")),
        ("enum<string> | null", TypeLine(("string",), nullable=True, enum=True)),
        ("enum<boolean>", TypeLine(("boolean",), enum=True)),
        ("string[]", TypeLine(("array",), item_types=("string",))),
        ("enum<string>[]", TypeLine(("array",), item_types=("string",), enum=True)),
        ("string<uuid>[] | null", TypeLine(("array",), nullable=True, item_types=("string",), item_format="uuid")),
        ("Lamp Event · object[]", TypeLine(("array",), item_types=("object",))),
        ("LampEvent · object | null", TypeLine(("object",), nullable=True)),
        ("(A · object | B · string)[]", TypeLine(("array",), item_types=("object", "string"))),
        ("integer | string", TypeLine(("integer", "string"))),
        ("Lamp · object | Old Lamp · string | null", TypeLine(("object", "string"), nullable=True)),
        ("Lamp[]", TypeLine(("array",))),
        ("Old Lamp[] | null", TypeLine(("array",), nullable=True)),
        ("array of strings", TypeLine(("array",), item_types=("string",))),
        ("list of lamps", TypeLine(("array",))),
        ("Array<integer>", TypeLine(("array",), item_types=("integer",))),
        ("string array", TypeLine(("array",), item_types=("string",))),
        ("String", TypeLine(("string",))),
        ("int or null", TypeLine(("integer",), nullable=True)),
        ("string (date-time)", TypeLine(("string",), format="date-time")),
        ("array", TypeLine(("array",))),
        ("integer[][]", TypeLine(("array",), item_types=("array",))),
        ("any", TypeLine(())),
        ("any | null", TypeLine((), nullable=True)),
    ],
)
def test_type_line(line: str, kind: TypeLine) -> None:
    """Every type line of the layout is read; "null" is apart, elements are apart."""
    assert type_line(line) == kind


@pytest.mark.parametrize(
    "line",
    [
        "",
        "text",
        "A string",
        "strings",
        "object of size",
        "string,",
        "Lamp Event",
        "int of it",
        "string (of sorts)",
        "lamp array",
        "lamps[]",
    ],
)
def test_no_type_line(line: str) -> None:
    """Prose and names are no type lines."""
    assert type_line(line) is None
    assert not is_broken_type(line)


@pytest.mark.parametrize("line", ["integer<int6", "string |", "string | nul", "enum<", "object["])
def test_broken_type(line: str) -> None:
    """The beginning of a type is told from prose."""
    assert is_broken_type(line)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Required range: x >= 1", {"minimum": 1}),
        ("Required range: 1 <= x <= 1000", {"minimum": 1, "maximum": 1000}),
        ("Required range: 0 < x < 1.5", {"exclusiveMinimum": 0, "exclusiveMaximum": 1.5}),
        ("Required range: x > 0", {"exclusiveMinimum": 0}),
        ("Required array length: 1 - 100 elements", {"minItems": 1, "maxItems": 100}),
        ("Required array length: 3 elements", {"minItems": 3, "maxItems": 3}),
        ("Minimum array length: 1", {"minItems": 1}),
        ("Maximum string length: 90", {"maxLength": 90}),
        ("Required string length: 1 - 64", {"minLength": 1, "maxLength": 64}),
        ("Pattern: ^a: b$", {"pattern": "^a: b$"}),
        ("Required range: x", {}),
        ("Required range: y > 3", {}),
        ("Minimum string length: many", {}),
    ],
)
def test_constraint(line: str, said: dict[str, Json]) -> None:
    """Every constraint line says its JSON Schema keywords; one that can't be read says nothing."""
    assert dict(constraint(line)) == said


@pytest.mark.parametrize(
    ("text", "types", "value"),
    [
        ("5", ("string",), "5"),
        ('"5"', ("string",), "5"),
        ("5", ("integer",), 5),
        ("false", (), False),
        ("/", (), "/"),
        ("`a`", ("string",), "a"),
        ("NaN", ("number",), "NaN"),
        ("1e999", ("number",), "1e999"),
        ("[" * 5000, ("array",), "[" * 5000),
    ],
)
def test_written_value(text: str, types: tuple[str, ...], value: Json) -> None:
    """An option or a default has the value its type gives it; what can't be read stays text."""
    assert written_value(text, types) == value
    assert written_value("null", ("string",), nullable=True) is None
