"""Two operations side by side: their nodes, and the schemas in them, each compared in its direction."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, TypeAlias

from contracts.comparing.contents import Contents, contents_of
from contracts.comparing.memory import Compared
from contracts.comparing.sameness import Sameness, sameness
from contracts.comparing.sides import Side
from contracts.comparing.telling import Promising, no_promise
from contracts.comparing.walk import Walk, Where
from contracts.model.contract import Contract, Rule
from contracts.model.document import Document, Steps, reached
from contracts.rules.listing import listing_of

Found: TypeAlias = tuple[Any, Steps]
"""A node, references followed, and where it stands."""


def mapping(value: Any) -> dict[str, Any]:
    """A mapping as it is, nothing of anything else."""
    return value if isinstance(value, dict) else {}


def essence(media: str) -> str:
    """A media type without parameters: `application/json; charset=utf-8` is JSON as well."""
    return media.partition(";")[0].strip().lower()


def admits(wide: str, media: str) -> bool:
    """Whether a media type, or a range of them, holds another."""
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


def schema_of(document: Document, holder: Found) -> tuple[Any, Steps, str]:
    """The schema of a parameter or header, where it stands, and its media type, where it has one."""
    node, at = holder
    if "schema" not in mapping(node):
        for media, raw in mapping(mapping(node).get("content")).items():
            inner, where = followed(document, raw, (*at, "content", media))
            return mapping(inner).get("schema", True), (*where, "schema"), essence(media)
    return mapping(node).get("schema", True), (*at, "schema"), ""


class Operations:
    """Two operations, and what comparing their parts shares."""

    def __init__(self, old: Contract, new: Contract, promising: Promising, compared: Compared, *, bare: bool) -> None:
        self.old, self.new, self.bare, self.compared = old, new, bare, compared
        self.nodes = tuple(_node(contract) for contract in (old, new))
        self.promising = no_promise if self.of_pages else promising

    @property
    def of_pages(self) -> bool:
        """Whether either was read from a page, whose sentences are accounted for one by one."""
        return any("x-contract" in node for node in self.nodes)

    @cached_property
    def same(self) -> bool:
        """Whether both are the same in every part that is compared."""
        mine = [(one.method, one.path, one.server, one.success.key) for one in (self.old, self.new)]
        if mine[0] != mine[1]:
            return False
        parts = [_all_of(contract) for contract in (self.old, self.new)]
        return all(same.of(*parts) for same in (self.reads, self.sends))

    @cached_property
    def reads(self) -> Sameness:
        """The documents as who reads an answer sees them."""
        return sameness(self.old.document.answers, self.new.document.answers)

    @cached_property
    def sends(self) -> Sameness:
        """The documents as who sends a request sees them."""
        return sameness(self.old.document.requests, self.new.document.requests)

    def contents(self) -> tuple[Contents, Contents]:
        """The contents of both documents, for what is told apart and not understood."""
        one, other = (contents_of(contract.document.answers, reads=True) for contract in (self.old, self.new))
        return one, other

    def walked(
        self, schemas: tuple[Found, Found], where: Where, target: str, names: tuple[str, str], *, alone: bool = False
    ) -> Walk:
        """Two schemas compared; `target` is what their rules are about, `names` what ids call them on either side.

        One that stands `alone` is compared to its end, whatever was compared already.
        """
        sides = []
        for contract, name in zip((self.old, self.new), names, strict=True):
            tree = contract.document.requests if where.sends else contract.document.answers
            sides.append(Side(contract, tree, contents_of(tree, reads=not where.sends), target, name))
        same = self.sends if where.sends else self.reads
        walk = Walk(sides[0], sides[1], where, same, Compared() if alone else self.compared, self.promising)
        places = (side.root(_seen(side, *schema), schema[1]) for side, schema in zip(sides, schemas, strict=True))
        walk.roots(*places)
        return walk

    def responses(self) -> Iterator[tuple[str, Found, Found]]:
        """The answers that both list, by status, that of success first, whatever its status is."""
        one, other = (_responses(contract) for contract in (self.old, self.new))
        first, second = self.old.success.key, self.new.success.key
        if first in one and second in other:
            yield first, one[first], other[second]
        for key, found in one.items():
            if key != first and key in other and key != second:
                yield key, found, other[key]

    def kept(self) -> frozenset[str]:
        """The statuses that both list."""
        one, other = ({answer.key for answer in contract.answers} for contract in (self.old, self.new))
        return frozenset(one & other)


def _node(contract: Contract) -> dict[str, Any]:
    return mapping(reached(contract.document.tree, contract.at))


def _all_of(contract: Contract) -> dict[str, Any]:
    """All of a document that an operation says or is said of it."""
    tree, at = contract.document.tree, contract.at
    shared = reached(tree, at[:-1])
    return {
        "operation": reached(tree, at),
        "parameters": mapping(shared).get("parameters"),
        "security": tree.get("security"),
        "schemes": mapping(tree.get("components")).get("securitySchemes"),
    }


def _responses(contract: Contract) -> dict[str, Found]:
    raw = mapping(_node(contract).get("responses"))
    found: dict[str, Found] = {}
    for answer in contract.answers:
        name = next((name for name in raw if str(name).upper() == answer.key.upper()), answer.key)
        found[answer.key] = followed(contract.document, raw.get(name), (*contract.at, "responses", name))
    return found


def _seen(side: Side, node: Any, at: Steps) -> Any:
    """A schema as its side sees it."""
    try:
        return reached(side.tree, at)
    except KeyError:
        return node
