"""Owns what lives and dies with one QuickBooks session: iterators and macros. Nothing of it is in the file."""

from __future__ import annotations

import random
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from qwc.company.reader import DEF_MACRO, MIXED, Node, UseMacro
from qwc.company.refusals import Refusal

# How many paged queries one session may have open is not documented; 3390 exists for more (qbxml.md 6).
MOST_ITERATORS = 20
_MACRO_PREFIXES = ("TxnID:", "TxnLineID:", "ListID:")


@dataclass(slots=True)
class Session:
    """One session: the application's name, its macros, and the positions its iterators have still to return."""

    application: str
    chance: random.Random | None = None
    macros: dict[str, str] = field(default_factory=dict)
    iterators: dict[str, list[int]] = field(default_factory=dict)

    def open_iterator(self, positions: list[int]) -> str:
        """Keep what is left of a paged query; its new id. Refusal 3390 for too many at a time."""
        if len(self.iterators) >= MOST_ITERATORS:
            raise Refusal(3390)
        bits = self.chance.getrandbits(128) if self.chance else secrets.randbits(128)
        iterator_id = f"{{{uuid.UUID(int=bits)}}}"
        self.iterators[iterator_id] = positions
        return iterator_id

    def left_of(self, iterator_id: str | None) -> list[int]:
        """What an iterator has still to return; Refusal 3390 without an id, 3391 for one of another session."""
        if not iterator_id:
            raise Refusal(3390)
        if iterator_id not in self.iterators:
            raise Refusal(3391, value=iterator_id)
        return self.iterators[iterator_id]

    def check_new_macros(self, node: Any) -> None:
        """Refusal 9102 for a macro without its kind of id in front, 9100 for one that is defined already."""
        for name in _macros_defined(node):
            if not name.startswith(_MACRO_PREFIXES):
                raise Refusal(9102, value=name)
            if name in self.macros:
                raise Refusal(9100, value=name)

    def resolved(self, node: Any) -> Any:
        """A request with every macro replaced by the id it stands for; Refusal 9101 where it is not defined."""
        if isinstance(node, UseMacro):
            if node not in self.macros:
                raise Refusal(9101, value=node)
            return self.macros[node]
        if isinstance(node, list):
            return [self.resolved(one) for one in node]
        if isinstance(node, tuple):
            return (node[0], self.resolved(node[1]))
        if isinstance(node, dict):
            return {name: self.resolved(value) for name, value in node.items()}
        return node

    def define(self, node: Node, txn_id: str, line_ids: list[str]) -> None:
        """Remember what the macros of a saved transaction and of its lines stand for."""
        if DEF_MACRO in node:
            self.macros[node[DEF_MACRO]] = txn_id
        lines = [child for _name, child in node.get(MIXED, [])]
        for name, value in node.items():
            if name.endswith("LineAdd") and isinstance(value, list):
                lines.extend(value)
        for line, line_id in zip(lines, line_ids, strict=False):
            if DEF_MACRO in line:
                self.macros[line[DEF_MACRO]] = line_id


def _macros_defined(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node[DEF_MACRO]] if DEF_MACRO in node else []
        return own + [name for value in node.values() for name in _macros_defined(value)]
    if isinstance(node, list):
        return [name for value in node for name in _macros_defined(value[1] if isinstance(value, tuple) else value)]
    return []
