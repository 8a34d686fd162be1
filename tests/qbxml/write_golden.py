"""Write the golden files anew: `python -m tests.qbxml.write_golden`.

What it writes is the service's own work, and to be read by a person before it is kept.
"""

from __future__ import annotations

import re
from pathlib import Path

from service.qbxml import build, schema
from tests.qbxml.examples import edition_of, example

_PIECE = re.compile(r"<(\w+)[^>]*>[^<]*</\1>|<\w[^>]*>|</\w+>")

GOLDEN = Path(__file__).parent / "golden"


def built(name: str) -> str:
    """Return the example of one request as the service writes it."""
    return build.request(name, example(name), request_id="1", country=edition_of(name))


def laid_out(text: str) -> str:
    """Return a request for reading, one element on a line, indented; a line break in a text is left as it is."""
    lines: list[str] = []
    depth = 0
    for piece in _PIECE.finditer(text):
        depth -= piece[0].startswith("</")
        lines.append("  " * depth + piece[0])
        depth += "</" not in piece[0]
    return "\n".join(lines) + "\n"


def main() -> None:
    for name in schema.facts().requests:
        (GOLDEN / f"{name}.xml").write_text(laid_out(built(name)), "ascii")


if __name__ == "__main__":
    main()
