"""Recordings held to contracts in one pass: each answer goes to the contract that it is of, and is judged at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from contracts.commands.archives import Judging, Piece, Share, pieces_of
from contracts.commands.documents import LocalContract
from contracts.commands.targets import PATHS, Plan
from contracts.commands.vendor_data import key_in_use
from contracts.errors import Unusable
from contracts.model.contract import Level
from contracts.model.finding import Judgement
from contracts.model.interaction import Interaction
from contracts.model.run import Aside, Checked
from contracts.model.text import many
from contracts.recording.custody import Custody
from contracts.sources.kept_elsewhere import url_of
from contracts.sources.recordings import RecordingFile

NO_SUCCESS = "the recordings hold no success answer"
WORTH_PROCESSES = 32 * 2**20
"""With so many bytes several processes are quicker than one, unless it is said how many are to be used."""
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
    judging = Judging(
        (one.contract for one in held),
        levels,
        (one.contract for one in among),
        plan.hosts,
        see=plan.see,
        watch=plan.watch,
    )
    return (_paths if target == PATHS else _cassettes)(held, judging, plan)


def _cassettes(held: tuple[LocalContract, ...], judging: Judging, plan: Plan) -> Found:
    """The contracts' own recordings, judged as they stand in their files, and how well they are kept."""
    from contracts.sources.cassettes import SUFFIXES, files_below

    for one in held:
        files = tuple(files_below(one.cassettes, SUFFIXES)) if not one.unchecked and one.cassettes.is_dir() else ()
        if files:
            _folder(one, judging, files, plan)
    return tuple(_of_cassettes(one, judging) for one in held), _aside(held, judging, "cassettes", "cassettes")


def _of_cassettes(held: LocalContract, judging: Judging) -> Checked:
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


def _paths(held: tuple[LocalContract, ...], judging: Judging, plan: Plan) -> Found:
    """Recordings of any make that a user names: those of the operations are judged, the rest is counted.

    The plan's `hosts` narrow what counts as an operation's to these, ports included where given; none takes any.
    """
    pieces = tuple(pieces_of(plan.paths, plan.split))
    total, done, within = sum(piece.size for piece in pieces), 0, 0

    def go_on(piece: Piece) -> bool:
        nonlocal done, within
        done, within = done + piece.size, 0
        plan.progress(PATHS, done, total)
        return not plan.interruption.asked

    def go_on_within(size: int) -> bool:
        nonlocal within
        within += size  # of what is packed these are more
        plan.progress(PATHS, min(done + within, total), total)
        return not plan.interruption.asked

    with plan.interruption.heard():
        _judge(pieces, judging, plan, go_on, go_on_within)
    judging.sorting.starts = judging.share.starts
    where = ", ".join(url_of(path) or path.as_posix() for path in plan.paths)
    stopped = f"interrupted after {min(done + within, total):,} of {total:,} bytes" if done < total else ""
    return tuple(_of_paths(one, judging, where, stopped) for one in held), _aside(held, judging, PATHS, where)


def _judge(
    pieces: tuple[Piece, ...], judging: Judging, plan: Plan, go_on: Callable[[Piece], bool],
    go_on_within: Callable[[int], bool],
) -> None:  # fmt: skip
    """Judges the pieces, in several processes where they are worth it, for as long as it is to go on.

    Standard input, which no other process has, comes behind what others judge.
    """
    others, here = tuple(piece for piece in pieces if not _is_input(piece)), pieces
    shares: Iterable[Share] = ()
    jobs = plan.jobs
    if not jobs and sum(piece.size for piece in pieces) >= WORTH_PROCESSES:
        from contracts.commands.processes import cores

        jobs = cores()
    if plan.elsewhere is not None and others:
        shares, here = plan.elsewhere(others, go_on), tuple(filter(_is_input, pieces))
    elif min(jobs, len(others)) > 1 and plan.see is None and plan.watch is None:
        from contracts.commands.processes import judged

        shares, here = [*judged(others, judging, jobs, go_on)], tuple(filter(_is_input, pieces))
    for share in shares:
        judging.share.merge(share)
    for piece in () if plan.interruption.asked else here:
        if not judging.read(piece, go_on_within) or not go_on(piece):
            return


def _is_input(piece: Piece) -> bool:
    return isinstance(piece.file, RecordingFile) and piece.file.is_input


def _aside(held: tuple[LocalContract, ...], judging: Judging, target: str, where: str) -> Aside | None:
    """What is of none of several contracts, None for nothing; an only one tells of it itself."""
    if len(held) == 1:
        return None
    text, unreadable = judging.sorting.beside(), judging.sorting.unreadable()
    return Aside(target=target, what=where + text, unreadable=unreadable) if text or unreadable else None


def _of_paths(held: LocalContract, judging: Judging, where: str, stopped: str) -> Checked:
    judgement = judging.judgement(held.contract)
    where = f" in {where}{judging.sorting.beside(held.contract)}"
    unchecked = stopped or ("" if judgement.successes else NO_SUCCESS)
    if not judgement.checked and not stopped:
        where, unchecked = "", f"no answer of {held.contract.operation}{where}"
    return Checked(
        name=PATHS,
        what=f"{recordings_of(judgement)}{where}",
        judgement=judgement,
        unchecked=unchecked,
        unreadable=judging.sorting.unreadable(held.contract),
    )


def _folder(held: LocalContract, judging: Judging, files: tuple[Path, ...], plan: Plan) -> None:
    from contracts.sources.cassettes import read_held
    from contracts.sources.files import place_of
    from contracts.sources.recordings import left_out

    checker, tally = judging.judge(held.contract)
    custody = Custody(checker, key=key_in_use(held.contract, plan.key_file), max_age=plan.max_age)
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
