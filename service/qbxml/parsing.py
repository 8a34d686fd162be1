"""XML from outside becomes a tree, bounded and without a DTD. Knows nothing of qbXML's names.

No text with a DTD is parsed at all, and the parser loads nothing and expands nothing besides. `collect_ids=False` is
never to be passed: lxml then reads external DTDs from local files whatever else is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from service.domain.refusals import Refusal

MAX_DEPTH = 40
"""The deepest element that is read. The schema's own depth is about ten."""

CHUNK = 1 << 18


class Unreadable(Refusal):
    """A text that is no XML that Deskpost reads."""


def tree(text: str | bytes, *, what: str, large: bool) -> etree._Element:
    """The root element of a text. `what` names the text in the sentence of a refusal (`The answer`).

    A str may name any encoding in its declaration, truly or not; bytes must be UTF-8. `large` lifts libxml2's own
    limits on sizes, for answers. Raises Unreadable.
    """
    data = _bytes(text, what)
    if b"<!DOCTYPE" in data:
        raise Unreadable(_DTD.format(what=what))
    parser = etree.XMLParser(huge_tree=large, **_OPTIONS)
    try:
        root: etree._Element | None = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"{what} is not XML: {_reason(error)}.") from None
    if root is None:
        raise Unreadable(f"{what} is not XML: it is empty.")
    return root


class Growing:
    """A tree that is read piece by piece, for texts of many megabytes.

    Iterating yields each element with one of `tags` when its end has been read. Whoever has used the element yielded
    last may `drop` it, which frees its memory. Afterwards `root` holds all that was not dropped.
    """

    def __init__(self, text: str | bytes, *, what: str, tags: frozenset[str]) -> None:
        self._text = text
        self._what = what
        self._parser = etree.XMLPullParser(events=("end",), tag=sorted(tags), huge_tree=True, **_OPTIONS)
        self._dropped: etree._Element | None = None
        self.root: etree._Element | None = None

    def __iter__(self) -> Iterator[etree._Element]:
        if (b"<!DOCTYPE" in self._text) if isinstance(self._text, bytes) else ("<!DOCTYPE" in self._text):
            raise Unreadable(_DTD.format(what=self._what))
        try:
            for start in range(0, len(self._text), CHUNK):
                self._parser.feed(_bytes(self._text[start : start + CHUNK], self._what))
                for _, element in self._parser.read_events():
                    yield element
            self.root = self._parser.close()
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Unreadable(f"{self._what} is not XML: {_reason(error)}.") from None
        self._remove_dropped()

    def drop(self, element: etree._Element) -> None:
        """Free the element that was yielded last.

        It is emptied now, but taken out of the tree only at the next call: the parser still writes behind it.
        """
        self._remove_dropped()
        element.clear()
        self._dropped = element

    def _remove_dropped(self) -> None:
        if self._dropped is not None:
            parent = self._dropped.getparent()
            if parent is not None:
                parent.remove(self._dropped)
            self._dropped = None


_OPTIONS: dict[str, Any] = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
}

_DTD = "{what} names a document type (DTD). qbXML has none, so it is not read."


def _bytes(text: str | bytes, what: str) -> bytes:
    if isinstance(text, bytes):
        return text
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable(f"{what} holds half a character (a lone surrogate), which no XML can hold.") from None


def _reason(error: Exception) -> str:
    return str(error).removesuffix(" (<string>, line 1)").rstrip(".")[:200]
