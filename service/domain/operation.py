"""What a message asks for. Never how it is written in qbXML."""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """`save` becomes an Add or a Mod when it is sent; the others say what they are."""

    SAVE = "save"
    ADD = "add"
    MOD = "mod"
    VOID = "void"
    DELETE = "delete"
    QUERY = "query"
    RAW = "raw"


NEEDS_A_RECORD = (
    Operation.SAVE,
    Operation.ADD,
    Operation.MOD,
    Operation.VOID,
    Operation.DELETE,
    Operation.QUERY,
)
"""The operations that are about one record of the order system and therefore must name it; other reads are `raw`."""
