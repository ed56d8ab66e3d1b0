"""A rendered documentation page, as copied from a browser, read into values.

`Page.lines` gives the 1-based line of `method`, `path`, `title`, `server`, `auth`, `response` (the heading), `example`,
`status`, `media_type` and `whole` (a type said of the whole response), each where the page has it.
`Page.example_lines` holds every place of the example, list items and the root ("") too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.model.page import Page, PageProblem
from contracts.reading.cuts import gaps, refuse_cut
from contracts.reading.fields import Listing, is_heading, read_sections, settled
from contracts.reading.header import Header, read_header
from contracts.reading.operation import credential, parameter_problems, resolve_path
from contracts.reading.orphans import part_orphans
from contracts.reading.pagetext import PageText, page_text
from contracts.reading.sentences import sentences

if TYPE_CHECKING:
    from contracts.model.json import Json
    from contracts.reading.jsontext import Value


def read_page(text: str, name: str) -> Page:
    """Read a rendered page; `name` is how messages call it.

    What can't be placed is listed in `problems`. Raises PageRefused, with the line, for a text that isn't such a
    page, that was copied without names and types, or that is cut.
    """
    source = page_text(text, name)
    header = read_header(source, lambda index: is_heading(source, index))
    server, path = resolve_path(header)
    example, problems = _example(source, header)
    listing = read_sections(source, header.end, frozenset(_shown(example)), _parameters(path))
    if listing.blocks and example is None:
        example = listing.blocks[0]
    example = _without_error_body(example, listing, problems)
    shown = _shown(example)
    refuse_cut(source, listing, shown)
    keys = tuple(shown)
    problems += gaps(listing, keys, _response_line(listing))
    problems += part_orphans(listing, keys)
    problems += parameter_problems(path, listing, header)
    auth = credential(header, listing, problems)
    return Page(
        name=name,
        method=header.curl.method if header.curl else header.method,
        server=server,
        path=path,
        title=header.title,
        auth=auth.header,
        scheme=auth.scheme,
        status=listing.status,
        media_type=listing.media_type,
        array=_is_array(example, listing, problems),
        entries=listing.entries(),
        example=(example.value,) if example else (),
        example_lines=dict(example.lines) if example else {},
        sentences=sentences([*header.intro, (0, ""), *listing.prose]),
        problems=settled([*header.problems, *listing.problems, *problems], listing.drafts),
        lines=_lines(header, listing, example, auth.line),
    )


def _parameters(path: str) -> frozenset[str]:
    return frozenset(part[1:-1] for part in path.split("/") if part.startswith("{") and part.endswith("}"))


def _example(text: PageText, header: Header) -> tuple[Value | None, list[PageProblem]]:
    """The response among the JSON values at the top: the first after a curl command, else the last."""
    values = header.values
    if not values:
        return None, []
    has_body = any(is_heading(text, index) and text.line(index) in _BODIES for index in range(header.end, len(text)))
    chosen = values[1] if header.curl is None and has_body and len(values) == _REQUEST_AND_RESPONSE else values[0]
    unread = values[values.index(chosen) + 1 :]
    return chosen, [PageProblem(line=value.begin + 1, problem="a further example is not read") for value in unread]


_BODIES = frozenset({"Body", "Request Body"})
_REQUEST_AND_RESPONSE = 2


def _shown(example: Value | None) -> dict[str, Json]:
    """The properties of the example, or of the objects in its list, in order, with the first value of each."""
    items = [] if example is None else example.value if isinstance(example.value, list) else [example.value]
    shown: dict[str, Json] = {}
    for item in items:
        for key, value in item.items() if isinstance(item, dict) else ():
            shown.setdefault(key, value)
    return shown


def _without_error_body(example: Value | None, listing: Listing, problems: list[PageProblem]) -> Value | None:
    """Set an example aside that shows an error: a status of 400 or more that the list of fields doesn't know."""
    if example is None or not isinstance(example.value, dict):
        return example
    status = example.value.get("status")
    listed = any(draft.section == "response" and draft.name == "status" for draft in listing.drafts)
    is_error = isinstance(status, int) and 400 <= status < 600 and not listed  # noqa: PLR2004
    if is_error and {"title", "detail", "error", "errors", "message", "code", "errorCode"} & set(example.value):
        problems.append(
            PageProblem(line=example.begin + 1, problem="the only example is an error; it is not the response")
        )
        return None
    return example


def _is_array(example: Value | None, listing: Listing, problems: list[PageProblem]) -> bool:
    shown = example is not None and isinstance(example.value, list)
    if listing.whole is None:
        return shown
    stated = "array" in listing.whole.types
    if example is not None and stated != shown and listing.whole.types:
        line = listing.lines["whole"]
        problems.append(PageProblem(line=line, problem="the type of the response and the example disagree on a list"))
    return stated or (shown and not listing.whole.types)


def _response_line(listing: Listing) -> int:
    return next((line for section, line in reversed(listing.heads) if section == "response"), 1)


def _lines(header: Header, listing: Listing, example: Value | None, auth: int) -> dict[str, int]:
    lines = {**header.lines, **listing.lines, "response": _response_line(listing)}
    if header.curl:
        lines["server"] = header.curl.lines["server"]
        lines.setdefault("path", lines["server"])
        lines.setdefault("method", header.curl.begin + 1)
    if example:
        lines["example"] = example.begin + 1
    if auth:
        lines["auth"] = auth
    return lines
