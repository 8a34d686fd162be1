"""Answers of QuickBooks as texts, for the tests that read them."""

from __future__ import annotations


def answer_of(*responses: str, attributes: str = "") -> str:
    """Return an answer as the Web Connector passes it on: a declaration without encoding, line feeds in between."""
    inside = "\n".join(responses)
    return f'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs{attributes}>\n{inside}\n</QBXMLMsgsRs>\n</QBXML>\n'


FINE = 'statusCode="0" statusSeverity="Info" statusMessage="Status OK"'

INVOICE = f"""<InvoiceAddRs requestID="7" {FINE}>
<InvoiceRet>
<TxnID>1C9684-1783534817</TxnID>
<EditSequence>1783534817</EditSequence>
<CustomerRef>
<ListID>80000001-1700000000</ListID>
<FullName>Kern &amp; S&#246;hne</FullName>
</CustomerRef>
<RefNumber></RefNumber>
<SalesTaxPercentage>18.0%</SalesTaxPercentage>
<Subtotal>0168.00</Subtotal>
<IsPaid>false</IsPaid>
<IsToBePrinted>true</IsToBePrinted>
<LinkedTxn>
<TxnID>1C9600-1</TxnID>
</LinkedTxn>
<InvoiceLineRet>
<TxnLineID>1</TxnLineID>
<Quantity>1.50000</Quantity>
</InvoiceLineRet>
<InvoiceLineGroupRet>
<TxnLineID>2</TxnLineID>
</InvoiceLineGroupRet>
<InvoiceLineRet>
<TxnLineID>3</TxnLineID>
</InvoiceLineRet>
</InvoiceRet>
</InvoiceAddRs>"""
