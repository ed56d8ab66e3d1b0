"""What every test shares: Hypothesis profiles, no network, no sign of the pipeline, and what coverage counts."""

from __future__ import annotations

import ipaddress
import os
import pkgutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import contracts

settings.register_profile("fast", max_examples=10, deadline=None)
# The same examples and the same outcome on every machine, slow or fast: a red build is red again when looked at.
settings.register_profile(
    "ci",
    max_examples=30,
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# A shell ignores Ctrl-C for what it runs in the background, and so would all that the tests start and end by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

HERE = ("localhost", b"localhost", "", None)


def numbered(host: Any) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is written as, or None for a name."""
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return None


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in HERE:
            number = numbered(address[0])
            if number is None or not number.is_loopback:
                self.close()  # nobody else will: the failure passes every handler
                pytest.fail(f"a test tried to reach {address[0]}: tests talk to this machine only")
        return connect(self, address)

    return guarded


def _resolve_here(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def resolve_here(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in HERE and numbered(host) is None:
            raise socket.gaierror(socket.EAI_NONAME, "tests resolve no name but localhost")
        return resolve(host, *args, **kwargs)

    return resolve_here


@pytest.fixture(scope="session", autouse=True)
def _this_machine_only() -> Iterator[None]:
    """Refuse every socket that leaves the machine.

    Whoever runs the tests must not ask a vendor's server by accident, and a test that passes only with a network proves
    something else. A refused connection is `pytest.fail`, which no `except Exception` of the code under test can
    swallow; a name is left unresolved, as on a machine that is offline.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", _resolve_here(socket.getaddrinfo))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_pipeline() -> Iterator[None]:
    """Hides GitHub Actions, where commands tell more than elsewhere, and would tell it of the tests' broken inputs."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
            patch.delenv(name, raising=False)
        yield


UNCOUNTED = (
    *("browser/", "laws/test_every_", "outside/", "test_", "contract/test_generated_answers.py", "cli/test_large.py"),
    *("cli/test_cold_start.py", "cli/test_faults.py", "cli/test_odd_", "cli/test_second_hand.py", "cli/test_wheel.py"),
    *("comparing/test_constructs.py::test_a_public", "comparing/test_edits.py"),
    "consumer/test_gating.py::test_a_bug_at_any_branch",
)
"""How the names begin of tests that draw, read or start so much that the tracer would triple their time."""


@cache
def load_all() -> None:
    """Loads each module of the package, so that none is loaded for the first time where nobody counts."""
    for module in pkgutil.walk_packages(contracts.__path__, "contracts."):
        if not module.name.endswith("__main__"):
            import_module(module.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Leaves coverage's tracer out of what is uncounted, in this process and in those that a test starts."""
    here, elsewhere = sys.gettrace(), threading.gettrace()
    if here is None or not item.nodeid.removeprefix("tests/").startswith(UNCOUNTED):
        return (yield)
    load_all()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        sys.settrace(None)
        threading.settrace(None)
        try:
            return (yield)
        finally:
            sys.settrace(here)
            threading.settrace(elsewhere)
