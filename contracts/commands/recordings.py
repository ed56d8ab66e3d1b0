"""Recordings held to contracts in one pass: each answer goes to the contract that it is of, and is judged at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from contracts.checking import Checker, Tally
from contracts.commands.answers_by_contract import Read, Sorting
from contracts.commands.documents import LocalContract
from contracts.commands.targets import PATHS, Plan
from contracts.commands.vendor_data import key_in_use
from contracts.errors import Unusable
from contracts.model.contract import Contract, Level
from contracts.model.finding import Judgement
from contracts.model.interaction import Interaction
from contracts.model.run import Aside, Checked
from contracts.model.text import many
from contracts.recording.custody import Custody

NO_SUCCESS = "the recordings hold no success answer"
Found = tuple[tuple[Checked, ...], Aside | None]


def check_recorded(
    held: tuple[LocalContract, ...],
    target: str,
    plan: Plan,
    levels: Mapping[str, Level],
    among: tuple[LocalContract, ...] = (),
) -> Found:
    """The recordings of a target held to the contracts: what came of each, and what is of none of several.

    `among` are all the contracts that are known. Raises Unusable.
    """
    return (_paths if target == PATHS else _cassettes)(held, _Judging(held, plan, levels, among))


class _Judging:
    """Judges what is read; what a contract needs for that is made at its first answer."""

    def __init__(
        self, held: tuple[LocalContract, ...], plan: Plan, levels: Mapping[str, Level], among: tuple[LocalContract, ...]
    ) -> None:
        self.plan = plan
        contracts = tuple(one.contract for one in held)
        self.sorting = Sorting(contracts, plan.hosts, tuple(one.contract for one in among), levels)
        self._alone = len(held) == 1
        self._tallies: dict[int, Tally] = {}

    def judge(self, contract: Contract) -> tuple[Checker, Tally]:
        """The judge of a contract, and what it counted so far."""
        return self.sorting.checker(contract), self._tallies.setdefault(id(contract), Tally())

    def take(self, found: Iterable[Read], folder: Contract | None = None) -> list[Interaction]:
        """Judges what is read; gives the answers of the contract whose recordings they are said to be, for None none.

        Raises Unusable.
        """
        own = []
        for contract, interaction in self.sorting.owned(found, folder):
            self.plan.watch(interaction)
            checker, tally = self.judge(contract)
            checker.count(interaction, tally, self.plan.see)
            if contract is folder:
                own.append(interaction)
        return own

    def judgement(self, contract: Contract) -> Judgement:
        """What was learned of a contract."""
        tally = self._tallies.get(id(contract))
        return Judgement() if tally is None else tally.judgement()

    def aside(self, target: str, where: str) -> Aside | None:
        """What is of none of several contracts, None for nothing; an only one tells of it itself."""
        if self._alone:
            return None
        text, unreadable = self.sorting.beside(), self.sorting.unreadable()
        return Aside(target=target, what=where + text, unreadable=unreadable) if text or unreadable else None


def _cassettes(held: tuple[LocalContract, ...], judging: _Judging) -> Found:
    """The contracts' own recordings, judged as they stand in their files, and how well they are kept."""
    from contracts.sources.cassettes import SUFFIXES, files_below

    for one in held:
        files = tuple(files_below(one.cassettes, SUFFIXES)) if not one.unchecked and one.cassettes.is_dir() else ()
        if files:
            _folder(one, judging, files)
    return tuple(_of_cassettes(one, judging) for one in held), judging.aside("cassettes", "cassettes")


def _of_cassettes(held: LocalContract, judging: _Judging) -> Checked:
    if held.unchecked:
        return Checked(name="cassettes", what="the recordings", judgement=Judgement(), unchecked=held.unchecked)
    judgement = judging.judgement(held.contract)
    unchecked = "" if judgement.successes else NO_SUCCESS
    if not judgement.checked:
        unchecked = (
            f"{held.cassettes} holds no recording of {held.contract.operation}; make some with `contracts record`"
        )
    return Checked(
        name="cassettes",
        what=recordings_of(judgement) + judging.sorting.beside(held.contract),
        judgement=judgement,
        unchecked=unchecked,
        unreadable=judging.sorting.unreadable(held.contract),
    )


def recordings_of(judgement: Judgement) -> str:
    """`22 recordings of the reference provider`: how many, and what they say of their making."""
    from contracts.sources.cassettes import RECORDED_LIVE

    known = {"reference": " of the reference provider", RECORDED_LIVE: " of the live API", "recorded": ""}
    counts = [
        f"{many(count, 'recording')}{known.get(origin, f' of {origin}')}" for origin, count in judgement.checked.items()
    ]
    return " and ".join(counts) or "the recordings"


def _paths(held: tuple[LocalContract, ...], judging: _Judging) -> Found:
    """Recordings of any make that a user names: those of the operations are judged, the rest is counted.

    The plan's `hosts` narrow what counts as an operation's to these, ports included where given; none takes any.
    """
    from contracts.sources.recordings import read_recordings

    judging.take(read_recordings(judging.plan.paths))
    where = ", ".join(path.as_posix() for path in judging.plan.paths)
    return tuple(_of_paths(one, judging, where) for one in held), judging.aside(PATHS, where)


def _of_paths(held: LocalContract, judging: _Judging, where: str) -> Checked:
    judgement = judging.judgement(held.contract)
    where = f" in {where}{judging.sorting.beside(held.contract)}"
    unchecked = "" if judgement.successes else NO_SUCCESS
    if not judgement.checked:
        where, unchecked = "", f"no answer of {held.contract.operation}{where}"
    return Checked(
        name=PATHS,
        what=f"{recordings_of(judgement)}{where}",
        judgement=judgement,
        unchecked=unchecked,
        unreadable=judging.sorting.unreadable(held.contract),
    )


def _folder(held: LocalContract, judging: _Judging, files: tuple[Path, ...]) -> None:
    from contracts.sources.cassettes import read_held
    from contracts.sources.files import place_of
    from contracts.sources.recordings import left_out

    checker, tally = judging.judge(held.contract)
    custody = Custody(checker, key=key_in_use(held.contract, judging.plan.key_file), max_age=judging.plan.max_age)
    for path in files:
        try:
            metadata, found = read_held(path)
        except Unusable as error:
            judging.take([left_out(place_of(path), error)], held.contract)
            continue
        owned = judging.take(found, held.contract)
        readable = [one for one in found if isinstance(one, Interaction)]
        kept = tuple(custody.findings(path, metadata, readable, owned))
        if len(readable) < len(found):  # what can't be read may be of use
            kept = tuple(one for one in kept if one.rule != "custody.unused")
        tally.find(kept)
