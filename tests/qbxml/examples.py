"""An example of every request: all that the schema lets it hold, with values of the right kind and length.

That is more than one document may hold. What QuickBooks' own rules say of it (a finance charge that is pending, a
journal entry that does not balance) is not the schema's to say, and none of them is posted anywhere.
"""

from __future__ import annotations

from typing import Any

from tests.qbxml.grammar import FACTS

TEXTS = {
    "Addr1": "Kern, Lila & Söhne",
    "Addr2": "12 Rue de l'Église",
    "AssetDesc": "Delivery van",
    "BarCodeValue": "4006381333931",
    "CheckNumber": "2041",
    "City": "Köln",
    "CompanyName": "Kern & Söhne",
    "Country": "Germany",
    "CreditCardNumber": "xxxxxxxxxxxx1111",
    "CurrencyCode": "EUR",
    "DataExtName": "Delivery route",
    "DataExtValue": "North 7",
    "Desc": "Chai, 10 boxes x 20 bags\nKeep dry",
    "EditSequence": "1783534817",
    "Email": "lila@kern.example",
    "FirstName": "Lila",
    "FullName": "Kern",
    "IncludeRetElement": "ListID",
    "LastName": "Kern",
    "LotNumber": "L-77",
    "Memo": "Order 10248 < 3 days\nRing twice",
    "MiddleName": "Q.",
    "Name": "Kern, Lila",
    "Note": "Prefers mornings",
    "Notes": "Prefers mornings\nPays late",
    "PONumber": "PO-10248",
    "Phone": "+49 221 555",
    "PostalCode": "50667",
    "RefNumber": "10248",
    "Salutation": "Ms.",
    "SerialNumber": "SN-1",
    "State": "NRW",
}

BY_TYPE: dict[str, Any] = {
    "AMTTYPE": "168.00",
    "BOOLTYPE": True,
    "DATETIMETYPE": "2026-07-04T14:05:00",
    "DATETYPE": "2026-07-04",
    "FLOATTYPE": "1.0825",
    "GUIDTYPE": "{6B063959-81B0-4622-85D6-F548C8CCB517}",
    "IDTYPE": "80000001-1700000000",
    "INTTYPE": 7,
    "PERCENTTYPE": "7.25",
    "PRICETYPE": "14.00",
    "QUANTYPE": 12,
    "TIMEINTERVALTYPE": "PT2H30M0S",
    "UUIDTYPE": "1",
    "MACROTYPE": "TxnID:NewOrder",
}


def edition_of(name: str) -> str:
    """Return the edition for which an example of the request is made: the US one, if it knows the request."""
    countries = FACTS["requests"][name].get("countries") or ["US"]
    return "US" if "US" in countries else str(countries[0])


def example(name: str) -> dict[str, Any]:
    """Return the content of the request, its keys in the reverse of the schema's order, as a caller's may be."""
    request = FACTS["requests"][name]
    content = _content(request["content"], edition_of(name))
    if "iterator" in request["attributes"]:
        content["@iterator"] = "Start"
    if "metaData" in request["attributes"]:
        content["@metaData"] = "MetaDataAndResponseData"
    return content


def _content(particles: list[Any], country: str) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for particle in reversed(particles):
        if country not in particle.get("countries", [country]):
            continue
        if "choice" not in particle:
            content[particle["name"]] = _repeated(particle, country)
        elif particle.get("max", 1) is None:
            names = [branch[0] for branch in particle["choice"]]
            content["@each"] = [{one["name"]: _one(one, country)} for one in (*names, names[0])]
        else:
            content |= _content(max(particle["choice"], key=lambda branch: _size(branch, country)), country)
    return content


def _size(branch: list[Any], country: str) -> int:
    return sum(country in particle.get("countries", [country]) for particle in branch)


def _repeated(particle: dict[str, Any], country: str) -> Any:
    one = _one(particle, country)
    return one if particle.get("max", 1) == 1 else [one, one]


def _one(particle: dict[str, Any], country: str) -> Any:
    if "aggregate" in particle:
        aggregate = FACTS["aggregates"][particle["aggregate"]]
        content = _content(aggregate["content"], country)
        if "defMacro" in aggregate.get("attributes", {}):
            content["@defMacro"] = ("TxnLineID:" if "Line" in particle["name"] else "TxnID:") + "New"
        return content
    if particle["type"] == "ENUMTYPE":
        return particle["values"][-1]
    if particle["type"] == "STRTYPE":
        limit = particle.get("max_length")
        text = TEXTS.get(particle["name"], particle["name"])
        return text[: limit.get(country, 1000) if isinstance(limit, dict) else limit]
    return BY_TYPE[particle["type"]]
