"""Recordings that are kept elsewhere (`s3://`, `gs://`, `https://`, ...): fsspec's, where that is installed."""

from __future__ import annotations

import re
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

from contracts.errors import Unusable

_URL = re.compile("([a-z][a-z0-9+]+):/{1,2}(?=[^/])(.*)", re.DOTALL)
_SECRET = re.compile("[a-z0-9+]+://[^/]*:[^/]*@")
_REMEDY = "pip install 'reply-contracts[dask]', and what it needs for such an address"


def url_of(path: Path) -> str:
    """The address that a path is, which lost a slash when it was taken for a path; "" for a path."""
    found = _URL.fullmatch(path.as_posix())
    return f"{found[1]}://{found[2]}" if found else ""


def files_at(url: str) -> list[Path]:
    """The files that an address names, itself or by a pattern, in order. Raises Unusable."""
    system, path = _system(url)
    try:
        found = sorted(system.glob(path)) if any(sign in url for sign in "*?[") else [path]
    except Exception as error:  # noqa: BLE001  as above
        raise Unusable(f"{url}: can't be listed ({type(error).__name__})") from None
    return [Path(system.unstrip_protocol(one)) for one in found]


def size_at(url: str) -> int:
    """How many bytes are there, 0 where nobody says. Raises Unusable."""
    system, path = _system(url)
    try:
        return int(system.size(path) or 0)
    except Exception:  # noqa: BLE001  every kind of storage has errors of its own
        return 0


def opened_at(url: str) -> BufferedReader:
    """What is there, to be read. Raises Unusable."""
    system, path = _system(url)
    try:
        file = system.open(path, "rb")
    except FileNotFoundError:
        raise Unusable(f"{url}: no such file; name a recording") from None
    except Exception as error:  # noqa: BLE001  as above; what it says may hold a key
        raise Unusable(f"{url}: can't be read ({type(error).__name__})") from None
    return BufferedReader(cast("Any", file), 2**18)


def _system(url: str) -> tuple[Any, str]:
    if _SECRET.match(url):
        raise Unusable("an address of recordings holds a password; give it as the storage's own configuration")
    try:
        import fsspec  # type: ignore[import-untyped]

        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise Unusable(f"{url}: {error}; {_REMEDY}") from None
    return system, path
