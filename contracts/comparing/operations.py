"""Two documents, or two operations in them, side by side: their nodes, and the schemas in them compared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, TypeAlias

from contracts.comparing.content import Contents
from contracts.comparing.difference import Compared, Promising, no_promise
from contracts.comparing.places import Schemas
from contracts.comparing.schemas import Comparison, Where
from contracts.model.contract import Contract, Rule
from contracts.model.document import Document, Steps, reached
from contracts.rules.listing import listing_of

Found: TypeAlias = tuple[Any, Steps]
"""A node, references followed, and where it stands."""

TwoFound: TypeAlias = tuple[Found, Found]


def mapping(value: Any) -> dict[str, Any]:
    """A mapping as it is, nothing of anything else."""
    return value if isinstance(value, dict) else {}


def essence(media: str) -> str:
    """A media type without parameters: `application/json; charset=utf-8` is JSON as well."""
    return media.partition(";")[0].strip().lower()


def admits(wide: str, media: str) -> bool:
    """A media type, or a range of them, holds another."""
    return wide in {media, "*/*"} or (wide.endswith("/*") and media.startswith(wide[:-1]))


def outer(contract: Contract, target: str, *kinds: str) -> tuple[Rule, ...]:
    """The rules about the request or the envelope, of the given kinds."""
    return tuple(rule for rule in listing_of(contract).around if rule.target == target and rule.kind in kinds)


def followed(document: Document, node: Any, at: Steps) -> Found:
    """A node with references followed, and where that stands."""
    found, where = document.resolved(node)
    return found, where or at


def content_of(document: Document, holder: Found) -> dict[str, Found]:
    """The schemas of what a response or request holds, by media type without parameters."""
    node, at = holder
    keyword = "x-content" if "content" not in mapping(node) and "x-content" in mapping(node) else "content"
    found: dict[str, Found] = {}
    for media, raw in mapping(mapping(node).get(keyword)).items():
        inner, where = followed(document, raw, (*at, keyword, media))
        found.setdefault(essence(media), (mapping(inner).get("schema", True), (*where, "schema")))
    return found


def schema_of(document: Document, holder: Found) -> tuple[Found, str]:
    """The schema of a parameter or header, and its media type, where it has one."""
    node, at = mapping(holder[0]), holder[1]
    contents = content_of(document, (node, at)) if "schema" not in node else {}
    media = next(iter(contents), "")
    return (contents[media], media) if contents else ((node.get("schema", True), (*at, "schema")), "")


class Documents:
    """Two documents, and what comparing their parts shares; `bare` says that one is a JSON Schema alone."""

    def __init__(
        self, old: Document, new: Document, promising: Promising, compared: Compared, *, bare: bool = False
    ) -> None:
        self.documents, self.promising, self.compared, self.bare = (old, new), promising, compared, bare
        self.pages: tuple[str, str] = (old.name, new.name)
        self.places: tuple[Steps, Steps] = ((), ())
        self.name = ""

    @cached_property
    def reads(self) -> Contents:
        """The documents as who reads an answer sees them."""
        return Contents.of(*(document.answers for document in self.documents), reads=True)

    @cached_property
    def sends(self) -> Contents:
        """The documents as who sends a request sees them."""
        return Contents.of(*(document.requests for document in self.documents), reads=False)

    def compare(
        self, schemas: TwoFound, where: Where, target: str, names: tuple[str, str], *, alone: bool = False
    ) -> Comparison:
        """Two schemas compared; `target` is what their rules are about, `names` what ids call them on either side.

        One that stands `alone` is compared to its end, whatever was compared already.
        """
        contents = self.sends if where.sends else self.reads
        old, new = (
            Schemas(document, content, page=page, at=at, target=target, name=name)
            for document, content, page, at, name in zip(
                self.documents, (contents.old, contents.new), self.pages, self.places, names, strict=True
            )
        )
        compared = Compared() if alone else self.compared
        comparison = Comparison(old, new, where, contents, compared, self.promising)
        comparison.compare(*(side.root(_seen(side, *schema), schema[1]) for side, schema in
                             zip((old, new), schemas, strict=True)))  # fmt: skip
        return comparison


class Operations(Documents):
    """Two operations."""

    def __init__(self, old: Contract, new: Contract, promising: Promising, compared: Compared) -> None:
        self.old, self.new = old, new
        self.nodes = tuple(mapping(reached(contract.document.tree, contract.at)) for contract in (old, new))
        bare = not (old.method or old.path) or not (new.method or new.path)
        promising = no_promise if self.of_pages else promising
        super().__init__(old.document, new.document, promising, compared, bare=bare)
        self.pages = (listing_of(old).page, listing_of(new).page)
        self.places, self.name = (old.at, new.at), old.operation

    @property
    def of_pages(self) -> bool:
        """Either was read from a page, whose sentences are accounted for one by one."""
        return any("x-contract" in node for node in self.nodes)

    @cached_property
    def same(self) -> bool:
        """Both are the same in every part that is compared."""
        marks = [(side.method, side.path, side.server, side.success.key) for side in (self.old, self.new)]
        parts = [_all_of(contract) for contract in (self.old, self.new)]
        return marks[0] == marks[1] and self.reads.same(*parts) and self.sends.same(*parts)

    def responses(self) -> Iterator[tuple[str, Found, Found]]:
        """The answers that both list, by status, that of success first, whatever its status is."""
        was, now = (_responses(contract) for contract in (self.old, self.new))
        first, second = self.old.success.key, self.new.success.key
        if first in was and second in now:
            yield first, was[first], now[second]
        for key, found in was.items():
            if key != first and key in now and key != second:
                yield key, found, now[key]


def _all_of(contract: Contract) -> dict[str, Any]:
    """All of a document that an operation says or is said of it."""
    tree, at = contract.document.tree, contract.at
    return {
        "operation": reached(tree, at),
        "parameters": mapping(reached(tree, at[:-1])).get("parameters"),
        "security": tree.get("security"),
        "schemes": mapping(tree.get("components")).get("securitySchemes"),
    }


def _responses(contract: Contract) -> dict[str, Found]:
    raw = mapping(mapping(reached(contract.document.tree, contract.at)).get("responses"))
    found: dict[str, Found] = {}
    for answer in contract.answers:
        name = next((name for name in raw if str(name).upper() == answer.key.upper()), answer.key)
        found[answer.key] = followed(contract.document, raw.get(name), (*contract.at, "responses", name))
    return found


def _seen(side: Schemas, node: Any, at: Steps) -> Any:
    """A schema as its side sees it."""
    try:
        return reached(side.tree, at)
    except KeyError:
        return node
