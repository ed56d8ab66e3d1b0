"""Frozen values, defined at a tenth of what a frozen dataclass costs.

`dataclass(frozen=True)` writes and compiles six methods a class, a millisecond each time a command starts, and a check
of recordings is started a hundred times a day. `frozen` gives the same classes, whose methods are shared: `replace`,
`asdict`, `fields` and `copy` work, type checkers see a frozen dataclass with keyword-only fields.
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,))
def frozen(cls: type[T]) -> type[T]:
    """The class as a frozen dataclass with slots, made by keywords alone and equal by its fields."""
    plain = dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=True, slots=True)
    made = plain(cls)
    for name, method in _METHODS.items():
        setattr(made, name, method)
    return made


def _init(self: Any, **given: Any) -> None:
    for name, field in self.__dataclass_fields__.items():
        if name in given:
            object.__setattr__(self, name, given.pop(name))
        elif field.default is not dataclasses.MISSING:
            object.__setattr__(self, name, field.default)
        elif field.default_factory is not dataclasses.MISSING:
            object.__setattr__(self, name, field.default_factory())
        else:
            raise TypeError(f"{type(self).__name__} needs {name!r}")
    if given:
        raise TypeError(f"{type(self).__name__} has no {', '.join(map(repr, given))}")


def _parts(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self.__dataclass_fields__)


def _compared(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name, field in self.__dataclass_fields__.items() if field.compare)


def _eq(self: Any, other: object) -> bool:
    return _compared(self) == _compared(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _repr(self: Any) -> str:
    parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{type(self).__name__}({parts})"


def _refuse(self: Any, name: str, _new: Any = None) -> None:
    raise dataclasses.FrozenInstanceError(f"{type(self).__name__}.{name} is frozen; use dataclasses.replace")


def _restore(self: Any, parts: tuple[Any, ...]) -> None:
    for name, part in zip(self.__dataclass_fields__, parts, strict=True):
        object.__setattr__(self, name, part)


_METHODS = {
    "__init__": _init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__getstate__": _parts,
    "__setstate__": _restore,
}
