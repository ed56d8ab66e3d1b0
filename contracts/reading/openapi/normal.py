"""A description's tree brought into one form, OpenAPI 3.1 with plain references.

What can't be read costs its node alone, and is noted.

3.0 has a dialect of its own: `nullable`, boolean `exclusiveMinimum`, siblings of `$ref` that are ignored. Vendors write
`nullable` where it says nothing by the letter; it is read as they mean it, and noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urldefrag, urljoin

from contracts.errors import Unusable
from contracts.model.document import ONE_SCHEMA, SCHEMA_LIST, SCHEMA_MAP, Doubt, Steps, reached, reference_to, steps_of
from contracts.reading.openapi.keyword_shapes import wrong
from contracts.rules.texts import WIDTHS

_METASCHEMAS = "https://json-schema.org/draft/"
_MAPS = frozenset(
    """paths webhooks pathItems responses content x-content headers callbacks requestBodies securitySchemes links
    encoding variables""".split()
)
"""What names things of the vendor's own, wherever it stands: its names are no keywords."""
_PASSED = frozenset({"example", "examples", "value", "default", "enum", "const"})
"""Data of the vendor's own."""


Where = tuple[Any, ...]
"""A place that grows from its parent's: the parent and one more step, `()` at the root."""


def _steps(where: Where) -> Steps:
    found: list[str | int] = []
    while where:
        where, step = where
        found.append(step)
    return tuple(reversed(found))


class Normal:
    """Brings one tree into the normal form, in place.

    `fetch` gives the tree of a file beside the document, None where there is none. What was noted is in `doubts`;
    `one_way` are the flags, `readOnly` or `writeOnly`, by which something is only for answers or only for requests.
    """

    def __init__(self, tree: dict[str, Any], fetch: Callable[[str], Any]) -> None:
        self.tree = tree
        self.old = str(tree.get("openapi", "")).startswith("3.0")
        self.doubts: list[Doubt] = []
        self.one_way: set[str] = set()
        self._fetch = fetch
        self._seen: dict[int, tuple[Any, Any]] = {}
        self._resources: dict[str, Where] = {"": ()}
        self._anchors: dict[tuple[str, str], Where] = {}
        self._references: list[tuple[dict[str, Any], str, Where]] = []

    def run(self) -> None:
        """The whole document."""
        for keyword in ("$schema", *_IDENTITIES):
            self.tree.pop(keyword, None)
        version = str(self.tree.get("openapi"))[:10]
        if not version.startswith(("3.0", "3.1")):
            self.doubt(((), "openapi"), f"{version} is newer than what is known here", "read as 3.1")
        self._object(self.tree, ())
        waiting = 0
        while waiting < len(self._references):  # what a reference leads to may hold more of them
            self._refer(*self._references[waiting])
            waiting += 1
        for node, _, where in self._references:
            self._refuse_circle(node, where)

    def doubt(self, where: Where, problem: str, decided: str = "not checked there") -> None:
        """Notes a place that contradicts itself or can't be read."""
        self.doubts.append(Doubt(at=_steps(where), problem=problem, decided=decided))

    def _object(self, node: Any, where: Where) -> None:
        """An object of OpenAPI: its schemas are found by the keywords that hold them."""
        if isinstance(node, list):
            for position, item in enumerate(node):
                self._object(item, (where, position))
        if not isinstance(node, dict):
            return
        if isinstance(node.get("$ref"), str):
            self._references.append((node, "", where))
        for key, value in [*node.items()]:
            here = (where, key)
            if key in {"schema", "itemSchema"}:
                node[key] = self.schema(value, here, "")
            elif key == "components":
                self._components(value, here)
            elif key in _MAPS:
                self._named_objects(value, here)
            elif key not in _PASSED and not key.startswith("x-"):
                self._object(value, here)

    def _named_objects(self, named: Any, where: Where) -> None:
        for name, item in named.items() if isinstance(named, dict) else ():
            self._object(item, (where, name))

    def _components(self, components: Any, where: Where) -> None:
        for section, named in components.items() if isinstance(components, dict) else ():
            here = (where, section)
            if section == "schemas" and isinstance(named, dict):
                for name, item in named.items():
                    named[name] = self.schema(item, (here, name), "")
            elif section != "examples":
                self._named_objects(named, here)

    def schema(self, node: Any, where: Where, base: str) -> Any:
        """A schema in the normal form; `true`, and a note, where it can't be read. `base` is its base URI."""
        if isinstance(node, bool):
            return node or {"not": {}}  # the same, and an error of it has a keyword
        known = self._seen.get(id(node))
        if known is not None:
            return known[1]
        problem = wrong(node)
        self._seen[id(node)] = (node, True if problem else node)
        if problem:
            self.doubt(where, problem)
            return True
        node.pop("$schema", None)
        if node.keys() & _IDENTITIES:
            base = self._identified(node, where, base)
        if node.keys() & _SPELT:
            self._respell(node, where)
        if node.keys() & _ONE_WAY:
            self.one_way |= {flag for flag in _ONE_WAY if node.get(flag) is True}
        if node.keys() & _OWN:
            _own_shapes(node)
            _assert_weak(node)
        if "$ref" in node:
            self._references.append((node, base, where))
        self._inside(node, where, base)
        return node

    def _inside(self, node: dict[str, Any], where: Where, base: str) -> None:
        """The schemas in a schema."""
        for key, value in node.items():
            if key in SCHEMA_LIST:
                node[key] = [self.schema(item, ((where, key), at), base) for at, item in enumerate(value)]
            elif key in SCHEMA_MAP:
                for name, item in value.items():
                    value[name] = self.schema(item, ((where, key), name), base)
            elif key in ONE_SCHEMA and (value is not False or key not in _CLOSING):
                node[key] = self.schema(value, (where, key), base)

    def _identified(self, node: dict[str, Any], where: Where, base: str) -> str:
        """Notes what a schema is called by others; its base URI."""
        if isinstance(node.get("$id"), str) and not self.old:
            with suppress(ValueError):  # no address at all
                base = urldefrag(urljoin(base, node["$id"]))[0]
                self._resources[base] = where
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.get(keyword), str) and not self.old:
                self._anchors[base, node[keyword]] = where
        for keyword in _IDENTITIES:
            node.pop(keyword, None)
        return base

    def _respell(self, node: dict[str, Any], where: Where) -> None:
        """What may be written in an older form, or in a shorter one."""
        if "$dynamicRef" in node:
            node["$ref"] = node.pop("$dynamicRef")
        self._exclusive(node, where)
        nullable = node.pop("nullable", None)
        if self.old and "$ref" in node:
            for key in [key for key in node if key not in {"$ref", "description", "summary"}]:
                del node[key]
        if nullable is True:
            self._nullable(node, where)
        if "example" in node and "examples" not in node:
            node["examples"] = [node.pop("example")]
        half = WIDTHS.get(node.get("format", ""))
        if half and _types(node) & {"integer", "number"}:
            if "exclusiveMinimum" not in node:
                node.setdefault("minimum", -half)
            if "exclusiveMaximum" not in node:
                node.setdefault("maximum", half - 1)

    def _exclusive(self, node: dict[str, Any], where: Where) -> None:
        for bound, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(node.get(bound), bool):
                exclusive = node.pop(bound)
                if not self.old:
                    self.doubt((where, bound), f"{bound} is no number, as 3.1 has it", "read as 3.0 has it")
                if exclusive and plain in node:
                    node[bound] = node.pop(plain)

    def _nullable(self, node: dict[str, Any], where: Where) -> None:
        """`nullable: true`: null is one more type, or an alternative where there is none; noted where only meant."""
        here, decided = (where, "nullable"), "read as meant: null is allowed"
        types = node.get("type")
        if types is None:
            inner = {key: node.pop(key) for key in [*node] if key not in _ANNOTATIONS and not key.startswith("x-")}
            if inner:
                node["anyOf"] = [inner, {"type": "null"}]
                self.doubt(here, "nullable says nothing where no type stands beside it", decided)
            return
        node["type"] = [types, "null"] if isinstance(types, str) else [*types, "null"]
        node["type"] = [*dict.fromkeys(node["type"])]
        if not self.old:
            self.doubt(here, "nullable is no keyword of 3.1", decided)
        if "enum" in node and None not in node["enum"]:
            node["enum"] = [*node["enum"], None]
            if self.old:
                self.doubt(here, "nullable says nothing where enum doesn't list null", decided)
        if "const" in node and node["const"] is not None:
            node["enum"] = [node.pop("const"), None]

    def _refer(self, node: dict[str, Any], base: str, where: Where) -> None:
        """Rewrites one reference to the place where it leads, in this document; a node that leads nowhere is `true`."""
        reference = node["$ref"]
        if reference.startswith(_METASCHEMAS):
            return
        try:
            target = self._target(reference, base, where)
            found = reached(self.tree, target)
        except (KeyError, ValueError, Unusable) as error:
            told = f"leads to a file that can't be read: {error}" if isinstance(error, Unusable) else "leads nowhere"
            self.doubt(where, f"the reference {reference[:120]!r} {told}")
            node.pop("$ref")
            return
        node["$ref"] = reference_to(target)
        if self._is_schema(where) and not isinstance(found, bool):
            whole = self.schema(found, _where(target), self._base(target))
            if whole is not found:
                _put(self.tree, target, whole)
        elif isinstance(found, dict) and "x-files" in target:
            self._object(found, _where(target))

    def _is_schema(self, where: Where) -> bool:
        return id(reached(self.tree, _steps(where))) in self._seen

    def _base(self, target: Steps) -> str:
        inside = [url for url, where in self._resources.items() if target[: len(_steps(where))] == _steps(where)]
        return max(inside, key=lambda url: len(_steps(self._resources[url])), default="")

    def _target(self, reference: str, base: str, where: Where) -> Steps:
        """Where a reference leads. Raises KeyError."""
        inside = _steps(where)[:2]
        file = str(inside[1]) if inside[:1] == ("x-files",) else ""
        url, fragment = urldefrag(reference)
        url = urljoin(base or file, url)
        if url not in self._resources:
            self._bring(url)
        if fragment and not fragment.startswith("/"):
            return _steps(self._anchors[url, fragment])
        return _steps(self._resources[url]) + steps_of("#" + fragment)

    def _bring(self, path: str) -> None:
        """Brings a file beside the document into its tree. Raises KeyError where there is none, Unusable."""
        tree = self._fetch(path)
        if tree is None:
            raise KeyError(path)
        self.tree.setdefault("x-files", {})[path] = tree
        self._resources[path] = (((), "x-files"), path)

    def _refuse_circle(self, node: dict[str, Any], where: Where) -> None:
        """A schema that is nothing but itself says nothing."""
        seen: set[int] = set()
        found: Any = node
        at = _steps(where)
        while isinstance(found, dict) and str(found.get("$ref", "")).startswith("#/"):
            if id(found) in seen:
                self.doubt(_where(at), f"the reference {found['$ref'][:120]!r} leads back to itself")
                found.pop("$ref")
                return
            seen.add(id(found))
            at = steps_of(found["$ref"])
            try:
                found = reached(self.tree, at)
            except KeyError:
                return


_CLOSING = frozenset({"items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties"})
"""Where `false` says that nothing more may come."""
_IDENTITIES = frozenset({"$id", "$anchor", "$dynamicAnchor"})
_ONE_WAY = frozenset({"readOnly", "writeOnly"})
_OWN = frozenset({"x-rules", "x-conditions", "x-echoes"})
_SPELT = frozenset("nullable exclusiveMinimum exclusiveMaximum $ref $dynamicRef format example".split())
"""Keywords that may stand in a form which 3.1 doesn't know, or spell out."""
_ANNOTATIONS = frozenset(
    """title description $comment example examples default deprecated readOnly writeOnly externalDocs xml
    discriminator nullable""".split()
)


def _types(node: dict[str, Any]) -> set[str]:
    types = node.get("type", ())
    return {types} if isinstance(types, str) else set(types)


def _where(steps: Steps) -> Where:
    where: Where = ()
    for step in steps:
        where = (where, step)
    return where


def _put(tree: Any, steps: Steps, value: Any) -> None:
    holder = reached(tree, steps[:-1])
    holder[int(steps[-1]) if isinstance(holder, list) else steps[-1]] = value


def _own_shapes(node: dict[str, Any]) -> None:
    """Leaves out what isn't written as our own documents have it: it is another tool's."""
    if not isinstance(node.get("x-echoes", ""), str):
        del node["x-echoes"]
    records, conditions = node.pop("x-rules", None), node.pop("x-conditions", None)
    if isinstance(records, dict):
        node["x-rules"] = {kind: record for kind, record in records.items() if isinstance(record, dict)}
    if isinstance(conditions, list):
        node["x-conditions"] = conditions


def _assert_weak(node: dict[str, Any]) -> None:
    """Asserts the rules that no keyword of the node states, since other tools are not to judge by them."""
    for kind, record in node.get("x-rules", {}).items():
        if kind != "closed" and "schema" in record and not wrong(record["schema"]):
            node |= record["schema"]
    weak = [*_weak_presence(node)]
    if weak:
        node["required"] = [*node.get("required", ()), *weak]
    if "x-conditions" in node:
        node["allOf"] = [*node.get("allOf", ()), *node["x-conditions"]]


def _weak_presence(node: dict[str, Any]) -> Iterator[str]:
    for name, below in node.get("properties", {}).items():
        records = below.get("x-rules") if isinstance(below, dict) else None
        if isinstance(records, dict) and "required" in records and name not in node.get("required", ()):
            yield name
