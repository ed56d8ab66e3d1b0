"""An HTML document as a browser would see it, as far as the tests ask."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import unquote

VOID = {"meta", "link", "br", "input", "img"}


class Reader(HTMLParser):
    """Collects elements and text; fails where tags aren't balanced."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(document)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends, which must be the one that began last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text outside of style and script."""
        if self._open and self._open[-1] not in {"style", "script"}:
            self.text += data

    def count(self, tag: str) -> int:
        """How many elements of a name."""
        return sum(name == tag for name, _ in self.elements)

    def ids(self) -> list[str]:
        """Every id, as often as it stands."""
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def links(self) -> list[str]:
        """Where links lead."""
        return [unquote(attributes["href"]) for tag, attributes in self.elements if tag == "a"]
