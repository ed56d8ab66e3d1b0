"""The loopback server of the tests of sources, which recordings are made of."""

from tests.sources.conftest import stand

__all__ = ["stand"]
