"""One real request recorded, checked, and moved into place as a whole or not at all: as what, and what is new in it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from contracts.checking import Checker
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.interaction import Headers, Interaction, Request, Response, header
from contracts.model.json import Json
from contracts.recording.key_forms import LEAST_KEY, Key
from contracts.recording.scrubbing import Scrubber
from contracts.rules.credentials import SCRUBBED
from contracts.rules.json_types import json_type
from contracts.rules.parsing import NotJsonError, parse
from contracts.rules.routing import path_parameters
from contracts.sources.cassettes import REJECTED, read_cassette, read_held
from contracts.sources.files import workshop
from contracts.sources.moments import in_utc
from contracts.sources.tapes import write_tape

Admission = Literal["recorded", "unchanged", "rejected"]
Scrub = Callable[[Interaction], Interaction]

_REQUEST_NOISE = {"user-agent", "accept-encoding", "connection", "cookie"}
_RESPONSE_NOISE = {"date", "server", "connection", "keep-alive", "transfer-encoding", "set-cookie"}
_CHANGING = ("recorded-at", "versions")
_REPEATED = "the answer repeats the key; nothing was stored"


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


def record(
    target: Path,
    fetch: Callable[[Any], object],
    provenance: Provenance,
    admit: Callable[[Interaction], bool],
    scrub: Scrub | None = None,
) -> Admission:
    """Records the answer to the one request that `fetch` sends in a session, retries included, as cassette `target`.

    `scrub` sees the interaction before anything is on disk. `admit` sees it as read back: what it refuses is kept
    beside the target under a name ending in `.rejected.yaml`. Then, as where anything raises, `target` is as before.
    A recording that differs from the old one in its date and versions alone leaves the file alone. Raises Unusable
    where not exactly one request was sent, where the credential would stand in the file in whatever form or is too
    short to be looked for, or where the target can't be written.
    """
    keys: set[str] = set()

    def storable(exchange: Interaction) -> Interaction:
        key = _key_of(exchange, provenance)
        keys.update({key} if key else ())
        tidy = _tidy(exchange, provenance)
        return _laid_out(scrub(tidy) if scrub else tidy)

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with workshop(target.parent) as folder:
            tape = folder / "tape.yaml"
            write_tape(tape, fetch, provenance.metadata(), storable)
            (taped,) = read_cassette(tape, exact=True)
            if any(
                Key(key).stands_in(text) for key in keys for text in (tape.read_text(encoding="utf-8"), *_texts(taped))
            ):
                raise Unusable(_REPEATED)
            if not admit(replace(taped, place=Path(os.path.relpath(target)).as_posix(), line=0)):
                _move(tape, rejected_name(target))
                return "rejected"
            if _lasting(target) == _lasting(tape):
                return "unchanged"
            _move(tape, target)
            return "recorded"
    except OSError as error:
        if error.errno is None:  # not the system's: what `fetch` raised
            raise
        raise Unusable(f"{target}: can't be written: {error.strerror or error}") from None


def rejected_name(target: Path) -> Path:
    """Where a recording goes that was not admitted: readers of folders pass it by."""
    return target.with_name(target.stem + REJECTED)


def refuse_short(key: str) -> None:
    """Raises Unusable for a key that can't be looked for, since it may stand anywhere by chance."""
    if len(key) < LEAST_KEY:
        raise Unusable(f"the key has fewer than {LEAST_KEY} characters and can't be looked for; nothing was stored")


def _key_of(exchange: Interaction, provenance: Provenance) -> str:
    """The credential of an exchange that may be stored, "" for none. Raises Unusable where it mustn't be."""
    if not exchange.request.url.startswith(provenance.asked.rstrip("/") + "/"):
        raise Unusable(f"the recorded request went to another server than {provenance.asked}; nothing was stored")
    key = (header(exchange.request.headers, provenance.header) or "").rpartition(" ")[2]
    if key:
        refuse_short(key)
        answer = exchange.response
        if any(map(Key(key).stands_in, (answer.body.decode("utf-8", "surrogateescape"), str(answer.headers)))):
            raise Unusable(_REPEATED)
    return key


def _texts(interaction: Interaction) -> list[str]:
    """Every part of an interaction as a reader decodes it."""
    parts = (interaction.request, interaction.response)
    headers = [f"{name}: {value}" for part in parts for name, value in part.headers]
    return [interaction.request.url, *headers, *(part.body.decode("utf-8", "surrogateescape") for part in parts)]


def _tidy(exchange: Interaction, provenance: Provenance) -> Interaction:
    """The exchange as with the documented server: without its credential, and without what changes at every run."""
    url = provenance.documented.rstrip("/") + exchange.request.url.removeprefix(provenance.asked.rstrip("/"))
    sent = tuple(
        (name, f"{value.rpartition(' ')[0]} {SCRUBBED}".strip() if name.lower() == provenance.header.lower() else value)
        for name, value in _without(exchange.request.headers, _REQUEST_NOISE)
    )
    laid_out = _laid_out(exchange)
    body = laid_out.response.body
    answered = tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value)
        for name, value in _without(exchange.response.headers, _RESPONSE_NOISE)
    )
    return replace(
        laid_out,
        request=replace(exchange.request, url=url, headers=sent),
        response=replace(laid_out.response, headers=answered),
    )


def _without(headers: Headers, noise: set[str]) -> Headers:
    kept = (pair for pair in headers if pair[0].lower() not in noise)
    return tuple(sorted(kept, key=lambda pair: pair[0]))


_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')


def _laid_out(exchange: Interaction) -> Interaction:
    """With its JSON laid out for reading, where that changes white space alone; any other body as it came."""
    try:
        text = exchange.response.body.decode()
        value = json.loads(text)
        compact = _TOKEN.sub(lambda found: found[1] or "", text)
        for ascii_only in (False, True):
            if json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only) == compact:
                body = json.dumps(value, indent=2, ensure_ascii=ascii_only).encode()
                return replace(exchange, response=replace(exchange.response, body=body))
    except (ValueError, RecursionError):
        pass
    return exchange


def _lasting(path: Path) -> object:
    """What a cassette holds but for what changes at every recording; None where there is no readable one."""
    try:
        metadata, found = read_held(path)
    except Unusable:
        return None
    lasting = {name: value for name, value in metadata.items() if name not in _CHANGING}
    return lasting, [(each.request, each.response) for each in found if isinstance(each, Interaction)]


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


_LONGEST_NAME = 100


def cassette_name(contract: Contract, path: str, scrubber: Scrubber | None) -> str:
    """A cassette's name from the ids that it will hold, pseudonyms where they are scrubbed; the contract's for none."""
    url = contract.server + path
    asked = Interaction(request=Request(method=contract.method, url=url), response=Response(status=404), origin="")
    shown = scrubber.scrub(asked).request.url if scrubber else url
    values = path_parameters(contract.path, shown.removeprefix(contract.server)) or {}
    return _file_name(tuple(values.values())) or contract.slug


def _file_name(values: tuple[str, ...]) -> str:
    """A plain and short name, another one for other values: where they aren't plain themselves, by a digest.

    Capital letters aren't plain: some disks don't tell them from small ones.
    """
    name = "-".join(re.sub(r"[^A-Za-z0-9]+", "_", value) for value in values)
    if len(name) <= _LONGEST_NAME and all(re.fullmatch("[a-z0-9_]+", value) for value in values):
        return name
    mark = hashlib.sha256("\0".join(values).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{name[:_LONGEST_NAME]}-{mark}"


def differences(checker: Checker, old: Interaction, new: Interaction) -> tuple[str, ...]:
    """One short line for each difference: statuses, fields, types, branches first or no longer seen, rules."""
    before, after = checker.judge(old), checker.judge(new)
    found = []
    if old.response.status != new.response.status:
        found.append(f"status {old.response.status}, now {new.response.status}")
    shapes = dict(_shape(old)), dict(_shape(new))
    found += [f"new field {place} ({kind})" for place, kind in shapes[1].items() if place not in shapes[0]]
    found += [f"field {place} is gone" for place in shapes[0] if place not in shapes[1]]
    found += [
        f"{place}: {shapes[0][place]}, now {kind}"
        for place, kind in shapes[1].items()
        if shapes[0].get(place, kind) != kind
    ]
    branches = [set().union(*judged.evidence.seen.values()) for judged in (before, after)]
    found += [f"{name} is new in this case" for name in sorted(branches[1] - branches[0])]
    rules = [{finding.rule for finding in judged.findings} for judged in (before, after)]
    found += [f"breaks {rule}" for rule in sorted(rules[1] - rules[0])]
    found += [f"no longer breaks {rule}" for rule in sorted(rules[0] - rules[1])]
    return tuple(found)


def _shape(interaction: Interaction) -> Iterator[tuple[str, str]]:
    """Each place of the body with its JSON type; elements of one array count as one place."""
    try:
        body, _ = parse(interaction.response.body)
    except NotJsonError:
        return iter(())
    return _places(body, "")


def _places(value: Json, at: str) -> Iterator[tuple[str, str]]:
    yield at or "the body", json_type(value)
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _places(part, f"{at}/{name}")
    elif isinstance(value, list):
        for part in value:
            yield from _places(part, f"{at}/*")
