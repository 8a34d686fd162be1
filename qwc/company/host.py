"""Owns what QuickBooks says about itself, the company and its preferences. It reads settings and changes nothing."""

from __future__ import annotations

from qwc.company import data_extensions
from qwc.company.books import Books
from qwc.company.reader import Node
from qwc.company.references import entry_of, with_names
from qwc.company.schema import known_versions, version_of

# QuickBooks' own number by the highest qbXML version it knows: 2014 is 24 and 13.0 (qbxml.md 12).
_MAJOR_VERSIONS = {"13.0": "24", "14.0": "27", "15.0": "31", "16.0": "33"}
_PRODUCTS = {"Pro": "QuickBooks Pro", "Premier": "QuickBooks Premier", "Enterprise": "QuickBooks Enterprise Solutions"}
# How many entries one list may hold [mem].
_MOST_ENTRIES = {"Pro": "14500", "Premier": "14500", "Enterprise": "100000"}
_ADDRESS_LINES = ("Addr1", "City", "State", "PostalCode", "Country")


def host(books: Books, node: Node) -> Node:
    """HostRet: product, versions, country, file mode; how many entries lists can hold, if asked."""
    settings = books.settings
    highest = version_of(settings["qbxml_version"])
    return {
        "ProductName": f"{_PRODUCTS[settings['edition']]} (simulated)",
        "MajorVersion": _MAJOR_VERSIONS.get(settings["qbxml_version"], "24"),
        "MinorVersion": "0",
        "Country": settings["country"],
        "SupportedQBXMLVersion": [one for one in known_versions() if version_of(one) <= highest],
        "IsAutomaticLogin": "false" if books.is_on("quickbooks_running") else "true",
        "QBFileMode": settings["file_mode"],
    } | _capacities(books, node)


def _capacities(books: Books, node: Node) -> Node:
    if node.get("IncludeListMetaData", {}).get("IncludeMaxCapacity") != "true":
        return {}
    most = _MOST_ENTRIES[books.settings["edition"]]
    return {"ListMetaData": {name: {"MaxCapacity": most} for name in books.full.fields("ListMetaData")}}


def company(books: Books, owners: list[str] | None) -> Node:
    """CompanyRet, with the data extensions of the owners named: FileID and AppLock of the Web Connector are such."""
    settings = books.settings
    address: Node = {name: settings[f"company_{name}"] for name in _ADDRESS_LINES if settings.get(f"company_{name}")}
    answer: Node = {
        "IsSampleCompany": settings.get("is_sample_company", "false"),
        "CompanyName": settings["company_name"],
        "LegalCompanyName": settings["company_name"],
        "Address": address,
        "LegalAddress": address,
        "Phone": settings.get("company_Phone", ""),
        "Email": settings.get("company_Email", ""),
        "FirstMonthFiscalYear": "January",
        "FirstMonthIncomeTaxYear": "January",
        "CompanyType": settings.get("company_type", "Wholesale Distribution and Sales"),
        "EIN": settings.get("company_EIN", ""),
        "TaxForm": "Form1120",
        "SubscribedServices": {},
        "AccountantCopy": {"AccountantCopyExists": "false"},
    }
    if owners:
        answer["DataExtRet"] = data_extensions.values_of(books, data_extensions.COMPANY, owners)
    return answer


def preferences(books: Books) -> Node:
    """PreferencesRet: every group, from the settings of the file."""
    settings = books.settings
    tax = _sales_tax(books) if books.is_on("sales_tax") and settings.get("default_sales_tax_item") else {}
    currency = {"IsMultiCurrencyOn": _yes_no(books, "multi_currency")}
    return tax | {
        "AccountingPreferences": {
            "IsUsingAccountNumbers": "true",
            "IsRequiringAccounts": "true",
            "IsUsingClassTracking": _yes_no(books, "class_tracking"),
            "AssignClassesTo": "None",
            "IsUsingAuditTrail": "true",
            "IsAssigningJournalEntryNumbers": "true",
            "ClosingDate": settings.get("closing_date", ""),
        },
        "FinanceChargePreferences": {
            "GracePeriod": "0",
            "IsAssessingForOverdueCharges": "false",
            "CalculateChargesFrom": "DueDate",
            "IsMarkedToBePrinted": "false",
        },
        "JobsAndEstimatesPreferences": {
            "IsUsingEstimates": _yes_no(books, "estimates"),
            "IsUsingProgressInvoicing": "false",
            "IsPrintingItemsWithZeroAmounts": "true",
        },
        "MultiCurrencyPreferences": currency | _home_currency(books),
        "MultiLocationInventoryPreferences": {
            "IsMultiLocationInventoryAvailable": _yes_no(books, "inventory_sites"),
            "IsMultiLocationInventoryEnabled": _yes_no(books, "inventory_sites"),
        },
        "PurchasesAndVendorsPreferences": {
            "IsUsingInventory": _yes_no(books, "inventory"),
            "DaysBillsAreDue": "10",
            "IsAutomaticallyUsingDiscounts": "false",
        },
        "ReportsPreferences": {"AgingReportBasis": "AgeFromDueDate", "SummaryReportBasis": "Accrual"},
        "SalesAndCustomersPreferences": {
            "IsTrackingReimbursedExpensesAsIncome": "false",
            "IsAutoApplyingPayments": "true",
            "PriceLevels": {"IsUsingPriceLevels": _yes_no(books, "price_levels"), "IsRoundingSalesPriceUp": "false"},
        },
        "TimeTrackingPreferences": {"FirstDayOfWeek": "Monday"},
        "CurrentAppAccessRights": {
            "IsAutomaticLoginAllowed": _yes_no(books, "automatic_login"),
            "AutomaticLoginUserName": "Admin" if books.is_on("automatic_login") else "",
            "IsPersonalDataAccessAllowed": "false",
        },
        "ItemsAndInventoryPreferences": {
            "EnhancedInventoryReceivingEnabled": "false",
            "IsTrackingSerialOrLotNumber": "None",
        },
    }


def _yes_no(books: Books, setting: str) -> str:
    return "true" if books.is_on(setting) else "false"


def _home_currency(books: Books) -> Node:
    currency = books.settings.get("home_currency")
    return {"HomeCurrencyRef": with_names(books, {"ListID": currency})} if currency else {}


def _sales_tax(books: Books) -> Node:
    named = {
        "DefaultItemSalesTaxRef": "default_sales_tax_item",
        "DefaultTaxableSalesTaxCodeRef": "taxable_code",
        "DefaultNonTaxableSalesTaxCodeRef": "non_taxable_code",
    }
    refs: Node = {
        name: with_names(books, {"ListID": books.settings[setting]})
        for name, setting in named.items()
        if entry_of(books, books.settings.get(setting, "")) is not None
    }
    return {"SalesTaxPreferences": refs | {"PaySalesTax": "Monthly"}}
