"""The gate for what the API sends by itself: each legal payload posted to the client, which has to take it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from contracts.errors import Unreachable
from contracts.model.frozen import frozen
from contracts.model.gate import Case, Sent, Tried
from contracts.model.interaction import Request, Response

MOST_OUTPUT = 8_000
"""Characters of a client's reply that are kept."""
_TAKEN = range(200, 300)


@frozen
class Receiver:
    """The client that payloads are posted to: `post` gives its reply, or raises Unreachable; `url` names it."""

    url: str
    post: Callable[[Case], Response]


def post_through(
    receiver: Receiver, cases: Sequence[Case], base: Case, hide: Callable[[str], str],
    progress: Callable[[int, int], None],
) -> tuple[Tried, ...]:  # fmt: skip
    """Every payload posted once, the `base` first: where nobody takes that, it raises Unreachable."""
    ordered = (base, *(case for case in cases if case.name != base.name))
    tried: list[Tried] = []
    for case in ordered:
        try:
            tried.append(_tried(receiver.url, case, receiver.post(case), hide))
        except Unreachable as error:
            if case is base:
                raise
            tried.append(Tried(case=case, outcome="failed", how=str(error), code=None))
        progress(len(tried), len(ordered))
    return tuple(tried)


def _tried(url: str, case: Case, reply: Response, hide: Callable[[str], str]) -> Tried:
    return Tried(
        case=case,
        outcome="passed" if reply.status in _TAKEN else "failed",
        how=f"answered {reply.status}",
        code=None,
        output=hide(reply.body.decode(errors="replace")[:MOST_OUTPUT]),
        sent=(Sent(request=Request(method="POST", url=url, headers=case.headers), status=reply.status),),
    )
