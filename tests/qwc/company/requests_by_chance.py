"""Owns random requests that are well-formed by the schema facts, for tests that must not crash. It judges nothing."""

from __future__ import annotations

import random
from xml.sax.saxutils import escape

from qwc.company.schema import Choice, Edition, Element, Particle, edition

VALUES = {
    "AMT": ("10.00", "0.00", "-5.25", "7"),
    "PRICE": ("12.5", "0", "3.33333"),
    "QUAN": ("1", "2.5", "0", "12"),
    "PERCENT": ("10", "0"),
    "FLOAT": ("1", "0.85"),
    "INT": ("1", "5"),
    "BOOL": ("true", "false"),
    "DATE": ("2026-07-04", "2026-02-28"),
    "DATETIME": ("2026-07-04", "2026-07-04T10:00:00", "2026-07-04T10:00:00-08:00"),
    "TIMEINTERVAL": ("PT2H30M0S",),
    "GUID": ("0", "{6B063959-81B0-4622-85D6-F548C8CCB517}"),
    "ID": ("80000001-1783177200", "1000-1783177200", "nonsense"),
    "STR": ("Oak Board", "a", "Checking", "Net 30", "é & <x>"),
}
NAMES = {
    "CustomerRef": ("Hollis & Daughters", "Hollis & Daughters:Shop Refit"),
    "VendorRef": ("Alder Timber Mills",),
    "PayeeEntityRef": ("Alder Timber Mills", "Ridgeline Builders"),
    "EntityRef": ("Ridgeline Builders",),
    "ItemRef": ("Oak Board", "Installation", "Catalog Goods", "Subtotal", "Trade Discount"),
    "ItemGroupRef": ("Starter Set",),
    "ItemInventoryAssemblyRef": ("Shelf Kit",),
    "ItemInventoryRef": ("Oak Board",),
    "ItemServiceRef": ("Installation",),
    "ItemSalesTaxRef": ("County Sales Tax",),
    "SalesTaxCodeRef": ("Tax", "Non"),
    "CustomerSalesTaxCodeRef": ("Tax", "Non"),
    "TermsRef": ("Net 30", "15th of month"),
    "ClassRef": ("North",),
    "SalesRepRef": ("MH",),
    "SalesRepEntityRef": ("Northway Freight",),
    "PaymentMethodRef": ("Check",),
    "PriceLevelRef": ("Wholesale",),
    "ARAccountRef": ("Accounts Receivable",),
    "APAccountRef": ("Accounts Payable",),
}


class Chance:
    """Builds requests of one edition; `fullness` is the chance that an optional element is there."""

    def __init__(self, seed: int, fullness: float, schema: Edition | None = None) -> None:
        self.random = random.Random(seed)
        self.fullness = fullness
        self.schema = schema or edition((16, 0), "US")

    def request(self, name: str) -> str:
        """One request of the kind named, such as `InvoiceAdd`."""
        message = self.schema.message(name)
        assert message is not None, name
        return f"<{name}Rq>{self._content(message.content, 0)}</{name}Rq>"

    def _content(self, content: tuple[Particle, ...], depth: int) -> str:
        return "".join(self._particle(one, depth) for one in content)

    def _particle(self, particle: Particle, depth: int) -> str:
        if particle.least == 0 and (depth > 6 or self.random.random() > self.fullness):
            return ""
        times = 1 if particle.most == 1 else self.random.randint(1, 2)
        return "".join(self._once(particle, depth) for _ in range(times))

    def _once(self, particle: Particle, depth: int) -> str:
        if isinstance(particle, Choice):
            branch = self.random.choice([one for one in particle.branches if one] or [()])
            return self._content(branch, depth + 1)
        if particle.name.endswith("AccountRef") or particle.name in NAMES:
            name = self.random.choice(NAMES.get(particle.name, ("Product Sales", "Checking", "Rent", "Purchases")))
            return f"<{particle.name}><FullName>{escape(name)}</FullName></{particle.name}>"
        if particle.aggregate:
            inner = self._content(self.schema.content(particle.aggregate), depth + 1)
            return f"<{particle.name}>{inner}</{particle.name}>"
        return f"<{particle.name}>{escape(self._value(particle))}</{particle.name}>"

    def _value(self, element: Element) -> str:
        if element.values is not None:
            return self.random.choice(sorted(element.values))
        value = self.random.choice(VALUES.get(element.type, ("a",)))
        if element.name == "IncludeRetElement":
            return "ListID"
        if element.name in ("Name", "Initial", "DataExtName"):
            value = f"N{self.random.randrange(10**6)}"
        if element.low is not None and element.type == "INT":
            value = str(element.low)
        return value[: element.length] if element.length and element.type == "STR" else value
