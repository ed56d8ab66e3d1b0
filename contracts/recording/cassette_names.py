"""What the cassette of a request is called."""

from __future__ import annotations

import hashlib
import re

from contracts.model.contract import Contract
from contracts.model.interaction import Interaction, Request, Response
from contracts.recording.scrubbing import Scrubber
from contracts.rules.routing import path_parameters

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
