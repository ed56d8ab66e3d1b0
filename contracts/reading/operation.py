"""Method, path and credential: what the breadcrumb, the curl command and the parameter lists say together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.model.page import PageProblem

if TYPE_CHECKING:
    from contracts.reading.draft import Draft
    from contracts.reading.fields import Listing
    from contracts.reading.header import Header

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
        return "", header.path
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
    return Credential()


def _listed(draft: Draft, headers: tuple[tuple[str, str], ...], problems: list[PageProblem]) -> Credential:
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
