"""The sections of a page, walked line by line: fields with type, markers, description, constraints, example."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from contracts.model.contract import WEBHOOK
from contracts.model.page import PageProblem, Section
from contracts.reading.page.curl import curl_end, starts_curl
from contracts.reading.page.field import EXAMPLES, OPTIONS, FieldDraft, Listing, Zone, read_examples, read_options
from contracts.reading.page.sentence_splitting import BULLET
from contracts.reading.page.text import PageText, read_json, starts_json
from contracts.reading.page.typeline import TypeLine, is_broken_type, is_constraint, type_line
from contracts.reading.page.words import MEDIA, STATUS, Heading, heading, is_footer

MARKERS = frozenset(
    {"required", "optional", "read-only", "write-only", "deprecated", "header", "query", "path", "cookie", "body"}
)

_NAME = re.compile(r"\{[\w-]{1,100}\}|[\w$@](?:[\w$@.:/\[\]{}-]{0,120}[\w$@\]}])?")
_WHOLE = re.compile(r"The (?:response|body) is of type (?P<type>.+?)\.")
_DEFAULT = re.compile(r"default: ?(?P<value>.*)")
_TOKEN = re.compile(r"\w*(?:_\w|[a-z][A-Z])\w*")
_SHAPE = re.compile(r"[\w$@][\w$@.:/\[\]{}-]*(?: [\w-]+){0,3}")
_FAR = 40
_SUCCESS = range(200, 300)
_READ_AS: dict[Heading | None, Heading] = {"body": "response", "response": "sample"}
"""The sections of what is sent: its body is what the client reads, and what it answers is its own."""
_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
_SKIPPED = frozenset({None, "sample", "errors", "unread"})


def is_heading(text: PageText, index: int) -> bool:
    """True for a line that is a section heading: one of the known words, and not a field of that name."""
    line, following = text.line(index), text.line(index + 1)
    if heading(line) is None:
        return False
    above_a_field = is_name(following) and type_line(text.line(index + 2)) is not None and type_line(following) is None
    return not following or above_a_field or bool(STATUS.fullmatch(following) or MEDIA.fullmatch(following))


def is_name(line: str) -> bool:
    """True for a line that can be a field's name."""
    return _NAME.fullmatch(line) is not None and not line.isdecimal()


def read_sections(text: PageText, begin: int, keys: frozenset[str], parameters: frozenset[str], method: str) -> Listing:
    """Read every section from line `begin` on.

    `keys` are the example's top-level properties, `parameters` the names in the path. A webhook's body is what a client
    reads, as it does an answer. Raises PageRefused where the text stops inside a part.
    """
    is_sent = method == WEBHOOK
    walk = _Walk(text, begin, keys, parameters, "query" if method in _WITHOUT_BODY else "body", is_sent)
    if is_sent and begin < len(text) and not is_heading(text, begin):
        walk.section = "response"
        walk.out.heads.append(("response", begin + 1))
    while walk.index < len(text) and not walk.out.footer:
        walk.step()
    walk.out.last = walk.zone
    return walk.out


@dataclass(slots=True)
class _Walk:
    """Where the walk stands: the section, the field being read, and which of its parts may follow."""

    text: PageText
    index: int
    keys: frozenset[str]
    parameters: frozenset[str]
    others: Section
    is_sent: bool
    section: Heading | None = None
    draft: FieldDraft | None = None
    zone: Zone = "intro"
    blank: bool = False
    media: tuple[str, ...] = ()
    seen: dict[tuple[str, str, tuple[str, ...]], FieldDraft] = field(default_factory=dict)
    out: Listing = field(default_factory=Listing)

    def step(self) -> None:
        """Read one part: a blank line, a heading, or whatever the line begins."""
        line = self.text.line(self.index)
        if not line:
            self._blank()
        elif is_footer(line):
            self.out.footer = True
        elif is_heading(self.text, self.index):
            self._heading(line)
        elif (self.section in {"response", "errors"} and self._status(line)) or self.section in _SKIPPED:
            self.index += 1
        else:
            self._part(line)
            self.blank = False

    def _part(self, line: str) -> None:
        here = self.index
        if self._is_marker(line):
            self._mark(line)
        elif is_name(line) and type_line(self.text.line(here + 1)) is not None:
            self._start(line, type_line(self.text.line(here + 1)))
        elif self._further_body() or (self.zone == "intro" and self._intro_line(line)):
            self.index += 1
        elif self._starts_untyped(line):
            self._start(line, None)
        elif not self._constraint(line) and not self._code(line):
            self._prose(line)

    def _blank(self) -> None:
        if self.draft and self.zone == "prose":
            self.draft.prose.append((self.index + 1, ""))
        elif self.zone in {"intro", "orphan"}:
            self.out.prose.append((self.index + 1, ""))
        self.blank = True
        self.index += 1

    def _heading(self, line: str) -> None:
        self.section = heading(line)
        if self.is_sent and self.section in _READ_AS:
            self.section = _READ_AS[self.section]
        if self.section == "unread":
            self._problem(f"the section {line!r} is not read")
        self.out.heads.append((self.section or line, self.index + 1))
        self.draft, self.zone, self.blank, self.media = None, "intro", False, ()
        self.index += 1

    def _start(self, name: str, kind: TypeLine | None) -> None:
        section = self._place(name)
        media = self.media if section == "body" else ()
        self.draft = FieldDraft(name=name, section=section, line=self.index + 1, type=kind, media=media)
        self.zone = "type"
        self.index += 1
        if kind is not None:
            self.draft.lines["type"] = self.index + 1
            self.index += 1
        else:
            self._problem(f"the field {name!r} has no type line", self.draft.line)
        twin = self.seen.get((section, name, media))
        if twin is not None and not self._is_superseded(twin):
            self._problem(f"the field {name!r} stands twice in its section; the first counts", self.draft.line)
            return
        if twin is not None:
            self._problem(f"the field {name!r} stands in two sections of the response; the last counts", twin.line)
            self.out.drafts.remove(twin)
        self.seen[section, name, media] = self.draft
        self.out.drafts.append(self.draft)

    def _is_superseded(self, twin: FieldDraft) -> bool:
        """True for a field of an earlier section of the response: one by hand above the one that was generated."""
        heads = [line for section, line in self.out.heads if section == "response"]
        return twin.section == "response" and bool(heads) and twin.line < heads[-1]

    def _place(self, name: str) -> Section:
        if self.section in {"request", "parameters"}:
            return "path" if name in self.parameters else self.others if self.section == "request" else "query"
        return cast("Section", self.section)

    def _is_marker(self, line: str) -> bool:
        """True for a line that is a marker and not a field of that name, which an odd run of type lines follows."""
        if self.draft is None or self.zone != "type" or self.blank:
            return False
        if line.lower() not in MARKERS:
            return False
        run = 0
        while run < _FAR and type_line(self.text.line(self.index + 1 + run)) is not None:
            run += 1
        return run % 2 == 0

    def _mark(self, line: str) -> None:
        if self.draft:
            self.draft.mark(line.lower(), self.index + 1)
        self.index += 1

    def _starts_untyped(self, line: str) -> bool:
        """True for a line that is the name of a field that has no type line.

        A name before a marker is one; so is a lone word where no description can begin, and a lone word below a
        description that the example knows as a property or that is spelled like one.
        """
        if not is_name(line) or _DEFAULT.fullmatch(line):
            return False
        following = self.text.line(self.index + 1)
        if following in {"required", "read-only"} or _DEFAULT.fullmatch(following):
            return True
        if not self.blank and self.zone in {"type", "closed"}:
            return True
        known = line in self.keys and ("response", line, ()) not in self.seen
        alone = self.blank and not following
        return alone and self.zone in {"prose", "closed"} and (known or _TOKEN.fullmatch(line) is not None)

    def _intro_line(self, line: str) -> bool:
        """Take a line that may stand between a body's heading and its first field: status, media type, variants."""
        if self.section not in {"body", "request", "response"}:
            return False
        if found := MEDIA.fullmatch(line):
            self._media(found)
            return True
        if found := _WHOLE.fullmatch(line):
            if self.section == "response":
                self.out.whole = type_line(found.group("type"))
                self.out.lines["whole"] = self.index + 1
            return True
        if BULLET.match(self.text.lines[self.index]) and _SHAPE.fullmatch(BULLET.sub("", line)):
            self.out.variants = self.out.variants or self.section == "response"
            self.out.choice = self.out.choice or self.section != "response"
            shape = BULLET.sub("", line)
            self._problem(f"{shape!r} is one of several shapes, and the page lists the fields of one only")
            return True
        return False

    def _status(self, line: str) -> bool:
        """Take a status line, at a section's begin or after a blank line.

        What follows a status other than the first success describes another answer.
        """
        found = STATUS.fullmatch(line.strip("`")) if self.blank or self.zone == "intro" else None
        if found is None:
            return False
        status, rest = int(found["status"]), found["rest"] or ""
        self.draft, self.zone = None, "intro"
        if status not in _SUCCESS or self.out.status not in {None, status}:
            self.out.others.setdefault(status, "" if MEDIA.fullmatch(rest) else rest)
            self.section = "errors"
            return True
        self.section, self.out.status = "response", status
        self.out.lines.setdefault("status", self.index + 1)
        if media := MEDIA.fullmatch(rest):
            self._media(media)
        return True

    def _media(self, found: re.Match[str]) -> None:
        if self.section == "response":
            self.out.media_type = self.out.media_type or found.group("media")
            self.out.lines.setdefault("media_type", self.index + 1)
            if found.group("type"):
                self.out.whole = type_line(found.group("type"))
                self.out.lines["whole"] = self.index + 1
        elif self.section in {"body", "request"}:
            kind = type_line(found.group("type") or "")
            self.out.body[found.group("media")] = kind is not None and "array" in kind.types
            self.media = (*self.media, found.group("media"))

    def _further_body(self) -> bool:
        """Take the media type of another body of the request, which stands above that one's own fields."""
        found = MEDIA.fullmatch(self.text.line(self.index)) if self.section in {"body", "request"} else None
        below = self.text.filled(self.index + 1)
        above_a_field = is_name(self.text.line(below)) and type_line(self.text.line(below + 1)) is not None
        if found is None or self.draft is None or not self.blank or not above_a_field:
            return False
        self.draft, self.zone, self.media = None, "intro", ()
        self._media(found)
        return True

    def _constraint(self, line: str) -> bool:
        """Take an option list, constraint, default, example, or the sign of a folded object."""
        here = self.index + 1
        target = self.draft or FieldDraft(name="", section="response", line=here)
        if self.draft is None and (line.startswith(OPTIONS) or is_constraint(line)):
            self._problem(f"{line[:40]!r} belongs to no field; a name and a type are missing above it")
        if line.startswith(OPTIONS):
            self._options(target)
        elif is_constraint(line):
            target.limit(line, here)
            if not line.partition(":")[2].strip() and self.index >= self.text.last:
                raise self.text.refused(self.index, f"the page stops inside {line!r}; copy the whole page")
            self.index += 1
        elif self.draft and (found := _DEFAULT.fullmatch(line)):
            if not found.group("value") and self.index >= self.text.last:
                raise self.text.refused(self.index, "the page stops inside a default; copy the whole page")
            target.default(found.group("value"), here)
            self.index += 1
            return True
        elif self.draft and line.startswith(EXAMPLES):
            self._example(target)
        elif line in {"Show child attributes", "Hide child attributes"}:
            self.index += 1
        else:
            return False
        self.zone = "closed" if self.draft else "orphan"
        return True

    def _options(self, draft: FieldDraft) -> None:
        begin = self.index
        texts, self.index = read_options(self.text, begin)
        if draft is self.draft and (draft.enum or (draft.type is not None and not draft.type.enum)):
            problem = f"a list of options below {draft.name!r}, whose type has none; a name and a type may be missing"
            self._problem(problem, begin + 1)
        else:
            draft.options(texts, begin + 1)

    def _example(self, draft: FieldDraft) -> None:
        begin = self.index
        values, self.index = read_examples(self.text, begin)
        draft.example += values
        draft.lines.setdefault("example", begin + 1)
        if not values:
            self._problem(f"the example of {draft.name!r} is not JSON on a line of its own; it is not read", begin + 1)

    def _code(self, line: str) -> bool:
        """Pass a curl statement or a JSON value between the fields, as hand-written pages have them."""
        if starts_curl(line):
            self.index = curl_end(self.text, self.index)
        elif starts_json(line) and not line.startswith('"'):
            value = read_json(self.text, self.index)
            self.index = value.end
            if self.section == "response":
                self.out.blocks.append(value)
        else:
            return False
        self.zone = "closed" if self.draft else self.zone
        return True

    def _prose(self, line: str) -> None:
        number = self.index + 1
        above = self.text.line(self.index - 1)
        if is_broken_type(line) and is_name(above):
            cut = "; is the page cut?" if self.index == self.text.last else ""
            raise self.text.refused(self.index, f"the type {line[:60]!r} of {above!r} can't be read{cut}")
        if type_line(line) is not None and self.zone != "intro":
            self._problem(f"the type {line!r} stands without a name")
        if self.draft is not None and self.zone in {"type", "prose"}:
            self.draft.prose.append((number, self.text.lines[self.index]))
            self.zone = "prose"
        else:
            self._outside(number)
        self.index += 1

    def _outside(self, number: int) -> None:
        """Keep text that describes no field: a section's introduction, or a description that lost its name."""
        if self.zone in {"closed", "orphan"}:
            self._problem("text after a field's end that belongs to no field; its name and type may be missing")
            self.draft, self.zone = None, "orphan"
        elif self.section not in {"body", "request", "response"}:
            self._problem("text before the first field of its section; a name and a type may be missing")
        self.out.prose.append((number, self.text.lines[self.index]))

    def _problem(self, problem: str, line: int | None = None) -> None:
        self.out.problems.append(PageProblem(line=line or self.index + 1, problem=problem))
