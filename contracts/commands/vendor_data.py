"""What is known of a vendor beside its documents: data written by hand, and the key of its API."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.commands.documents import PACKAGE, LocalContract
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.sources.files import read_text

if TYPE_CHECKING:
    from contracts.reading.hand import Hand


def hands(page: str = "") -> Iterator[Hand]:
    """The hand-written data of every vendor that comes with the package, and what stands beside a page.

    Of the page's folder that is the TOML file of its name, and `vendor.toml`; each stands in for the built-in one of
    the same server or operation. Raises Unusable.
    """
    from contracts.reading.hand import read_hand

    beside = [read_hand(read_text(path, "hand-written data"), path.as_posix()) for path in _beside(page)]
    meant = {(hand.server, hand.method, hand.path) for hand in beside}
    for hand in _built_in():
        if (hand.server, hand.method, hand.path) not in meant:
            yield hand
    yield from beside


@cache
def _built_in() -> tuple[Hand, ...]:
    """The hand-written data that comes with the package. Raises Unusable."""
    from contracts.reading.hand import read_hand

    paths = sorted(path for vendor in PACKAGE.glob("*/vendor.toml") for path in vendor.parent.glob("*.toml"))
    return tuple(
        read_hand(read_text(path, "hand-written data"), f"contracts/{path.parent.name}/{path.name}") for path in paths
    )


def _beside(page: str) -> list[Path]:
    """The hand-written data beside a page; a foreign document may call its page anything."""
    if "://" in page or not Path(page).name:
        return []
    try:
        named = Path(page).with_name("vendor.toml"), Path(page).with_suffix(".toml")
        return [path for path in named if path.is_file() and PACKAGE not in path.resolve().parents]
    except (OSError, ValueError):
        return []


def hand_of(contract: Contract) -> Hand:
    """All that is written by hand about a contract's operation."""
    from contracts.reading.hand import matching

    return matching(hands(contract.page), contract.server, contract.method, contract.path)


def key_in_use(contract: Contract, file: Path | None = None) -> str | None:
    """The key; the vendor's data, which names its variable, stays unread where none can be in the environment."""
    named = file or any("KEY" in name or "TOKEN" in name for name in os.environ)
    return key_of(contract, file) if named else None


def key_of(contract: Contract, file: Path | None = None) -> str | None:
    """The key from a file, or from the environment variable that the vendor's data names, if it is set.

    Raises Unusable for a file that holds none.
    """
    if file is not None:
        from contracts.sources.files import read_text

        key = read_text(file, "a file with the key").strip()
        if not key:
            raise Unusable(f"{file}: empty; it is to hold the key, and nothing else")
        return key
    variable = hand_of(contract).variable
    return os.environ.get(variable) or None if variable else None


def variable_of(contract: Contract) -> str:
    """The environment variable for the key, or how to name one where nothing names it."""
    variable = hand_of(contract).variable
    if variable:
        return f"the environment variable {variable}"
    page = contract.page if "://" not in contract.page else ""
    beside = Path(page).with_name("vendor.toml") if Path(page).name else "a vendor.toml beside the page"
    said = f'server = "{contract.server}" and key_variable = "NAME"'
    return f"an environment variable, whose name {beside} says with {said}"


def refuse_one_key_for_many(contracts: Iterable[Contract], targets: Iterable[str], file: Path | None) -> None:
    """A file holds the key of one server, and must not be shown to another's. Raises Unusable."""
    servers = sorted({contract.server for contract in contracts})
    if file is not None and "live" in targets and len(servers) > 1:
        raise Unusable(f"--key-file: one key, and the contracts here are of several servers: {', '.join(servers)}")


def asked_at(here: tuple[LocalContract, ...], target: str) -> tuple[LocalContract, ...]:
    """Which of the contracts a target is asked about: a URL of a documented server only about that server's.

    No vendor's key is to be shown to another's server. Raises Unusable for another URL, where they are of several apis.
    """
    if "://" not in target:
        return here
    own = tuple(one for one in here if _host(one.contract.server) == _host(target))
    apis = sorted({one.vendor for one in here})
    if not own and len(apis) > 1:
        listed = ", ".join(apis[:_MOST]) + (f" and {len(apis) - _MOST} more" if len(apis) > _MOST else "")
        raise Unusable(
            f"{target}: is asked about one api, and the contracts are of {listed}; say which with --contract"
        )
    return own or here


_MOST = 20
"""So many apis are listed."""


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:  # whoever asks there says so
        return url
