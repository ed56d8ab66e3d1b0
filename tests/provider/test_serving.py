"""The provider on loopback."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

import pytest
import requests

from contracts.errors import Unusable
from contracts.provider.app import Operation, Provider
from contracts.provider.serving import serve

if TYPE_CHECKING:
    from contracts.model.contract import Contract
    from contracts.provider.known_rows import Row

PATH = "/v3/sequences/100/contacts/12345"


def test_answers_over_loopback_are_the_provider_s(
    contract: Contract, rows: tuple[Row, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    """What requests gets is what the row says; nothing is printed; after the block nobody listens."""
    before = threading.active_count()
    with serve(Provider([Operation(contract=contract, rows=rows)], "secret-key")) as url, requests.Session() as session:
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", url)
        response = session.get(url + PATH, headers={"Authorization": "Bearer secret-key"}, timeout=5)
        refused = session.get(url + PATH, timeout=5)
        head = session.head(url + PATH, timeout=5)
        spaced = session.get(url + "/v3/sequences/100/contacts/a%2Fb", headers=response.request.headers, timeout=5)
    assert (response.status_code, response.json()) == (200, rows[0].body)
    assert (refused.status_code, refused.content, refused.headers["Content-Length"]) == (401, b"", "0")
    assert (head.status_code, spaced.status_code) == (405, 400)
    assert capfd.readouterr() == ("", "")
    assert threading.active_count() == before
    with pytest.raises(requests.ConnectionError):
        requests.get(url + PATH, timeout=5)


def test_a_port_in_use_is_one_clear_line(contract: Contract, rows: tuple[Row, ...]) -> None:
    """A taken port is Unusable with the address and a way out, and not the end of the process."""
    app = Provider([Operation(contract=contract, rows=rows)], "secret-key")
    with serve(app) as url:
        port = int(url.rpartition(":")[2])
        with (
            pytest.raises(Unusable, match=rf"^can't listen on 127\.0\.0\.1:{port}: .*; choose another port.*$"),
            serve(app, port),
        ):
            pass


@pytest.mark.parametrize("port", [-1, 65536, 10**9])
def test_a_port_that_does_not_exist_is_refused(contract: Contract, rows: tuple[Row, ...], port: int) -> None:
    """Numbers that are no port are Unusable."""
    with (
        pytest.raises(Unusable, match="no such port"),
        serve(Provider([Operation(contract=contract, rows=rows)], "secret-key"), port),
    ):
        pass
