"""A loopback server that answers whatever a test tells it to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import Unusable
from contracts.provider.serving import serve

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


@dataclass(slots=True, kw_only=True)
class Stand:
    """Answers in turn, the last one for ever; `asked` holds method, target and Authorization of each request."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """The WSGI side."""
        self.asked.append((environ["REQUEST_METHOD"], str(environ["REQUEST_URI"]), environ.get("HTTP_AUTHORIZATION")))
        self.before()
        status, headers, body = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        start_response(f"{status} Said", [*headers.items(), ("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, so that places are short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def refused(place: str, message: str) -> Iterator[None]:
    """What is done inside is Unusable, in one line that begins with the place and says what is wrong there."""
    with pytest.raises(Unusable) as caught:
        yield
    text = str(caught.value)
    assert message in text
    assert text.startswith(place)
    assert "\n" not in text
    assert len(text) < 250


DELETED = object()


def put(data: Any, place: str, value: object) -> None:
    """Puts a value, or `DELETED` for none, at a dotted place of nested data (`response__body`)."""
    *path, last = place.split("__")
    for step in path:
        data = data[step]
    if value is DELETED:
        del data[last]
    else:
        data[last] = value


def written(name: str, content: bytes | str) -> Path:
    """A file below the working directory, and the folders that it stands in."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def stand() -> Iterator[Stand]:
    """A served stand that says `{"a":1}`."""
    app = Stand(answers=[(200, {"Content-Type": "application/json"}, b'{"a":1}')])
    with serve(app) as app.url:
        yield app
