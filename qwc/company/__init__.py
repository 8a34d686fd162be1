"""A simulated QuickBooks company file, to be believed: kept in one SQLite file, spoken to in qbXML.

`create` makes one, `CompanyFile` opens it again, `CompanyFile.connect` gives a `qwc.quickbooks.QuickBooks`.
It reads and writes qbXML with code and rules of its own, so that a rule misread on the other side is found out.
"""

from qwc.company.company_file import CompanyFile, UnknownSetting, create
from qwc.company.connection import QuickBooksConnection
from qwc.company.mishaps import ImpossibleMishap, Mishap
from qwc.company.storage import NotACompanyFile

__all__ = [
    "CompanyFile",
    "ImpossibleMishap",
    "Mishap",
    "NotACompanyFile",
    "QuickBooksConnection",
    "UnknownSetting",
    "create",
]
