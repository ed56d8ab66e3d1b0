"""The rows that a user names with --ids: whose they are among several contracts, and what they fill in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias

from contracts.commands.documents import LocalContract, listed, selected
from contracts.errors import Unusable
from contracts.model.contract import Contract
from contracts.model.text import inert
from contracts.rules.routing import plain_path

Rows: TypeAlias = tuple[tuple[str, ...], ...]
"""The values of the path's parameters, in its order, for each row."""

_NAMED = re.compile(r"([^=,/]+|[A-Za-z]+ /[^=]*)=([^=,/].*)", re.DOTALL)


def named_rows(here: tuple[LocalContract, ...], ids: tuple[str, ...]) -> tuple[Rows, ...]:
    """Each contract's rows, in the order of the contracts, once each.

    Rows under a name (`get-a-contact=100/12345`) are for what it selects; others for all whose parameters are the same
    ones. Raises Unusable where that leaves a choice, for a name that selects nothing, and for no such rows.
    """
    found: list[dict[tuple[str, ...], None]] = [{} for _ in here]
    for text in ids:
        match = _NAMED.fullmatch(text)
        name, given = (match[1], match[2]) if match and not Path(text[:255]).is_file() else ("", text)
        meant = selected(here, (name,), "--ids") if name else here
        takers = [one for one in meant if path_parameters(one.contract)]
        if not takers:
            raise Unusable(f"--ids: {meant[0].contract.operation} has no path parameters to name; leave it out")
        if not name and len({_row_address(one.contract) for one in takers}) > 1:
            slug = takers[0].contract.slug
            message = f"--ids {inert(text)[:60]}: of several contracts; name the one, like --ids {slug}=ROWS: "
            raise Unusable(message + listed(tuple(takers)))
        from contracts.sources.rows import read_rows

        for number, one in enumerate(here):
            if any(one is taker for taker in takers):
                found[number] |= dict.fromkeys(read_rows(given, path_parameters(one.contract)))
    return tuple(map(tuple, found))


def path_parameters(contract: Contract) -> tuple[str, ...]:
    """The names of the path's parameters, in its order."""
    return tuple(re.findall(r"\{([^{}]+)\}", plain_path(contract.path)))


def _row_address(contract: Contract) -> str:
    """The address that a row fills in: the same for whatever is asked of one row."""
    path = plain_path(contract.path)
    return f"{contract.server}{path[: path.rfind('}')]}"
