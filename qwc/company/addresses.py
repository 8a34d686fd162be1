"""Owns addresses: how many printed lines they may have, and their `...Block` as it is printed. It stores nothing."""

from __future__ import annotations

from qwc.company.reader import Node
from qwc.company.refusals import Refusal
from qwc.company.schema import Element

_LINES = ("Addr1", "Addr2", "Addr3", "Addr4", "Addr5")
_TOWN = ("City", "State", "PostalCode")
_LONGEST_BLOCK = 5


def check_addresses(body: Node) -> None:
    """Refusal 3205 where an address comes to more than five printed lines (qbxml.md 3.4)."""
    for name, value in body.items():
        for address in value if isinstance(value, list) else [value]:
            if "Address" in name and isinstance(address, dict) and len(printed_lines(address)) > _LONGEST_BLOCK:
                raise Refusal(3205, field=name, reason="an address can have five printed lines at most")


def printed_lines(address: Node) -> list[str]:
    """The lines of an address as they are printed: the lines themselves, the town, the country."""
    lines = [address[name] for name in _LINES if address.get(name)]
    city, state, code = (address.get(name, "") for name in _TOWN)
    town = ", ".join(part for part in (city, " ".join(part for part in (state, code) if part)) if part)
    return lines + [line for line in (town, address.get("Country", "")) if line]


def add_blocks(body: Node, fields: dict[str, Element]) -> None:
    """Give every address of an answer its block, where the answer has one."""
    for name in [name for name in body if f"{name}Block" in fields]:
        lines = printed_lines(body[name])[:_LONGEST_BLOCK]
        body[f"{name}Block"] = dict(zip(_LINES, lines, strict=False))
