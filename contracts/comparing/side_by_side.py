"""Two documents, or two operations in them, side by side: their nodes, and the schemas in them compared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from contracts.comparing.content import Contents
from contracts.comparing.described_places import Schemas
from contracts.comparing.difference import Compared, Promising, no_promise
from contracts.comparing.schemas import Comparison, Where
from contracts.model.contract import WEBHOOK, Contract, Rule
from contracts.model.document import Document, Steps, as_written, reached
from contracts.model.json import as_mapping
from contracts.rules.listing import listing_of


class Node(NamedTuple):
    """A part of a document, references followed, and where it stands; `keywords` are none of what is no mapping."""

    value: Any
    at: Steps
    document: Document

    @property
    def keywords(self) -> dict[str, Any]:
        """What it holds by name."""
        return as_mapping(self.value)

    def flagged(self, name: str) -> bool:
        """A flag is set in it."""
        return self.keywords.get(name) is True

    def below(self, raw: Any, *steps: str) -> Node:
        """What stands some steps below it, given as it is."""
        found, where = self.document.resolved(raw)
        return Node(found, where or (*self.at, *steps), self.document)

    def content(self) -> dict[str, Node]:
        """The schemas of what a response, a request, a parameter or a header holds, by media type alone."""
        keyword = "x-content" if "content" not in self.keywords and "x-content" in self.keywords else "content"
        found: dict[str, Node] = {}
        for media, raw in as_mapping(self.keywords.get(keyword)).items():
            found.setdefault(essence(media), self.below(raw, keyword, media).schema())
        return found

    def schema(self) -> Node:
        """Its schema; what has none admits all."""
        return Node(self.keywords.get("schema", True), (*self.at, "schema"), self.document)

    def value_schema(self) -> tuple[Node, str]:
        """The schema of a parameter or header, and its media type, where it has one."""
        content = self.content() if "schema" not in self.keywords else {}
        media = next(iter(content), "")
        return (content[media], media) if content else (self.schema(), "")


TwoNodes: TypeAlias = tuple[Node, Node]


def essence(media: str) -> str:
    """A media type without parameters: `application/json; charset=utf-8` is JSON as well."""
    return media.partition(";")[0].strip().lower()


def admits(wide: str, media: str) -> bool:
    """A media type, or a range of them, holds another."""
    return wide in {media, "*/*"} or (wide.endswith("/*") and media.startswith(wide[:-1]))


def outer(contract: Contract, target: str, *kinds: str) -> tuple[Rule, ...]:
    """The rules about the request or the envelope, of the given kinds."""
    return tuple(rule for rule in listing_of(contract).around if rule.target == target and rule.kind in kinds)


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
        self, schemas: TwoNodes, where: Where, target: str, names: tuple[str, str], *, alone: bool = False
    ) -> Comparison:
        """Two schemas compared; `target` is what their rules are about, `names` what ids call them on either side.

        One that stands `alone` is compared to its end, whatever was compared already.
        """
        contents = self.sends if where.sends else self.reads
        sides, places = [], []
        for at, content in enumerate((contents.old, contents.new)):
            node = schemas[at]
            side = Schemas(
                node.document, content, page=self.pages[at], at=self.places[at], target=target, name=names[at]
            )
            sides.append(side)
            places.append(side.root(_seen(content.tree, node), node.at))
        compared = Compared() if alone else self.compared
        comparison = Comparison(sides[0], sides[1], where, contents, compared, self.promising)
        comparison.compare(places[0], places[1])
        return comparison


class Operations(Documents):
    """Two operations."""

    def __init__(self, old: Contract, new: Contract, promising: Promising, compared: Compared) -> None:
        self.old, self.new = old, new
        self.nodes: TwoNodes = (_node(old), _node(new))
        bare = not (old.method or old.path) or not (new.method or new.path)
        promising = no_promise if self.of_pages else promising
        super().__init__(old.document, new.document, promising, compared, bare=bare)
        self.pages = (listing_of(old).page, listing_of(new).page)
        self.places, self.name = (old.at, new.at), old.operation

    @property
    def of_pages(self) -> bool:
        """Either was read from a page, whose sentences are accounted for one by one."""
        return any("x-contract" in node.keywords for node in self.nodes)

    @cached_property
    def same(self) -> bool:
        """Both are the same in every part that is compared."""
        marks = [(side.method, side.path, side.server, side.success.key) for side in (self.old, self.new)]
        parts = [_all_of(contract) for contract in (self.old, self.new)]
        return marks[0] == marks[1] and self.reads.same(*parts) and self.sends.same(*parts)

    def responses(self) -> Iterator[tuple[str, Node, Node]]:
        """The answers that both list, by status, that of success first, whatever its status is."""
        was, now = _responses(self.old, self.nodes[0]), _responses(self.new, self.nodes[1])
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
        "parameters": as_mapping(reached(tree, at[:-1])).get("parameters"),
        "security": tree.get("security"),
        "schemes": as_mapping(tree.get("components")).get("securitySchemes"),
    }


def _node(contract: Contract) -> Node:
    return Node(reached(contract.document.tree, contract.at), contract.at, contract.document)


def _responses(contract: Contract, node: Node) -> dict[str, Node]:
    if contract.method == WEBHOOK:  # whose body is what is sent
        return {contract.success.key: node.below(node.keywords.get("requestBody"), "requestBody")}
    raw = as_mapping(node.keywords.get("responses"))
    found: dict[str, Node] = {}
    for answer in contract.answers:
        name = as_written(raw, answer.key)
        found[answer.key] = node.below(raw.get(name), "responses", name)
    return found


def _seen(tree: dict[str, Any], node: Node) -> Any:
    """A schema as its side sees it."""
    try:
        return reached(tree, node.at)
    except KeyError:
        return node.value
