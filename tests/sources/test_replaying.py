"""A recorded answer played back as requests gives it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import requests
from vcr.errors import CannotOverwriteExistingCassetteException

from contracts.model.interaction import header
from contracts.sources.cassettes import read_cassette
from contracts.sources.replaying import replay

CASSETTES = sorted((Path(__file__).parents[2] / "cassettes").rglob("*.yaml"))


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_the_answer_is_the_recorded_one(path: Path) -> None:
    """Status, body and media type as they stand in the file; the file isn't touched."""
    before = path.read_bytes()
    (interaction,) = read_cassette(path)
    response = replay(path, interaction)
    recorded = interaction.response
    assert isinstance(response, requests.Response)
    assert (response.status_code, response.content) == (recorded.status, recorded.body)
    assert response.headers.get("content-type") == header(recorded.headers, "content-type")
    assert response.request.url == interaction.request.url
    assert path.read_bytes() == before


def test_a_request_that_was_not_recorded_is_not_sent(tmp_path: Path) -> None:
    """Neither to the server nor into the file: vcrpy refuses it, also where there is no file at all."""
    (interaction,) = read_cassette(CASSETTES[0])
    other = replace(interaction, request=replace(interaction.request, url="https://api.example.com/elsewhere"))
    with pytest.raises(CannotOverwriteExistingCassetteException):
        replay(CASSETTES[0], other)
    with pytest.raises(CannotOverwriteExistingCassetteException):
        replay(tmp_path / "nothing.yaml", interaction)
    assert list(tmp_path.iterdir()) == []
