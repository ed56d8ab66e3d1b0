"""Limits of an answer over HTTP, below whoever reads it: requests, vcrpy that records it, Schemathesis that judges it.

An answer is read to its end before anybody sees its first byte: within the connection's read timeout from its first
line to its last byte, and within `MAX_BODY` as it travels and as it unpacks.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from io import BufferedReader, BytesIO, RawIOBase
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3 import HTTPResponse as Unpacking
from urllib3.exceptions import HTTPError

from contracts.errors import Unreachable

if TYPE_CHECKING:
    import socket

MAX_BODY = 16 * 2**20
_STEP = 64 * 1024


def limited(session: requests.Session) -> requests.Session:
    """The session, from now on within the limits. Its requests raise Unreachable for an answer that is too large."""
    for scheme in ("http://", "https://"):
        if not isinstance(session.adapters.get(scheme), _Adapter):
            session.mount(scheme, _Adapter())
    return session


class _Until(RawIOBase):
    """What a socket receives until a moment, however slowly it drips."""

    def __init__(self, raw: Any, peer: socket.socket, until: float) -> None:
        self._raw, self._peer, self._until = raw, peer, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._peer.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Whole(HTTPResponse):
    """An answer whose body is in memory once its headers are; its framing and its coding are as they came."""

    def __init__(self, peer: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(peer, *args, **named)
        self._peer, self._timeout = peer, peer.gettimeout()
        if self._timeout is not None:
            raw: Any = self.fp
            self.fp = BufferedReader(_Until(raw.detach(), peer, time.monotonic() + self._timeout))

    def begin(self) -> None:
        """Reads everything. Raises Unreachable for what is too large or framed wrong, TimeoutError for what is late."""
        try:
            super().begin()
            if self.length != 0:
                self._read_on()
        finally:
            self._peer.settimeout(self._timeout)  # the next request on this connection has its own time

    def _read_on(self) -> None:
        length = self.length
        try:
            parts = list(self._parts())
        except HTTPException:
            raise Unreachable("the connection broke in the middle") from None
        body = b"".join(parts)
        _bounded_unpacked(body, ", ".join(self.headers.get_all("Content-Encoding", ())))
        if self.chunked:
            body = b"".join((b"%x\r\n%b\r\n" % (len(body), body) if body else b"", b"0\r\n\r\n"))
        again: Any = BytesIO(body)
        self.fp, self.length, self.chunk_left = again, length, None

    def _parts(self) -> Iterator[bytes]:
        size = 0
        while part := self.read(_STEP):
            size += len(part)
            _bounded(size)
            yield part


def _bounded(size: int) -> None:
    if size > MAX_BODY:
        message = f"it is larger than {MAX_BODY // 2**20} MB, and was not read further"
        raise Unreachable(message)


def _bounded_unpacked(body: bytes, codings: str) -> None:
    """Unpacks a body once for its size alone; one that can't be unpacked is for its reader to refuse."""
    if not codings:
        return
    size = 0
    trial = Unpacking(BytesIO(body), headers={"Content-Encoding": codings}, preload_content=False)
    try:
        for chunk in trial.stream(_STEP):
            size += len(chunk)
            _bounded(size)
    except HTTPError:
        pass


class _Plain(HTTPConnectionPool):
    def _new_conn(self) -> Any:
        return _watched(super()._new_conn())


class _Secure(HTTPSConnectionPool):
    def _new_conn(self) -> Any:
        return _watched(super()._new_conn())


def _watched(connection: Any) -> Any:
    """The connection, or the one that vcrpy put before it, which hands this on to the real one."""
    connection.response_class = _Whole
    return connection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, **named)
        _pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **named: Any) -> Any:
        return _pools(super().proxy_manager_for(*args, **named))


def _pools(manager: Any) -> Any:
    manager.pool_classes_by_scheme = {"http": _Plain, "https": _Secure}
    return manager
