"""A tally merges in any order, and however what it counts is split."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from contracts.checking import Tally
from contracts.model.contract import Level
from contracts.model.finding import MOST_MEMBERS, MOST_VALUES, Finding, Judgement
from contracts.model.interaction import Interaction, Request, Response

ORIGINS, RULES, VALUES = ("live", "recorded"), ("a.type", "b.enum"), [str(number) for number in range(2 * MOST_VALUES)]
LEVELS: tuple[Level, ...] = ("violation", "drift")
MOMENTS = ("", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")

Met = tuple[str, str, list[tuple[str, Level, str, str]], list[str]]
"""Origin, moment, findings (rule, level, value, pointer) and branches of one exchange."""

EXCHANGES: st.SearchStrategy[list[Met]] = st.lists(
    st.tuples(
        st.sampled_from(ORIGINS),
        st.sampled_from(MOMENTS),
        st.lists(
            st.tuples(
                st.sampled_from(RULES),
                st.sampled_from(LEVELS),
                st.sampled_from(VALUES),
                st.sampled_from(["/a", "/items/0/a", "/items/7/a", "/map/x", "/map/y"]),
            ),
            max_size=3,
        ),
        st.lists(st.sampled_from(["x=1", "x=2", "y=null"]), max_size=3),
    ),
    max_size=40,
)


def counted(met: Iterable[tuple[int, Met]], part: int = 1, start: int = 0) -> Tally:
    """A tally of one part, whose exchanges have these numbers in the whole; its own begin with none."""
    tally = Tally()
    for number, (origin, at, findings, branches) in met:
        tally.part, tally.number = (part, start), number - start
        request, response = Request(method="GET", url="https://e.example/x"), Response(status=200, body=b"{}")
        interaction = Interaction(
            request=request, response=response, origin=origin, place="log", index=number - start, at=at
        )
        found = [
            Finding(
                rule=rule, level=level, pointer=pointer, expected="e", seen=value, summary="s", fingerprint=rule,
                promised=(), origin=origin, place="log", index=number - start, line=number - start + 1, at=at,
            )
            for rule, level, value, pointer in findings
        ]  # fmt: skip
        tally.add(interaction, found, branches, ok=True)
    return tally


def whole(met: list[Met]) -> Judgement:
    """All of it counted at once."""
    return counted(enumerate(met)).judgement({(1, 0): ("log", 0, 0)})


@given(EXCHANGES, st.lists(st.integers(0, 40), max_size=4), st.randoms())
def test_any_split_in_any_order_gives_the_same(met: list[Met], cuts: list[int], order: Random) -> None:
    """Parts are merged as they come; counts, moments, first places, values, members and order are the whole's."""
    edges = sorted({0, len(met), *(cut for cut in cuts if cut < len(met))})
    numbered = [*enumerate(met)]
    parts = [counted(numbered[start:end], start=start) for start, end in pairwise(edges)]
    starts = {(1, start): ("log", start, start) for start in edges}
    order.shuffle(parts)
    total = Tally()
    for part in parts:
        total.merge(part)
    assert total.judgement(starts) == whole(met)


@given(EXCHANGES)
def test_counts_are_those_of_all_and_members_are_few(met: list[Met]) -> None:
    """Each finding counts, however often it was met; of each recurrence the first few are kept."""
    judgement = whole(met)
    assert sum(one.count for one in judgement.met) == sum(len(findings) for _, _, findings, _ in met)
    assert sum(judgement.checked.values()) == len(met)
    for one in judgement.met:
        assert len(one.members) == min(one.count, MOST_MEMBERS)
        assert [member.index for member in one.members] == sorted(member.index for member in one.members)
        assert len(one.seen) <= MOST_VALUES
        exact = sum(seen.count for seen in one.seen.values())
        assert exact == one.count if len(one.seen) < MOST_VALUES else exact <= one.count
