"""What the first sendRequestXML of a session says about QuickBooks, its PC and its company file. Never fails.

The Web Connector sends one answer document with HostRet, CompanyRet and PreferencesRet; Point of Sale sends a plain
sentence instead. It holds addresses and tax numbers, which are not taken out of it: never log it whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from service.qbxml import parsing

MAX_CHARACTERS = 2_000_000
"""More than a hundred times what has been seen (6 to 12 kB); what is longer is not looked at."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """The host's own words; a fact that is missing is empty or None."""

    product_name: str = ""
    major_version: str = ""
    """QuickBooks' own version, `24` for QuickBooks 2014; not a qbXML version."""
    minor_version: str = ""
    country: str = ""
    supported_versions: tuple[str, ...] = ()
    """The qbXML versions that this QuickBooks lists, as it spells them."""
    file_mode: str = ""
    """`SingleUser` or `MultiUser`."""
    is_automatic_login: bool | None = None
    company_name: str = ""
    legal_company_name: str = ""
    is_sample_company: bool | None = None
    file_ids: Mapping[str, str] = field(default_factory=dict)
    """The FileID that each OwnerID left in the company file: `{owner_id: file_id}`, as written there."""
    locked_by: Mapping[str, str] = field(default_factory=dict)
    """The PC that holds the company file for an OwnerID, from its AppLock."""
    closing_date: str = ""
    is_multi_currency: bool | None = None
    is_automatic_login_allowed: bool | None = None
    automatic_login_user: str = ""
    may_see_personal_data: bool | None = None

    @property
    def pc_name(self) -> str:
        """The PC named in the AppLocks, if they agree on one, else empty."""
        names = set(self.locked_by.values())
        return names.pop() if len(names) == 1 else ""

    def file_id(self, owner_id: str) -> str | None:
        """The FileID under an OwnerID, whatever case it is written in."""
        return next((found for owner, found in self.file_ids.items() if owner.lower() == owner_id.lower()), None)


def read_host(text: str | bytes | None) -> HostFacts | None:
    """The facts in strHCPResponse, or None if there are none in it: empty, a plain sentence, or not readable."""
    if not text or len(text) > MAX_CHARACTERS or not text.strip():
        return None
    try:
        root = parsing.tree(text, what="The host's answer", large=False)
    except parsing.Unreadable:
        return None
    host, company, preferences = (next(root.iter(tag), None) for tag in ("HostRet", "CompanyRet", "PreferencesRet"))
    if host is None and company is None and preferences is None:
        return None
    extensions = [] if company is None else list(company.iter("DataExtRet"))
    return HostFacts(
        product_name=_text(host, "ProductName"),
        major_version=_text(host, "MajorVersion"),
        minor_version=_text(host, "MinorVersion"),
        country=_text(host, "Country"),
        supported_versions=_texts(host, "SupportedQBXMLVersion"),
        file_mode=_text(host, "QBFileMode"),
        is_automatic_login=_truth(host, "IsAutomaticLogin"),
        company_name=_text(company, "CompanyName"),
        legal_company_name=_text(company, "LegalCompanyName"),
        is_sample_company=_truth(company, "IsSampleCompany"),
        file_ids=_extension(extensions, "FileID"),
        locked_by=_pcs(_extension(extensions, "AppLock")),
        closing_date=_text(preferences, "AccountingPreferences/ClosingDate"),
        is_multi_currency=_truth(preferences, "MultiCurrencyPreferences/IsMultiCurrencyOn"),
        is_automatic_login_allowed=_truth(preferences, "CurrentAppAccessRights/IsAutomaticLoginAllowed"),
        automatic_login_user=_text(preferences, "CurrentAppAccessRights/AutomaticLoginUserName"),
        may_see_personal_data=_truth(preferences, "CurrentAppAccessRights/IsPersonalDataAccessAllowed"),
    )


# The Web Connector writes LOCKED:<PC>:<.NET ticks>; a PC's name holds no colon.
_LOCK = re.compile(r"LOCKED:([^:]+)(?::.*)?", re.DOTALL)


def _text(element: etree._Element | None, path: str) -> str:
    found = None if element is None else element.findtext(path)
    return (found or "").strip()


def _texts(element: etree._Element | None, path: str) -> tuple[str, ...]:
    found = [] if element is None else element.findall(path)
    return tuple(text for text in ((one.text or "").strip() for one in found) if text)


def _truth(element: etree._Element | None, path: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(_text(element, path).lower())


def _extension(extensions: list[etree._Element], name: str) -> dict[str, str]:
    return {
        _text(one, "OwnerID"): _text(one, "DataExtValue") for one in extensions if _text(one, "DataExtName") == name
    }


def _pcs(locks: Mapping[str, str]) -> dict[str, str]:
    found = {owner: _LOCK.fullmatch(value) for owner, value in locks.items()}
    return {owner: match[1].strip() for owner, match in found.items() if match is not None}
