"""The idiom of a Schemathesis suite: importing `contracts.hooks` puts our rules beside Schemathesis' own checks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import settings

import contracts.hooks  # noqa: F401  registers the check `contract`
from contracts.commands.documents import contracts_here
from contracts.commands.reference import reference
from contracts.provider.serving import serve

schema = schemathesis.openapi.from_path(Path("schemas/reply/openapi.json"))


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[str, dict[str, str]]]:
    """The reference provider's URL, and the header with its key."""
    app = reference(contracts_here()[0])
    with serve(app, 0) as url:
        yield url, {"Authorization": f"Bearer {app.key}"}


@schema.parametrize()
@settings(max_examples=10)
def test_every_answer_keeps_the_document_and_the_contract(case: Any, provider: tuple[str, dict[str, str]]) -> None:
    """Whatever Schemathesis asks, no check of its own fails, and neither does ours."""
    url, headers = provider
    case.call_and_validate(base_url=url, headers=headers)
