"""A request that a caller wrote as qbXML itself: read, checked with its order, and written anew. Never passed on as is.

The text is hostile until it is checked: no DTD, bounded in size and depth, and what is sent is what we wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from service.domain.refusals import Refusal
from service.qbxml import parsing, plans, versions
from service.qbxml.characters import Substitution
from service.qbxml.complaints import Breach, Complaint, ContentRefused, shown
from service.qbxml.plans import Field, Plan
from service.qbxml.walk import EACH, MAX_CHARACTERS, MAX_COMPLAINTS, Walk

_WHAT = "The raw request"


class RawRequestRefused(Refusal):
    """A raw request whose content cannot even be looked at."""


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A raw request that was found in order."""

    name: str
    content: Mapping[str, object]
    """As `build.request` takes it, without requestID."""
    text: str
    """The request written anew: pure ASCII, without comments and white space between elements."""
    substitutions: tuple[Substitution, ...]


def read_request(
    text: str,
    *,
    request_id: str | None = None,
    version: str = "16.0",
    country: str = "US",
    substitute: bool = False,
) -> RawRequest:
    """Take one request element (`<CustomerAddRq>...</CustomerAddRq>`) as qbXML text; the other arguments as in `build`.

    A requestID in the text gives way to ours. Raises RawRequestRefused or `parsing.Unreadable` if the text is not one
    request, `schema.UnknownRequest`, and ContentRefused with all complaints, order included.
    """
    if len(text) > MAX_CHARACTERS:
        raise RawRequestRefused(f"{_WHAT} has {len(text)} characters; at most {MAX_CHARACTERS} are allowed.")
    root = parsing.tree(text.strip(), what=_WHAT, large=False)
    name = str(root.tag)
    if name in {"QBXML", "QBXMLMsgsRq"}:
        raise RawRequestRefused(f"{_WHAT} begins with <{name}>: give one request alone, such as <CustomerAddRq>.")
    plan = plans.request_plan(name, versions.known(version), versions.edition(country))
    unpacking = _Unpacking()
    content = unpacking.content(root, plan, "")
    content.pop("@requestID", None)
    walk = Walk(version, country, substitute=substitute)
    written = walk.request(name, content, request_id)
    complaints = [*unpacking.complaints, *walk.complaints]
    if complaints:
        raise ContentRefused(name, complaints)
    return RawRequest(name, content, written, tuple(walk.substitutions))


class _Unpacking:
    """Elements into content, with complaints about what a content cannot show: order, stray text and attributes."""

    def __init__(self) -> None:
        self.complaints: list[Complaint] = []

    def content(self, element: etree._Element, plan: Plan, path: str) -> dict[str, Any]:
        content: dict[str, Any] = {"@" + str(name): value for name, value in element.items()}
        mixed: list[tuple[str, object]] = []
        self._stray_text(element, path)
        self._order(element, plan, path)
        numbers = _Numbers(element)
        for child in element:
            tag = str(child.tag)
            field = plan.fields.get(tag)
            value = self._value(child, field, f"{path}/{numbers.name(tag)}".lstrip("/"))
            if field is not None and field.mixed:
                mixed.append((tag, value))
            elif tag not in content:
                content[tag] = value
            elif isinstance(content[tag], list):
                content[tag].append(value)
            else:
                content[tag] = [content[tag], value]
        if len({tag for tag, _ in mixed}) > 1:
            content[EACH] = [{tag: value} for tag, value in mixed]
        elif mixed:
            content[mixed[0][0]] = [value for _, value in mixed]
        return content

    def _value(self, element: etree._Element, field: Field | None, path: str) -> object:
        if field is not None and field.aggregate is not None:
            return self.content(element, field.plan(), path)
        if len(element):
            return {}
        if element.attrib:
            if field is not None and field.macro and element.keys() == ["useMacro"] and not element.text:
                return {"@useMacro": element.get("useMacro")}
            names = ", ".join(map(str, element.keys()))[:60]
            sentence = f"has the attributes {names}, but takes none"
            self.complaints.append(Complaint(Breach.ATTRIBUTE, path, names, sentence))
        return element.text or ""

    def _order(self, element: etree._Element, plan: Plan, path: str) -> None:
        latest: Field | None = None
        for child in element:
            field = plan.fields.get(str(child.tag))
            if field is None or len(self.complaints) > MAX_COMPLAINTS:
                continue
            if latest is not None and field.group < latest.group:
                before = [
                    other
                    for other in (plan.fields.get(str(one.tag)) for one in element)
                    if other is not None and other.group < field.group
                ]
                where = f"after {max(before, key=lambda one: one.group).name}" if before else "first"
                sentence = f"stands after {latest.name}; it belongs {where}, before {latest.name}"
                self.complaints.append(Complaint(Breach.ORDER, f"{path}/{field.name}".lstrip("/"), "", sentence))
            else:
                latest = field

    def _stray_text(self, element: etree._Element, path: str) -> None:
        texts = [element.text, *(child.tail for child in element)]
        stray = "".join(text for text in texts if text is not None).strip()
        if stray:
            sentence = f"the text {shown(stray)} stands where only elements may stand"
            self.complaints.append(Complaint(Breach.SHAPE, path or str(element.tag), shown(stray), sentence))


class _Numbers:
    """Tells the repeats of an element apart, as the paths of complaints do: `InvoiceLineAdd[2]`."""

    def __init__(self, element: etree._Element) -> None:
        self._all = Counter(str(child.tag) for child in element)
        self._met: Counter[str] = Counter()

    def name(self, tag: str) -> str:
        """The next element of this tag, numbered if there are several."""
        self._met[tag] += 1
        return f"{tag}[{self._met[tag]}]" if self._all[tag] > 1 else tag
