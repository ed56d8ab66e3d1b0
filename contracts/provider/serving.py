"""A WSGI application on loopback, for as long as it is needed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from contracts.errors import Unusable

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

HOST = "127.0.0.1"


@contextmanager
def serve(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serves `app` on 127.0.0.1 in threads and gives its base URL; port 0 takes a free one.

    Raises Unusable where the port can't be had.
    """
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        """Logs nothing; answers are what the caller looks at."""

        def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 -- werkzeug's name
            pass

    with _listening(port) as listener:
        address = listener.getsockname()
        server = make_server(HOST, address[1], app, threaded=True, request_handler=Quiet, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _listening(port: int) -> socket.socket:
    """A bound socket of our own: werkzeug ends the whole process where the port is in use."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "no such port"
        raise Unusable(f"can't listen on {HOST}:{port}: {reason}; choose another port, or 0 for a free one") from None
    return listener
