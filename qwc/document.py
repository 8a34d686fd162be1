"""The .qwc file that binds a PC to the service: written and read. It never touches a disk, a network or QuickBooks.

The file has no password in it; its elements are those of Intuit's Programmer's Guide, chapter 4.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from lxml import etree

from qwc.document_problems import DocumentProblem, DocumentRefused, DocumentUnreadable, quoted
from qwc.document_rules import TEXTS, address_problems, problems_of

__all__ = [
    "CONTENT_TYPE",
    "Document",
    "DocumentProblem",
    "DocumentRefused",
    "DocumentUnreadable",
    "address_problems",
    "new_guid",
    "problems_of",
    "read",
    "write",
]

CONTENT_TYPE = "application/x-qwc"
ROOT = "QBWCXML"
SIZE_LIMIT = 65_536
SCHEDULE_UNITS = {"RunEveryNMinutes": "run_every_minutes", "RunEveryNSeconds": "run_every_seconds"}
# All but Scheduler, in the order in which Intuit's own files have them.
ELEMENTS = {
    "AppName": "app_name",
    "AppID": "app_id",
    "AppURL": "app_url",
    "AppDescription": "app_description",
    "AppSupport": "app_support",
    "UserName": "user_name",
    "OwnerID": "owner_id",
    "FileID": "file_id",
    "QBType": "qb_type",
    "Style": "style",
    "AuthFlags": "auth_flags",
    "IsReadOnly": "is_read_only",
    "UnattendedModePref": "unattended_mode",
    "PersonalDataPref": "personal_data",
    "Notify": "notify",
    "AppDisplayName": "app_display_name",
    "AppUniqueName": "app_unique_name",
    "CertURL": "cert_url",
}
REQUIRED_TO_READ = ("AppName", "AppURL", "AppDescription", "AppSupport", "UserName", "OwnerID", "FileID", "QBType")
BOOLEANS = ("IsReadOnly", "Notify")
NUMBERS = ("AuthFlags",)
WHOLE_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,8}|-?[0-9]{1,9}")


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a .qwc file says; None means that an optional element is left out.

    `app_name` is what QuickBooks shows when it asks for permission, and the key under which the PC keeps the
    application. `owner_id` and `file_id` are GUIDs in braces: one per installation, and a fresh one per file.
    `run_every_minutes` or `run_every_seconds` (not both) is the distance between automatic runs. `auth_flags` combines
    the editions allowed: 1 Simple Start, 2 Pro, 4 Premier, 8 Enterprise; 0 all.
    """

    app_name: str
    app_url: str
    app_description: str
    app_support: str
    user_name: str
    owner_id: str
    file_id: str
    app_id: str = ""
    qb_type: str = "QBFS"
    style: str = "Document"
    run_every_minutes: int | None = None
    run_every_seconds: int | None = None
    auth_flags: int | None = None
    is_read_only: bool = False
    unattended_mode: str | None = None
    personal_data: str | None = None
    notify: bool | None = None
    app_display_name: str | None = None
    app_unique_name: str | None = None
    cert_url: str | None = None


def new_guid() -> str:
    """A fresh GUID as a .qwc file has it: upper case, in braces, from the system's random source."""
    return "{" + str(uuid.uuid4()).upper() + "}"


def write(document: Document) -> bytes:
    """A document as the bytes of a .qwc file: ASCII, no BOM, CRLF line ends, ready to be downloaded.

    Raises DocumentRefused, with every problem in it, if the Web Connector would not add the file.
    """
    problems = problems_of(document)
    if problems:
        raise DocumentRefused(problems)
    root = etree.Element(ROOT)
    for element, attribute in ELEMENTS.items():
        value = getattr(document, attribute)
        if value is not None:
            etree.SubElement(root, element).text = _written(element, value)
        if element == "Style":
            _write_schedule(root, document)
    text = etree.tostring(root, pretty_print=True)
    return b'<?xml version="1.0"?>\r\n' + text.replace(b"\n", b"\r\n")


def read(content: bytes) -> Document:
    """The document in the bytes of a .qwc file; elements in any order, unknown ones skipped, as the Web Connector does.

    Of two Scheduler children the first wins. The values are not judged here: `problems_of` does that. Raises
    DocumentUnreadable for what is no .qwc file, and for numbers and booleans that are none.
    """
    root = _parse(content)
    texts: dict[str, str] = {}
    for child in root.iterchildren(tag=etree.Element):
        texts.setdefault(str(child.tag), "".join(child.itertext()).strip())
    missing = [element for element in REQUIRED_TO_READ if element not in texts]
    if missing:
        raise DocumentUnreadable(f"QBWC1039: the .qwc file has no {', '.join(missing)}. Ask for a new file.")
    values = {attribute: _read(element, texts[element]) for element, attribute in ELEMENTS.items() if element in texts}
    return Document(**values, **_read_schedule(root))  # type: ignore[arg-type]  # _read gives each element its type.


def _written(element: str, value: object) -> str:
    if element in BOOLEANS:
        return "true" if value else "false"
    if element in NUMBERS:
        return f"{value:#x}"
    return str(value)


def _write_schedule(root: etree._Element, document: Document) -> None:
    for unit, attribute in SCHEDULE_UNITS.items():
        value = getattr(document, attribute)
        if value is not None:
            etree.SubElement(etree.SubElement(root, "Scheduler"), unit).text = str(value)


def _parse(content: bytes) -> etree._Element:
    if len(content) > SIZE_LIMIT:
        raise DocumentUnreadable(
            f"The .qwc file has {len(content):,} bytes, and one has {SIZE_LIMIT:,} at the most. Is it another file?"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentUnreadable(f"The .qwc file is not well-formed XML ({error.msg}). Ask for a new file.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentUnreadable("The .qwc file brings a DTD, which no .qwc file has. Ask for a new file.")
    if root.tag != ROOT:
        raise DocumentUnreadable(f"The file's root element is {quoted(str(root.tag))}; that of a .qwc file is {ROOT}.")
    return root


def _read(element: str, text: str) -> str | bool | int | None:
    if element in TEXTS:
        return text
    if not text:
        return False if element == "IsReadOnly" else "Document" if element == "Style" else None
    if element in BOOLEANS:
        return _boolean(element, text)
    return _number(element, text) if element in NUMBERS else text


def _boolean(element: str, text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        raise DocumentUnreadable(f"{element} is {quoted(text)}, neither true nor false.")
    return text.lower() in ("true", "1")


def _number(element: str, text: str) -> int:
    if not WHOLE_NUMBER.fullmatch(text):
        raise DocumentUnreadable(f"{element} is {quoted(text)}, which is no whole number.")
    return int(text, 16 if text.lower().startswith("0x") else 10)


def _read_schedule(root: etree._Element) -> dict[str, int]:
    for child in root.iterfind("Scheduler/*"):
        if child.tag in SCHEDULE_UNITS:
            return {SCHEDULE_UNITS[str(child.tag)]: _number(str(child.tag), (child.text or "").strip())}
    return {}
