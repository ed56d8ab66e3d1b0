"""The fast screen: it may only say "kept"; anything else is the explainer's to judge."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from contracts.model.json import Json
from contracts.rules.formats import FORMATS
from contracts.rules.patterns import matches
from contracts.writing import Written


class _Pattern:
    """The keyword `pattern`, decided by our own engine as in the explainer."""

    def __init__(self, parent_schema: Any, value: Any, schema_path: Any) -> None:  # noqa: ARG002  the library's form
        self._pattern = value

    def validate(self, instance: Any) -> None:
        if isinstance(instance, str) and not matches(self._pattern, instance):
            message = "the pattern is not found"
            raise ValueError(message)


class Screen:
    """One body's schema compiled by jsonschema-rs, formats and patterns decided by our own functions."""

    __slots__ = ("_validator",)

    def __init__(self, written: Written) -> None:
        self._validator: Any = jsonschema_rs.validator_for(
            written.schema,
            formats=dict(FORMATS),
            validate_formats=True,
            ignore_unknown_formats=True,
            keywords={"pattern": _Pattern},
        )

    def keeps(self, body: Json, *, careful: bool = False) -> bool:
        """Whether the body certainly keeps every rule. `careful` says that it holds numbers this may round."""
        return not careful and bool(self._validator.is_valid(body))

    def locations(self, body: Json) -> list[tuple[tuple[str | int, ...], tuple[str | int, ...]]]:
        """Every error as (schema location, place in the body): for comparing with the explainer."""
        return [(tuple(error.schema_path), tuple(error.instance_path)) for error in self._validator.iter_errors(body)]
