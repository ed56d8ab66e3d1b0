"""One tree's schemas in both validators: jsonschema-rs screens, jsonschema explains.

Patterns and formats are jsonschema-rs' in both (ECMA-262, RFC 3339), so that they agree on every text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from threading import get_ident
from typing import Any

import jsonschema_rs

from contracts.model.document import Steps, reference_to
from contracts.model.frozen import frozen
from contracts.model.json import Json, as_text
from contracts.rules.texts import IGNORED, has_format, matches

_URI = "urn:contract:document"
_PANICS = ("PanicException",)


@frozen
class Error:
    """One broken keyword, whichever validator found it.

    `path` leads through the schema to it, `place` through the body; `missing` names what isn't there, `unknown` what
    should not be. `inner` are the errors of each alternative, where it is a choice and none of them is met.
    """

    path: tuple[Any, ...]
    place: tuple[str | int, ...]
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    inner: tuple[tuple[Error, ...], ...] = ()


class Undecided(Exception):
    """A validator came to no verdict about a body."""


class Validators:
    """The schemas of one tree, compiled where they are first asked for, by their place in it."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._tree = tree
        self._fast: dict[Steps, Any] = {}
        self._exact: dict[Steps, Any] = {}

    def forget(self) -> None:
        """Compiles everything anew when it is next asked for: the tree was changed, but for its formats."""
        self._fast.clear()
        self._exact.clear()
        for name in ("_registry", "_resources"):
            self.__dict__.pop(name, None)

    @cached_property
    def _registry(self) -> Any:
        return jsonschema_rs.Registry([(_URI, self._tree)], draft=jsonschema_rs.Draft202012)

    @cached_property
    def _ignored(self) -> dict[str, Any]:
        """Those formats of the tree that nothing is held to: with any, the validator takes half as long again."""
        found: set[str] = set()
        level: list[Any] = [self._tree]
        while level:
            found.update(as_text(one.get("format")) for one in level if type(one) is dict)
            inside = (one if type(one) is list else one.values() for one in level)
            level = [below for values in inside for below in values if type(below) is dict or type(below) is list]
        return {name: IGNORED[name] for name in found & IGNORED.keys()}

    @cached_property
    def _resources(self) -> Any:
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

        resource: Any = DRAFT202012.create_resource(self._tree)
        return Registry().with_resource(_URI, resource)

    def fast(self, at: Steps) -> Any:
        """The schema at a place in jsonschema-rs, None where it can't be compiled."""
        if at not in self._fast:
            self._fast[at] = self._compiled(at)
        return self._fast[at]

    def _compiled(self, at: Steps) -> Any:
        try:
            schema = {"$ref": _URI + reference_to(at)}
            return jsonschema_rs.Draft202012Validator(
                schema, registry=self._registry, validate_formats=True, formats=self._ignored
            )
        except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
            return None
        except BaseException as error:
            if type(error).__name__ in _PANICS:  # the library's own fault, raised past every `except Exception`
                return None
            raise

    def keeps(self, at: Steps, body: Json) -> bool | None:
        """True where a body keeps the schema at a place, by jsonschema-rs; None where that comes to no verdict."""
        validator = self.fast(at)
        try:
            return None if validator is None else bool(validator.is_valid(body))
        except (ValueError, RecursionError):
            return None

    def fast_errors(self, at: Steps, body: Json) -> tuple[Error, ...]:
        """What jsonschema-rs finds wrong. Raises Undecided where it comes to no verdict."""
        validator = self.fast(at)
        if validator is None:
            raise Undecided
        try:
            return tuple(_of_fast(error) for error in validator.iter_errors(body))
        except (ValueError, RecursionError):
            raise Undecided from None

    def errors(self, at: Steps, body: Json) -> tuple[Error, ...]:
        """What is wrong with a body by the schema at a place: jsonschema's word, jsonschema-rs' where that has none.

        Raises Undecided where neither comes to a verdict.
        """
        if at not in self._exact:
            self._exact[at] = _kind()({"$ref": _URI + reference_to(at)}, registry=self._resources)
        try:
            return tuple(_of_exact(error, ()) for error in self._exact[at].iter_errors(body))
        except BaseException as error:
            if not isinstance(error, RecursionError | OverflowError) and type(error).__name__ not in _PANICS:
                raise
            return self.fast_errors(at, body)


def _of_fast(error: Any) -> Error:
    kind = error.kind
    told = kind.error if getattr(kind, "name", "") == "propertyNames" else error  # whose own path omits the way there
    path = tuple(told.evaluation_path)[1:]
    missing = (kind.property,) if getattr(kind, "name", "") == "required" else ()
    unknown = tuple(kind.unexpected) if path[-1:] == ("additionalProperties",) and hasattr(kind, "unexpected") else ()
    inner = tuple(tuple(map(_of_fast, errors)) for errors in getattr(kind, "context", None) or ())
    inner = inner if all(inner) else ()  # more than one alternative was met
    return Error(path=path, place=tuple(error.instance_path), missing=missing, unknown=unknown, inner=inner)


def _of_exact(error: Any, above: tuple[Any, ...]) -> Error:
    path = (*above, *error.relative_schema_path)
    if not above:
        path = path[1:]  # the reference that leads to the schema
    inner: dict[Any, list[Error]] = {}
    for one in error.context or ():
        position = one.relative_schema_path[0] if one.relative_schema_path else len(inner)
        inner.setdefault(position, []).append(_of_exact(one, path))
    return Error(
        path=path,
        place=tuple(error.absolute_path),
        missing=getattr(error, "missing", ()),
        unknown=getattr(error, "unknown", ()),
        inner=tuple(map(tuple, inner.values())),
    )


@lru_cache(maxsize=1)
def _kind() -> Any:
    """The validator of jsonschema, with the other engine's patterns and formats; paths name each reference."""
    import jsonschema  # costs a tenth of a second, and is needed only once something is broken

    stock: Any = jsonschema.Draft202012Validator.VALIDATORS
    active: set[tuple[int, str, int]] = set()

    def reference(validator: Any, ref: str, instance: Json, schema: Any) -> Iterator[Any]:
        step = get_ident(), ref, id(instance)
        if step in active:  # the same value by the same schema: it would go on for ever, or for twice as long each time
            raise RecursionError
        active.add(step)
        try:
            for error in stock["$ref"](validator, ref, instance, schema):
                error.relative_schema_path.appendleft("$ref")
                yield error
        finally:
            active.discard(step)

    ours = {
        "$ref": reference,
        "required": _required,
        "pattern": _pattern,
        "format": _format,
        "patternProperties": _patterns,
        "additionalProperties": _additional,
    }
    extend: Any = jsonschema.validators.extend
    return extend(jsonschema.Draft202012Validator, ours)


def _error(**known: tuple[str, ...]) -> Any:
    import jsonschema

    error: Any = jsonschema.ValidationError("")
    for name, value in known.items():
        setattr(error, name, value)
    return error


def _required(_validator: Any, names: list[str], instance: Json, _schema: Any) -> Iterator[Any]:
    missing = tuple(name for name in names if name not in instance) if isinstance(instance, dict) else ()
    if missing:
        yield _error(missing=missing)


def _pattern(_validator: Any, value: str, instance: Json, _schema: Any) -> Iterator[Any]:
    if isinstance(instance, str) and not matches(value, instance):
        yield _error()


def _format(_validator: Any, value: str, instance: Json, _schema: Any) -> Iterator[Any]:
    if not has_format(value, instance):
        yield _error()


def _patterns(validator: Any, schemas: dict[str, Any], instance: Json, _schema: Any) -> Iterator[Any]:
    for value, inner in schemas.items() if isinstance(instance, dict) else ():
        for name, item in instance.items() if isinstance(instance, dict) else ():
            if matches(value, name):
                yield from validator.descend(item, inner, path=name, schema_path=value)


def _additional(validator: Any, inner: Any, instance: Json, schema: Any) -> Iterator[Any]:
    known, listed = schema.get("properties", {}), schema.get("patternProperties", {})
    names = instance if isinstance(instance, dict) else {}
    beyond = [name for name in names if name not in known and not any(matches(one, name) for one in listed)]
    if inner is False and beyond:
        yield _error(unknown=tuple(beyond))
    for name in beyond if isinstance(inner, dict) else ():
        yield from validator.descend(names[name], inner, path=name)


def standalone(tree: dict[str, Any], at: Steps) -> dict[str, Any]:
    """The schema at a place as one that needs no registry: all that it may refer to stands beside it."""
    return {name: part for name, part in tree.items() if name in {"components", "paths", "webhooks", "x-files"}} | {
        "$ref": reference_to(at)
    }
