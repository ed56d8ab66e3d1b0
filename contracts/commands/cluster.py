"""Pieces of recordings judged on Dask, which schedules them, tries again, and survives workers that get lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from contracts.commands.archives import Judging, Piece, Share
from contracts.commands.documents import known_here, selected
from contracts.commands.settings import levels_here
from contracts.errors import Unreachable, Unusable
from contracts.model.contract import Contract
from contracts.model.frozen import frozen

SPLIT = 64 * 2**20
"""Logs are judged in ranges of about so many bytes: each begins without what the others have learned."""
_REMEDY = "pip install 'reply-contracts[dask]'"


@frozen
class Recipe:
    """What a worker needs to judge as this process would: the project's folder, which it must have as well.

    `names` select contracts, `hosts` narrow what counts.
    """

    folder: str
    names: tuple[str, ...]
    hosts: tuple[str, ...]

    def judging(self) -> Judging:
        """A judge of one piece. Raises Unusable."""
        if os.path.realpath(Path.cwd()) != os.path.realpath(self.folder):
            try:
                os.chdir(self.folder)
            except OSError as error:
                message = (
                    f"{self.folder}: a worker can't enter it ({error.strerror}); give workers the project's folder"
                )
                raise Unusable(message) from None
        among, contracts = _contracts(self)
        return Judging(contracts, levels_here(contracts), among, self.hosts)


@lru_cache(maxsize=4)
def _contracts(recipe: Recipe) -> tuple[tuple[Contract, ...], tuple[Contract, ...]]:
    among = known_here(recipe.names)
    return tuple(one.contract for one in among), tuple(one.contract for one in selected(among, recipe.names))


def share_of(recipe: Recipe, piece: Piece) -> Share:
    """What comes of one piece, wherever it is judged. Raises Unusable."""
    judging = recipe.judging()
    judging.read(piece)
    return judging.share


def judged(
    pieces: Sequence[Piece], recipe: Recipe, scheduler: str, go_on: Callable[[Piece], bool] = lambda _: True
) -> Iterator[Share]:
    """What came of each piece, on the cluster at an address or on a local one; `go_on` as with processes.

    Raises Unusable, Unreachable.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise Unusable(f"--engine dask: {error}; {_REMEDY}") from None
    local = None if scheduler else distributed.LocalCluster(threads_per_worker=1, dashboard_address=None)
    try:
        client = distributed.Client(scheduler or local, timeout="15s")
    except (OSError, ValueError) as error:
        raise Unreachable(f"--scheduler {scheduler}: can't be reached: {error}") from None
    try:
        asked = {client.submit(share_of, recipe, piece, pure=False, retries=2): piece for piece in pieces}
        for future in distributed.as_completed([*asked]):
            yield _come(future, asked[future])
            if not go_on(asked[future]):
                client.cancel([*asked])
                return
    finally:
        client.close()
        if local is not None:
            local.close()


def _come(future: Any, piece: Piece) -> Share:
    killed: Any = import_module("distributed.scheduler").KilledWorker
    try:
        share: Share = future.result()
    except killed:
        why = "the workers that judged it ended before their time; nothing is reported"
        raise Unusable(f"{piece.name}: {why}") from None
    return share
