"""A rendered documentation page, as copied from a browser, read into values.

`Page.lines` gives the 1-based line of `method`, `path`, `title`, `server`, `auth`, `body` and `response` (headings), of
`example`, `status`, `media_type` and `whole` (a type said of the whole response), each where the page has it.
`Page.example_lines` holds every place of the example, list items and the root ("") too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from contracts.model.json import Json
from contracts.model.page import Page, PageProblem, Sentence
from contracts.reading.page.damage import gaps, part_orphans, refuse_cut
from contracts.reading.page.field import FieldDraft, Listing, settled
from contracts.reading.page.header import Header, read_header
from contracts.reading.page.mending import mended
from contracts.reading.page.sections import is_heading, read_sections
from contracts.reading.page.sentence_splitting import sentences
from contracts.reading.page.text import PageText, Value, page_text
from contracts.reading.page.words import heading


def read_page(text: str, name: str) -> Page:
    """Read a rendered page; `name` is how messages call it.

    What can't be placed is listed in `problems`. Raises PageRefused, with the line, for a text that isn't such a
    page, that was copied without names and types, or that is cut.
    """
    source = mended(page_text(text, name))
    header = read_header(source, lambda index: is_heading(source, index))
    server, path = resolve_path(header)
    example, problems = _example(source, header)
    method = header.curl.method if header.curl else header.method
    listing = read_sections(source, header.end, frozenset(_shown(example)), _parameters(path), method)
    if listing.blocks and example is None:
        example = listing.blocks[0]
    example = _without_error_body(example, listing, problems)
    shown = _shown(example)
    _note_empty(header, listing, example)
    refuse_cut(source, listing, shown)
    keys = tuple(shown)
    problems += gaps(listing, keys, _response_line(listing))
    problems += part_orphans(listing, keys)
    problems += parameter_problems(path, listing, header)
    auth = credential(header, listing, problems)
    page = Page(
        name=name,
        method=method,
        server=server,
        path=path,
        title=header.title,
        auth=auth.header,
        scheme=auth.scheme,
        status=listing.status,
        media_type=listing.media_type,
        array=_is_array(example, listing, problems),
        empty=listing.empty,
        others=listing.others,
        body=_body(header, listing),
        choice=listing.choice,
        entries=listing.entries(),
        example=(example.value,) if example else (),
        example_lines=dict(example.lines) if example else {},
        sentences=sentences([*header.intro, (0, ""), *listing.prose]),
        problems=settled([*header.problems, *listing.problems, *problems], listing.drafts),
        lines=_lines(header, listing, example, auth.line),
    )
    return _numbered(page, source) if source.numbers else page


def _numbered(page: Page, text: PageText) -> Page:
    """The page with the line numbers of the text before it was mended."""

    def lines(known: dict[str, int]) -> dict[str, int]:
        return {part: text.number(line) for part, line in known.items()}

    def sentences_of(known: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        return tuple(replace(sentence, line=text.number(sentence.line)) for sentence in known)

    return replace(
        page,
        entries=tuple(
            replace(entry, lines=lines(entry.lines), sentences=sentences_of(entry.sentences)) for entry in page.entries
        ),
        example_lines=lines(page.example_lines),
        sentences=sentences_of(page.sentences),
        problems=tuple(replace(problem, line=text.number(problem.line)) for problem in page.problems),
        lines=lines(page.lines),
    )


def _parameters(path: str) -> frozenset[str]:
    return frozenset(part[1:-1] for part in path.split("/") if part.startswith("{") and part.endswith("}"))


def _example(text: PageText, header: Header) -> tuple[Value | None, list[PageProblem]]:
    """The response among the JSON values at the top: the first after a curl command, else the last."""
    values = header.values
    if not values:
        return None, []
    has_body = any(
        is_heading(text, index) and heading(text.line(index)) == "body" for index in range(header.end, len(text))
    )
    chosen = values[1] if header.curl is None and has_body and len(values) == _REQUEST_AND_RESPONSE else values[0]
    unread = values[values.index(chosen) + 1 :]
    return chosen, [PageProblem(line=value.begin + 1, problem="a further example is not read") for value in unread]


_REQUEST_AND_RESPONSE = 2
_NO_CONTENT = 204
_EMPTY = re.compile(
    r"\b(?:no (?:response )?(?:body|content)|(?:an? )?empty (?:response|body)|body is empty"
    r"|(?:doesn't|does not) (?:return|have) (?:a (?:response )?)?(?:body|content)|returns nothing)\b",
    re.IGNORECASE,
)


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


def _body(header: Header, listing: Listing) -> dict[str, bool]:
    """The request's media types, each with whether the body is a list: by its heading, or by the curl command."""
    listed = any(draft.section == "body" for draft in listing.drafts)
    media = listing.body or ({"application/json": False} if listed else {})
    sends_list = header.curl is not None and header.curl.sends_list
    return {name: is_list or sends_list for name, is_list in media.items()}


def _note_empty(header: Header, listing: Listing, example: Value | None) -> None:
    """Notes that the page says in words that the answer has no body, where it shows and lists none."""
    listed = any(draft.section == "response" for draft in listing.drafts)
    said = [line for _, line in (*header.intro, *listing.prose) if _EMPTY.search(line)]
    if not listed and example is None and said:
        listing.empty = True
        if listing.status is None and any("204" in line or "no content" in line.lower() for line in said):
            listing.status = _NO_CONTENT


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
    lines |= {section: line for section, line in reversed(listing.heads) if section == "body"}
    if header.curl:
        lines["server"] = header.curl.lines["server"]
        lines.setdefault("path", lines["server"])
        lines.setdefault("method", header.curl.begin + 1)
    if example:
        lines["example"] = example.begin + 1
    if auth:
        lines["auth"] = auth
    return lines


_PARAMETER = re.compile(r"\{([^{}]+)\}")
_SECRET = re.compile(r"<[^<>]+>|key|token|secret|YOUR_", re.IGNORECASE)
_SCHEMES = re.compile(r"\b(Bearer|Basic)\b")
_NOT_SECRET = frozenset({"content-type", "accept"})


@dataclass(frozen=True, slots=True)
class Credential:
    """The header that carries the credential, its first word, and the 1-based line that says so (0: nowhere)."""

    header: str = ""
    scheme: str = ""
    line: int = 0


def resolve_path(header: Header) -> tuple[str, str]:
    """Server and path template: the curl command wins over the breadcrumb, and a difference is reported."""
    if header.curl is None:
        return header.server, header.path
    if not header.path:
        return header.curl.server, header.curl.path
    if header.method != header.curl.method:
        problem = f"the breadcrumb says {header.method}, the curl command {header.curl.method}; the curl command counts"
        header.problems.append(PageProblem(line=header.lines["method"], problem=problem))
    ours, theirs = header.curl.path.split("/"), header.path.split("/")[1:]
    tail = ours[len(ours) - len(theirs) :]
    if len(tail) != len(theirs) or not all(map(_same_segment, tail, theirs)):
        problem = (
            f"the breadcrumb's path {header.path} isn't the end of the curl command's {header.curl.path}, which counts"
        )
        header.problems.append(PageProblem(line=header.lines["path"], problem=problem))
        return header.curl.server, header.curl.path
    return header.curl.server, "/".join([*ours[: len(ours) - len(theirs)], *theirs])


def _same_segment(ours: str, theirs: str) -> bool:
    """Equal, or a parameter that the curl command filled with a value; two parameters must have one name."""
    return ours == theirs or (_PARAMETER.fullmatch(theirs) is not None and not _PARAMETER.fullmatch(ours))


def parameter_problems(path: str, listing: Listing, header: Header) -> list[PageProblem]:
    """Report parameters that stand in the path and not in the list, or the other way round."""
    named = _PARAMETER.findall(path)
    listed = {draft.name: draft.line for draft in listing.drafts if draft.section == "path"}
    line = header.lines.get("path") or (header.curl.lines["server"] if header.curl else 1)
    absent = [name for name in named if name not in listed]
    return [
        *(PageProblem(line=line, problem=f"the path's parameter {name!r} isn't described") for name in absent),
        *(
            PageProblem(line=where, problem=f"the parameter {name!r} isn't in the path {path}")
            for name, where in listed.items()
            if name not in named
        ),
    ]


def credential(header: Header, listing: Listing, problems: list[PageProblem]) -> Credential:
    """How the request authorizes itself: the page's Authorizations section first, then the curl command's headers."""
    headers = header.curl.headers if header.curl else ()
    drafts = [draft for draft in listing.drafts if draft.section == "auth"]
    elsewhere = [draft for draft in drafts if "query" in draft.lines or "cookie" in draft.lines]
    problems += [
        PageProblem(line=draft.line, problem=f"the credential {draft.name!r} isn't sent in a header; it is not read")
        for draft in elsewhere
    ]
    for draft in drafts:
        if draft not in elsewhere:
            return _listed(draft, headers, problems)
    for name, value in headers:
        if name.lower() not in _NOT_SECRET and (name.lower() == "authorization" or _SECRET.search(f"{name} {value}")):
            line = header.curl.lines[name] if header.curl else 0
            return Credential(name, _scheme(value), line)
    named = (draft for draft in listing.drafts if draft.section == "header" and draft.name.lower() == "authorization")
    return next((_listed(draft, (), problems) for draft in named), Credential())


def _listed(draft: FieldDraft, headers: tuple[tuple[str, str], ...], problems: list[PageProblem]) -> Credential:
    for name, value in headers:
        if name.lower() == draft.name.lower():
            return Credential(draft.name, _scheme(value), draft.line)
    if headers and all(name.lower() in _NOT_SECRET for name, _ in headers) is False:
        problem = f"the curl command sends no {draft.name!r}, which the page lists as the credential"
        problems.append(PageProblem(line=draft.line, problem=problem))
    said = _SCHEMES.search(" ".join(text for _, text in draft.prose))
    scheme = said.group(1) if said and draft.name.lower() == "authorization" else ""
    return Credential(draft.name, scheme, draft.line)


def _scheme(value: str) -> str:
    """The word before the credential: `Bearer <token>` has one, `<api-key>` has none."""
    first, _, rest = value.partition(" ")
    return first if rest and not first.startswith("<") else ""
