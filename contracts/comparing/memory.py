"""Which places of two documents are compared already, so that what operations share is compared and told once."""

from __future__ import annotations

from typing import TypeAlias

from contracts.model.document import Steps

Key: TypeAlias = tuple[bool, tuple[Steps, ...], tuple[Steps, ...]]
"""Who reads (True where a client sends it), and where in either document all that is said of a place stands."""


class Compared:
    """The pairs of places that were compared, what was met directly below each, and the operations that met it first.

    What is told of a pair is told for the operation that comes first.
    """

    def __init__(self) -> None:
        self._below: dict[Key, set[Key]] = {}
        self._roots: dict[str, set[Key]] = {}
        self._users: dict[Key, set[str]] | None = None

    def meets(self, key: Key, above: Key | None, operation: str) -> bool:
        """Notes that a pair stands directly below another, or is a whole body; true where it is new."""
        self._users = None
        if above is None:
            self._roots.setdefault(operation, set()).add(key)
        else:
            self._below[above].add(key)
        if key in self._below:
            return False
        self._below[key] = set()
        return True

    def users(self, key: Key) -> set[str]:
        """The operations of which a pair is a part."""
        if self._users is None:
            self._users = {}
            for operation, roots in self._roots.items():
                waiting, reached = list(roots), set(roots)
                while waiting:
                    one = waiting.pop()
                    self._users.setdefault(one, set()).add(operation)
                    waiting += self._below[one] - reached
                    reached |= self._below[one]
        return self._users[key]
