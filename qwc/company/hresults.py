"""Owns the HRESULTs with which QuickBooks refuses a call, and what it says. It never decides when to use them."""

from __future__ import annotations

from qwc.quickbooks import ComError

# The texts are our own; programs match on the HRESULT (web-connector.md 5.2, status-codes.json).
TEXTS: dict[str, str] = {
    "0x80010105": "The QuickBooks server failed in the middle of the call.",
    "0x80040154": "The QuickBooks component is not registered on this PC.",
    "0x80040400": "QuickBooks found an error when parsing the provided XML text stream.",
    "0x80040401": "Could not access QuickBooks.",
    "0x80040402": "Unexpected error. Check the qbsdklog.txt file for possible additional information.",
    "0x80040403": "Could not open the specified QuickBooks company data file.",
    "0x80040408": "Could not start QuickBooks.",
    "0x8004040A": "A QuickBooks company data file is already open and it is different from the one requested.",
    "0x8004040C": "A session has not been started.",
    "0x8004040D": "The ticket of the QuickBooks session is not valid any more.",
    "0x8004040F": "The connection to QuickBooks has not been opened.",
    "0x80040410": "The QuickBooks company data file is currently open in a mode other than the one specified.",
    "0x80040411": "A session is already open on this connection.",
    "0x80040412": "The connection to QuickBooks is already open.",
    "0x80040413": "The value rollbackOnError of the onError attribute is not supported.",
    "0x80040414": "A modal dialog box is showing in the QuickBooks user interface. Close it and try again.",
    "0x80040415": "The application did not give its name.",
    "0x80040416": "QuickBooks is not running, and no company data file was named.",
    "0x80040417": "No company data file is open in QuickBooks, and none was named.",
    "0x80040418": "This application has not accessed this QuickBooks company data file before. "
    "The administrator must grant it permission first.",
    "0x8004041A": "This application does not have permission to access this QuickBooks company data file.",
    "0x8004041B": "Unable to lock the information that QuickBooks needs for the access. Try again later.",
    "0x8004041C": "An internal QuickBooks error occurred while accessing the company data file.",
    "0x8004041D": "This application is not allowed to log in to this company data file automatically.",
    "0x8004041E": "The certificate of this application has expired.",
    "0x8004041F": "This edition of QuickBooks does not accept connections.",
    "0x80040420": "The QuickBooks user has denied access.",
    "0x80040421": "QuickBooks shows a message of its own.",
    "0x80040422": "This application requires single-user access, and another application is using the file.",
    "0x80040423": "The version of qbXML that was requested is not supported or is unknown.",
    "0x80040424": "QuickBooks has not finished starting.",
    "0x80040427": "This copy of QuickBooks is not registered.",
    "0x8004042A": "Remote access is not allowed.",
    "0x8004042C": "The certificate of this application was revoked.",
    "0x80010108": "The QuickBooks server has disconnected.",
    "0x800706BE": "The call to the QuickBooks server failed.",
    "0x800706BA": "The QuickBooks server is not available.",
}

# What an administrator can make `begin_session` answer: those marked C in web-connector.md 5.2.
AT_OPENING = frozenset(
    {
        "0x80040401",
        "0x80040402",
        "0x80040403",
        "0x80040408",
        "0x8004040A",
        "0x80040410",
        "0x80040414",
        "0x80040416",
        "0x80040417",
        "0x80040418",
        "0x8004041A",
        "0x8004041B",
        "0x8004041C",
        "0x8004041D",
        "0x8004041E",
        "0x8004041F",
        "0x80040420",
        "0x80040421",
        "0x80040422",
        "0x80040423",
        "0x80040424",
        "0x80040427",
        "0x8004042A",
        "0x8004042C",
        "0x80040154",
        "0x80010105",
    }
)


# What a program sees of QuickBooks when it goes down in the middle of a call.
IN_A_CRASH = frozenset({"0x80010105", "0x80010108", "0x80040402", "0x8004040D", "0x800706BA", "0x800706BE"})


def com_error(hresult: str) -> ComError:
    """The error of one HRESULT, with QuickBooks' sentence."""
    return ComError(hresult, TEXTS.get(hresult, "QuickBooks refused the call."))


def set_refused() -> ComError:
    """0x80040400: the set breaks the schema. As the real one, it names no field."""
    return com_error("0x80040400")
