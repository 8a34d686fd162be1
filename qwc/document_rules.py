"""What the Web Connector demands of the values in a .qwc file. It reads and writes no XML and asks no host.

The rules are those of Intuit's Programmer's Guide, chapter 4 and appendix A (the QBWC codes), and of what was seen
on Web Connector 34.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from qwc.document_problems import (
    AddressIsAnIPAddress,
    AddressIsNotSecure,
    AddressIsUnusable,
    AuthFlagsAreUnknown,
    CertificateAddressIsNotSecure,
    ChoiceIsUnknown,
    DocumentProblem,
    ElementIsMissing,
    GuidIsMalformed,
    QBTypeIsUnknown,
    ReadOnlyIsRefused,
    ScheduleHasTwoUnits,
    ScheduleIsNotPositive,
    SupportAddressIsAnIPAddress,
    SupportIsAtIntuit,
    SupportIsOnAnotherHost,
    TextIsNotPlain,
    TextIsTooLong,
)

if TYPE_CHECKING:
    from qwc.document import Document

REQUIRED = {
    "AppName": "app_name",
    "AppURL": "app_url",
    "AppDescription": "app_description",
    "AppSupport": "app_support",
    "UserName": "user_name",
    "OwnerID": "owner_id",
    "FileID": "file_id",
    "QBType": "qb_type",
}
TEXTS = REQUIRED | {
    "AppID": "app_id",
    "AppDisplayName": "app_display_name",
    "AppUniqueName": "app_unique_name",
    "CertURL": "cert_url",
}
QB_TYPES = ("QBFS", "QBPOS")
CHOICES = {
    "Style": ("style", ("Document", "DocWrapped", "RPC")),
    "UnattendedModePref": ("unattended_mode", ("umpRequired", "umpOptional")),
    "PersonalDataPref": ("personal_data", ("pdpNotNeeded", "pdpOptional", "pdpRequired")),
}
DESCRIPTION_LIMIT = 80
ALL_EDITIONS = 0xF
GUID = re.compile(r"\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
INTUIT_DOMAINS = ("intuit.com", "quickbooks.com")


def problems_of(document: Document) -> tuple[DocumentProblem, ...]:
    """Everything in a document that the Web Connector would refuse or misunderstand, all at once; () if it is good."""
    return (
        *_missing_elements(document),
        *address_problems(document.app_url, document.app_support, document.cert_url),
        *_text_problems(document),
        *_guid_problems(document),
        *_choice_problems(document),
        *_schedule_problems(document),
    )


def address_problems(app_url: str, app_support: str, cert_url: str | None = None) -> tuple[DocumentProblem, ...]:
    """What is wrong with the addresses of an application, all at once; empty ones are left to the other rules.

    AppURL must be https with a host name (http only for localhost), AppSupport must be on the same host, may be http,
    and neither may be an IP address. Nothing is fetched here.
    """
    return (
        *_one_address(app_url, "AppURL", AddressIsAnIPAddress, AddressIsNotSecure),
        *_one_address(app_support, "AppSupport", SupportAddressIsAnIPAddress, None),
        *_one_address(cert_url or "", "CertURL", AddressIsAnIPAddress, CertificateAddressIsNotSecure),
        *_support_host_problems(app_url, app_support),
    )


def _missing_elements(document: Document) -> Iterator[DocumentProblem]:
    for element, attribute in REQUIRED.items():
        if not getattr(document, attribute).strip():
            yield ElementIsMissing(element)


def _one_address(
    url: str,
    element: str,
    numeric: type[AddressIsAnIPAddress],
    insecure: type[AddressIsNotSecure] | None,
) -> Iterator[DocumentProblem]:
    if not url.strip():
        return
    address = _split(url)
    if address is None:
        yield AddressIsUnusable(element, url)
        return
    if _is_ip_address(address.hostname or ""):
        yield numeric(element, url)
    if insecure is not None and address.scheme != "https" and address.hostname != "localhost":
        yield insecure(element, url)


def _support_host_problems(app_url: str, app_support: str) -> Iterator[DocumentProblem]:
    app, support = _split(app_url), _split(app_support)
    if support is None:
        return
    host = support.hostname or ""
    if any(host == domain or host.endswith("." + domain) for domain in INTUIT_DOMAINS):
        yield SupportIsAtIntuit(app_support)
    if app is not None and app.hostname != host:
        yield SupportIsOnAnotherHost(host, app.hostname or "")


def _split(url: str) -> SplitResult | None:
    """The parts of a usable http or https address; None for anything else."""
    if any(character.isspace() for character in url):
        return None
    try:
        address = urlsplit(url)
        usable = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:
        return None
    return address if usable and address.username is None and not address.fragment else None


def _is_ip_address(host: str) -> bool:
    """Whether Windows takes a host for an address in numbers: IPv6, dotted, shortened (10.1) or one number."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return re.fullmatch(r"(0x[0-9a-f]*|\d+)", host.rstrip(".").rpartition(".")[2]) is not None
    return True


def _text_problems(document: Document) -> Iterator[DocumentProblem]:
    for element, attribute in TEXTS.items():
        value = getattr(document, attribute) or ""
        odd = next((character for character in value if not " " <= character <= "~"), None)
        if odd is not None:
            yield TextIsNotPlain(element, value, odd)
    if len(document.app_description) > DESCRIPTION_LIMIT:
        yield TextIsTooLong("AppDescription", len(document.app_description), DESCRIPTION_LIMIT)


def _guid_problems(document: Document) -> Iterator[DocumentProblem]:
    for element in ("OwnerID", "FileID"):
        value = getattr(document, TEXTS[element])
        if value.strip() and not GUID.fullmatch(value):
            yield GuidIsMalformed(element, value)


def _choice_problems(document: Document) -> Iterator[DocumentProblem]:
    if document.qb_type.strip() and document.qb_type not in QB_TYPES:
        yield QBTypeIsUnknown(document.qb_type)
    for element, (attribute, known) in CHOICES.items():
        value = getattr(document, attribute)
        if value is not None and value not in known:
            yield ChoiceIsUnknown(element, value, known)
    if document.is_read_only:
        yield ReadOnlyIsRefused()
    if document.auth_flags is not None and not 0 <= document.auth_flags <= ALL_EDITIONS:
        yield AuthFlagsAreUnknown(document.auth_flags)


def _schedule_problems(document: Document) -> Iterator[DocumentProblem]:
    minutes, seconds = document.run_every_minutes, document.run_every_seconds
    if minutes is not None and seconds is not None:
        yield ScheduleHasTwoUnits(minutes, seconds)
    for element, value in (("RunEveryNMinutes", minutes), ("RunEveryNSeconds", seconds)):
        if value is not None and value < 1:
            yield ScheduleIsNotPositive(element, value)
