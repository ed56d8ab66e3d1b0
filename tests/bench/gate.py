"""What the gate takes for a case beyond the client's own run.

The floor runs the same client so often, one run after the other, against a plain server in the same process that always
has the same answer. The client is the smallest that can ask. All of what both take for the first case is taken off.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.harness import CONTRACTS, ROOT, Size, size, table, without_start

NAME, TURNS = ("--contract", "get-a-contact-in-a-sequence"), 5
CLIENT = """
import os, socket
host, _, port = os.environ["CONTRACTS_BASE_URL"].removeprefix("http://").rstrip("/").partition(":")
path = "/v3/sequences/{CONTRACTS_PARAM_ID}/contacts/{CONTRACTS_PARAM_CONTACT_ID}".format(**os.environ)
with socket.create_connection((host, int(port))) as asked:
    key = os.environ["CONTRACTS_API_KEY"]
    asked.sendall(f"GET {path} HTTP/1.0\\r\\nHost: {host}\\r\\nAuthorization: Bearer {key}\\r\\n\\r\\n".encode())
    while asked.recv(65536):
        pass
"""
FLOOR = """
import os, subprocess, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"contactId": 1}')
    def log_message(self, *given):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
env = os.environ | {"CONTRACTS_BASE_URL": f"http://127.0.0.1:{server.server_port}", "CONTRACTS_API_KEY": "key",
                    "CONTRACTS_PARAM_ID": "100", "CONTRACTS_PARAM_CONTACT_ID": "12345"}
for _ in range(int(sys.argv[1])):
    subprocess.run(sys.argv[2:], env=env, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
"""


def main(given: Size) -> None:
    """Prints a line for each way to put a client through the cases."""
    listed = subprocess.run(
        [CONTRACTS, "cases", *NAME, "--format", "json"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    legal = [case["name"] for case in json.loads(listed.stdout)["cases"] if case["tier"] == "legal"]
    names = legal[: given.of(len(legal), 3)]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("client.py", CLIENT), ("floor.py", FLOOR)):
            Path(folder, name).write_text(text, encoding="utf-8")
        client = [sys.executable, "-I", "-S", Path(folder, "client.py")]
        only = [part for name in names for part in ("--only", name)]
        alone = [sys.executable, Path(folder, "floor.py")]
        count = len(names)
        found = without_start("floor: the client alone", [*alone, 1, *client], [*alone, count, *client], of=count - 1)
        for more in ((), ("--parallel", "2")):
            gate = [CONTRACTS, "gate", *NAME, *more]
            found |= without_start(
                " ".join(("contracts gate", *more)),
                [*gate, *only[:2], "--", *client], [*gate, *only, "--", *client], of=count - 1,
            )  # fmt: skip
        taken = table(f"{count} legal cases, the first taken off", found, given.turns(TURNS), unit="a case")
        own = taken["contracts gate"].median - taken["floor: the client alone"].median
        print(f"  the gate's own time: {own * 1000:.2f} ms a case")


if __name__ == "__main__":
    main(size())
