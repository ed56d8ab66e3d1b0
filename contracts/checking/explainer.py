"""The exact explainer: jsonschema finds every broken place, and the schema location leads to the rule."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from contracts.model.json import Json, pointer
from contracts.rules import KINDS, Break
from contracts.rules.formats import FORMATS
from contracts.rules.patterns import matches
from contracts.rules.places import ABSENT, Steps, short
from contracts.writing import Written


@lru_cache(maxsize=1)
def _validator() -> Any:
    """The library's validator with our formats and patterns in it."""
    import jsonschema  # costs a tenth of a second, and is needed only once something is broken

    def pattern(_validator: Any, value: str, instance: Json, _schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not matches(value, instance):
            yield jsonschema.ValidationError("the pattern is not found")

    checker = jsonschema.FormatChecker(formats=())
    for name, accepts in FORMATS.items():
        checker.checks(name)(accepts)
    extend: Any = jsonschema.validators.extend
    kind = extend(jsonschema.Draft202012Validator, {"pattern": pattern}, format_checker=checker)
    return lambda schema: kind(schema, format_checker=checker)


def _errors(written: Written, body: Json) -> Iterator[Any]:
    return iter(_validator()(written.schema).iter_errors(body))


def explain(written: Written, body: Json) -> tuple[Break, ...]:
    """Every broken rule of a body, one break for each place; empty where the body keeps the schema."""
    found: dict[tuple[str, str], Break] = {}
    for error in _errors(written, body):
        for broken in _breaks(written, error):
            found.setdefault((broken.rule.id, broken.pointer), broken)
    return tuple(found.values())


def _breaks(written: Written, error: Any) -> Iterator[Break]:
    location, place = tuple(error.absolute_schema_path), tuple(error.absolute_path)
    if error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield _break(written, location, (*place, name), ABSENT, missing=name)
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for name in error.instance:
            if name not in known:
                yield _break(written, location, (*place, name), error.instance[name])
    else:
        yield _break(written, location, place, error.instance)


def _break(written: Written, location: Steps, place: Steps, seen: Json, missing: str = "") -> Break:
    rule = written.rule(location, missing)
    assert rule is not None, f"no rule stands at {location}"
    expected = KINDS[rule.kind].expected(rule.says)
    return Break(rule=rule, pointer=pointer(place), expected=expected, seen=short(seen), value=seen)
