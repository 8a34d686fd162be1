"""How long qbXML takes, against the floor of lxml writing and parsing the same bytes. Prints ratios; passes nothing.

Run it as `python tests/benchmarks/qbxml_speed.py`. The aim: at most eight times the floor, the schema loaded in under
150 ms, and an item list of 50 MB read within 300 MB of the process.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from lxml import etree

from service.qbxml import build, check, read, schema

LINES = 20

INVOICE: dict[str, Any] = {
    "InvoiceAdd": {
        "CustomerRef": {"ListID": "80000001-1700000000"},
        "TxnDate": "2026-07-04",
        "RefNumber": "10248",
        "BillAddress": {
            "Addr1": "Vins et alcools Chevalier",
            "Addr2": "59 rue de l'Abbaye",
            "City": "Reims",
            "PostalCode": "51100",
            "Country": "France",
        },
        "PONumber": "PO-10248",
        "TermsRef": {"FullName": "Net 30"},
        "DueDate": "2026-08-03",
        "Memo": "Order 10248 & more",
        "IsToBePrinted": False,
        "ExternalGUID": "{6B063959-81B0-4622-85D6-F548C8CCB517}",
        "InvoiceLineAdd": [
            {
                "ItemRef": {"ListID": f"8000{number:04d}-1700000000"},
                "Desc": f"Singaporean Hokkien Fried Mee, line {number}",
                "Quantity": number,
                "Rate": "14.00",
                "Amount": f"{number * 14}.00",
                "SalesTaxCodeRef": {"FullName": "Tax"},
            }
            for number in range(1, LINES + 1)
        ],
    }
}


def main() -> None:
    if sys.argv[1:2] == ["--memory"]:
        print(json.dumps(_memory(sys.argv[2])))
        return
    started = time.perf_counter()
    schema.facts()
    print(f"loading the schema     {1000 * (time.perf_counter() - started):8.1f} ms (aim: under 150)")
    text = build.request("InvoiceAddRq", INVOICE, request_id="1")
    tree = etree.fromstring(text)
    writing = best(lambda: _write_with_lxml(tree))
    print(f"an invoice with {LINES} lines, {len(text)} bytes; lxml writes it in {writing:.0f} us")
    show("check", best(lambda: check.check("InvoiceAddRq", INVOICE)), writing)
    show("build (checks as well)", best(lambda: build.request("InvoiceAddRq", INVOICE, request_id="1")), writing)
    both = best(lambda: (check.check("InvoiceAddRq", INVOICE), build.request("InvoiceAddRq", INVOICE)))
    show("check, then build", both, writing)
    answer = _answer()
    parsing = best(lambda: etree.fromstring(answer))
    print(f"its answer, {len(answer)} bytes; lxml parses it in {parsing:.0f} us")
    walking = best(lambda: [(one.tag, one.text) for one in etree.fromstring(answer).iter()])
    print(f"and parses it and looks at every element in {walking:.0f} us")
    show("read", best(lambda: read.read_answer(answer)), parsing)
    print("an item list of 50 MB, each in a process of its own:")
    for how in ("nothing", "lxml", "iter_rets", "read_answer"):
        command = [sys.executable, __file__, "--memory", how]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        seconds, peak, found = json.loads(done.stdout)
        print(f"  {how:<12} {seconds:6.2f} s  {peak:5.0f} MB at most  {found} items")


def best(work: Callable[[], object], rounds: int = 7, times: int = 200) -> float:
    """The best mean of several rounds, in microseconds."""
    work()
    results = []
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(times):
            work()
        results.append((time.perf_counter() - started) / times)
    return 1e6 * min(results)


def show(what: str, taken: float, floor: float) -> None:
    print(f"  {what:<24} {taken:7.0f} us  {taken / floor:5.1f} times the floor (aim: at most 8)")


def _write_with_lxml(like: etree._Element) -> bytes:
    """The floor: the same elements made one by one by lxml, in an order that is known, without any check."""

    def copy(element: etree._Element, parent: etree._Element) -> None:
        made = etree.SubElement(parent, element.tag)
        made.text = element.text
        for child in element:
            copy(child, made)

    root = etree.Element(like.tag, requestID="1")
    for child in like:
        copy(child, root)
    return etree.tostring(root)


def _answer() -> str:
    line = (
        "<InvoiceLineRet><TxnLineID>1C9685-{0}</TxnLineID><ItemRef><ListID>8000{0:04d}-1700000000</ListID>"
        "<FullName>Singaporean Hokkien Fried Mee</FullName></ItemRef><Desc>Fried Mee, line {0}</Desc>"
        "<Quantity>{0}</Quantity><Rate>14.00</Rate><Amount>{1}.00</Amount><SalesTaxCodeRef>"
        "<ListID>80000001-1</ListID><FullName>Tax</FullName></SalesTaxCodeRef></InvoiceLineRet>\n"
    )
    lines = "".join(line.format(number, 14 * number) for number in range(1, LINES + 1))
    return (
        '<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<InvoiceAddRs requestID="1" statusCode="0" '
        'statusSeverity="Info" statusMessage="Status OK">\n<InvoiceRet>\n<TxnID>1C9684-1783534817</TxnID>\n'
        "<TimeCreated>2026-07-04T14:05:00-08:00</TimeCreated>\n<TimeModified>2026-07-04T14:05:00-08:00</TimeModified>\n"
        "<EditSequence>1783534817</EditSequence>\n<TxnNumber>4711</TxnNumber>\n<CustomerRef>\n"
        "<ListID>80000001-1700000000</ListID>\n<FullName>VINET</FullName>\n</CustomerRef>\n"
        "<TxnDate>2026-07-04</TxnDate>\n<RefNumber>10248</RefNumber>\n<IsPending>false</IsPending>\n"
        f"<Subtotal>2940.00</Subtotal>\n<IsPaid>false</IsPaid>\n{lines}</InvoiceRet>\n</InvoiceAddRs>\n"
        "</QBXMLMsgsRs>\n</QBXML>\n"
    )


def _memory(how: str) -> tuple[float, float, int]:
    """Seconds, peak in MB and items of reading 50 MB in this process, which does nothing else."""
    item = (
        "<ItemServiceRet>\n<ListID>8000{0:06d}-1700000000</ListID>\n<TimeCreated>2026-07-04T14:05:00-08:00</TimeCreated>\n"
        "<TimeModified>2026-07-04T14:05:00-08:00</TimeModified>\n<EditSequence>1783534817</EditSequence>\n"
        "<Name>Item {0}</Name>\n<FullName>Item {0}</FullName>\n<IsActive>true</IsActive>\n<Sublevel>0</Sublevel>\n"
        "<SalesOrPurchase>\n<Desc>Item {0}, a service of some length to be described here</Desc>\n"
        "<Price>14.00</Price>\n"
        "<AccountRef>\n<ListID>80000002-1</ListID>\n<FullName>Sales</FullName>\n</AccountRef>\n</SalesOrPurchase>\n"
        "</ItemServiceRet>\n"
    )
    count = 50_000_000 // len(item.format(100_000))
    whole = io.StringIO()
    whole.write('<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n<ItemQueryRs requestID="1" statusCode="0">\n')
    for number in range(count):
        whole.write(item.format(number))
    whole.write("</ItemQueryRs>\n</QBXMLMsgsRs>\n</QBXML>\n")
    text = whole.getvalue()
    del whole
    started = time.perf_counter()
    found = _READINGS[how](text)
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found


_READINGS: dict[str, Callable[[str], int]] = {
    "nothing": lambda text: 0,
    "lxml": lambda text: len(etree.fromstring(text)[0][0]),
    "iter_rets": lambda text: sum(1 for _ in read.iter_rets(text)),
    "read_answer": lambda text: len(read.read_answer(text).responses[0].rets),
}


if __name__ == "__main__":
    main()
