"""One real request recorded through vcrpy, checked, and moved into place as a whole or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from contracts.errors import Unusable
from contracts.model.interaction import Interaction, Request, Response
from contracts.rules.credentials import SCRUBBED
from contracts.sources.cassettes import REJECTED, read_cassette, read_raw
from contracts.sources.files import workshop
from contracts.sources.leaks import LEAST_KEY, Key
from contracts.sources.moments import in_utc

if TYPE_CHECKING:
    import requests
    from vcr.request import Request as VcrRequest

_REQUEST_NOISE = {"user-agent", "accept-encoding", "connection", "cookie"}
_RESPONSE_NOISE = {"date", "server", "connection", "keep-alive", "transfer-encoding", "set-cookie"}
_CHANGING = ("recorded-at", "versions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a recording says of its own making, and which server it speaks of.

    `origin` is "reference" or "live"; `contract` is the contract's digest; `version` is this package's; `now` has a
    time zone. Requests to `asked` are stored as requests to `documented` (scheme and host each). `header` carries the
    credential, which is never stored. `scrubber` is the version of what replaced personal data, "" for none.
    """

    origin: str
    contract: str
    version: str
    now: datetime
    asked: str
    documented: str
    header: str = "Authorization"
    scrubber: str = ""

    def metadata(self) -> dict[str, Any]:
        """The metadata as it stands in the cassette."""
        from importlib.metadata import version

        return {
            "origin": self.origin,
            "recorded-at": in_utc(self.now),
            "contract": self.contract,
            **({"scrubber": self.scrubber} if self.scrubber else {}),
            "versions": {"contracts": self.version, "vcrpy": version("vcrpy")},
        }


Outcome = Literal["recorded", "unchanged", "rejected"]


def record(
    target: Path,
    fetch: Callable[[requests.Session], object],
    provenance: Provenance,
    admit: Callable[[Interaction], bool],
    scrub: Callable[[Interaction], Interaction] | None = None,
) -> Outcome:
    """Records the answer to the one request that `fetch` sends, retries included, into the cassette `target`.

    `scrub` sees the interaction before anything is on disk. `admit` sees it as read back: what it refuses is kept
    beside the target under a name ending in `.rejected.yaml`. Then, as where anything raises, `target` is as before.
    A recording that differs from the old one in its date and versions alone leaves the file alone. Raises Unusable
    where not exactly one request was sent, where the credential would stand in the file in whatever form or is too
    short to be looked for, or where the target can't be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with workshop(target.parent) as folder:
            return _recorded(folder / "tape.yaml", target, fetch, provenance, admit, scrub)
    except OSError as error:
        if error.errno is None:  # not the system's: what `fetch` raised
            raise
        raise _unwritable(target, error) from None


def _recorded(  # noqa: PLR0913, PLR0917  a recording takes all of this
    tape: Path,
    target: Path,
    fetch: Callable[[requests.Session], object],
    provenance: Provenance,
    admit: Callable[[Interaction], bool],
    scrub: Callable[[Interaction], Interaction] | None,
) -> Outcome:
    keys = _tape(tape, fetch, provenance, scrub)
    only = _only(tape, target)
    texts = tape.read_text(encoding="utf-8"), *_texts(only)
    if any(key.stands_in(text) for key in keys for text in texts):
        raise Unusable(_REPEATED)
    if not admit(replace(only, place=Path(os.path.relpath(target)).as_posix(), line=0)):
        _move(tape, rejected_name(target))
        return "rejected"
    if _lasting(target) == _lasting(tape):
        return "unchanged"
    _move(tape, target)
    return "recorded"


def rejected_name(target: Path) -> Path:
    """Where a recording goes that was not admitted: readers of folders pass it by."""
    return target.with_name(target.stem + REJECTED)


def _unwritable(target: Path, error: OSError) -> Unusable:
    return Unusable(f"{target}: can't be written: {error.strerror or error}")


def _tape(
    tape: Path,
    fetch: Callable[[requests.Session], object],
    provenance: Provenance,
    scrub: Callable[[Interaction], Interaction] | None,
) -> tuple[Key, ...]:
    """Writes the tape and gives the credentials that were sent."""
    import requests
    import vcr

    problems: list[str] = []  # raised after vcrpy took its patches back, which an exception in its hook would keep
    asked: set[str] = set()
    keys: dict[str, Key] = {}

    def tidy(request: VcrRequest, response: dict[str, Any]) -> tuple[VcrRequest, dict[str, Any]] | None:
        asked.add(f"{request.method} {request.uri}")
        try:
            secret = _secret(request, response, provenance)
            keys.update({secret: Key(secret)} if secret else {})
            return _scrubbed(_tidy_request(request, provenance), _tidy_response(response), scrub)
        except Unusable as error:
            problems.append(str(error))
            return None

    recorder = vcr.VCR(
        record_mode=vcr.mode.ALL,
        decode_compressed_response=True,
        before_save_interaction=tidy,
    )
    recorder.register_serializer("readable", _Readable)
    # A new session: the connections of an older one would pass vcrpy by.
    with recorder.use_cassette(tape, serializer="readable") as cassette, requests.Session() as session:
        for key, value in provenance.metadata().items():
            cassette.get_metadata(key, value)
        fetch(session)
    if len(asked) > 1:
        problems.append(f"a case is one request and its answer; {len(asked)} were sent")
    if problems:
        raise Unusable(problems[0])
    return tuple(keys.values())


def _scrubbed(
    request: VcrRequest, response: dict[str, Any], scrub: Callable[[Interaction], Interaction] | None
) -> tuple[VcrRequest, dict[str, Any]]:
    """Both halves with everything personal replaced, in vcrpy's form."""
    if scrub is None:
        return request, response
    done = scrub(
        Interaction(
            request=Request(method=request.method, url=request.uri, headers=tuple(request.headers.items())),
            response=Response(
                status=response["status"]["code"],
                headers=tuple((name, value) for name, values in response["headers"].items() for value in values),
                body=response["body"]["string"],
            ),
            origin="live",
        )
    )
    request.uri = done.request.url
    request.headers = dict(done.request.headers)
    headers: dict[str, list[str]] = {}
    for name, value in done.response.headers:
        headers.setdefault(name, []).append(value)
    code = done.response.status
    status = {"code": code, "message": HTTPStatus(code).phrase if code in set(HTTPStatus) else ""}
    return request, {"status": status, "headers": headers, "body": {"string": _pretty(done.response.body)}}


_REPEATED = "the answer repeats the key; nothing was stored"


def _secret(request: VcrRequest, response: dict[str, Any], provenance: Provenance) -> str:
    """The credential of an exchange that may be stored, "" for none. Raises Unusable where it mustn't be."""
    if not request.uri.startswith(provenance.asked.rstrip("/") + "/"):
        raise Unusable(f"the recorded request went to another server than {provenance.asked}; nothing was stored")
    secret = str(request.headers.get(provenance.header, "")).rpartition(" ")[2]
    if secret:
        refuse_short(secret)
        body = response["body"]["string"].decode("utf-8", "surrogateescape")
        if any(Key(secret).stands_in(text) for text in (body, str(response["headers"]), str(response["status"]))):
            raise Unusable(_REPEATED)
    return secret


def refuse_short(key: str) -> None:
    """Raises Unusable for a key that can't be looked for, since it may stand anywhere by chance."""
    if len(key) < LEAST_KEY:
        raise Unusable(f"the key has fewer than {LEAST_KEY} characters and can't be looked for; nothing was stored")


def _texts(interaction: Interaction) -> Iterator[str]:
    """Every part of an interaction as a reader decodes it."""
    yield interaction.request.url
    for part in (interaction.request, interaction.response):
        yield from (f"{name}: {value}" for name, value in part.headers)
        yield part.body.decode("utf-8", "surrogateescape")


def _tidy_request(request: VcrRequest, provenance: Provenance) -> VcrRequest:
    """The request as sent to the documented server, without its credential and its client's version."""
    request.uri = provenance.documented.rstrip("/") + request.uri.removeprefix(provenance.asked.rstrip("/"))
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _REQUEST_NOISE}
    for name, value in headers.items():
        if name.lower() == provenance.header.lower():
            headers[name] = f"{value.rpartition(' ')[0]} {SCRUBBED}".strip()
    request.headers = dict(sorted(headers.items()))
    return request


def _tidy_response(response: dict[str, Any]) -> dict[str, Any]:
    """The response without what changes from one run to the next, its JSON laid out for reading."""
    body = _pretty(response["body"]["string"])
    headers = {name: values for name, values in response["headers"].items() if name.lower() not in _RESPONSE_NOISE}
    for name in headers:
        if name.lower() == "content-length":
            headers[name] = [str(len(body))]
    return {**response, "headers": dict(sorted(headers.items())), "body": {"string": body}}


_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')


def _pretty(body: bytes) -> bytes:
    """JSON laid out for reading, where that changes white space alone; anything else as it came."""
    try:
        text = body.decode()
        value = json.loads(text)
        compact = _TOKEN.sub(lambda found: found[1] or "", text)
        for ascii_only in (False, True):
            if json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only) == compact:
                return json.dumps(value, indent=2, ensure_ascii=ascii_only).encode()
    except (ValueError, RecursionError):
        pass
    return body


class _Readable:
    """vcrpy's YAML with metadata first, names in their own order, and long texts as blocks."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        import yaml

        class Dumper(yaml.CSafeDumper):
            pass

        def text(dumper: yaml.CSafeDumper, value: str) -> yaml.Node:
            style = "|" if "\n" in value else None
            return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

        Dumper.add_representer(str, text)
        cassette = {**cassette, "interactions": cassette["interactions"][-1:]}  # the answers before were retried
        ordered = {name: cassette[name] for name in ("version", "metadata", "interactions") if name in cassette}
        dumped: str = yaml.dump(ordered, Dumper=Dumper, sort_keys=False, width=120)
        return dumped

    @staticmethod
    def deserialize(text: str) -> Any:
        import yaml

        return yaml.safe_load(text)


def _only(tape: Path, target: Path) -> Interaction:
    interactions = read_cassette(tape, exact=True) if tape.exists() else ()
    if len(interactions) != 1:
        message = f"{target}: a case is one request and its answer; {len(interactions)} were sent"
        raise Unusable(message)
    return interactions[0]


def _lasting(path: Path) -> object:
    """The cassette without what changes at every recording; None where there is no readable cassette yet."""
    try:
        data = read_raw(path)
        metadata = dict(data.get("metadata") or {})
    except (Unusable, TypeError, ValueError):
        return None
    return {**data, "metadata": {name: value for name, value in metadata.items() if name not in _CHANGING}}


def _move(tape: Path, target: Path) -> None:
    """Into place in one step, on the disk before the old file goes."""
    with tape.open("rb") as file:
        os.fsync(file.fileno())
    tape.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
