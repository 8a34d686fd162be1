"""An example of each of the 231 requests is written as its golden file says, and a second reader accepts it."""

from __future__ import annotations

import pytest

from service.qbxml import raw
from service.qbxml.check import check
from service.qbxml.complaints import ContentRefused
from tests.qbxml.examples import edition_of, example
from tests.qbxml.grammar import FACTS, breaches
from tests.qbxml.write_golden import GOLDEN, built, laid_out

NAMES = sorted(FACTS["requests"])


def test_every_request_of_the_schema_has_its_golden_file() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.xml")) == NAMES
    assert len(NAMES) == 231


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_written_as_its_golden_file_says(name: str) -> None:
    assert laid_out(built(name)) == (GOLDEN / f"{name}.xml").read_text("ascii")


@pytest.mark.parametrize("name", NAMES)
def test_the_example_passes_the_check_and_a_second_reading_of_the_schema(name: str) -> None:
    assert check(name, example(name), country=edition_of(name)) == []
    assert breaches(built(name), country=edition_of(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_example_taken_as_a_raw_request_is_written_the_same(name: str) -> None:
    taken = raw.read_request((GOLDEN / f"{name}.xml").read_text("ascii"), request_id="1", country=edition_of(name))

    assert taken.name == name
    assert taken.text == built(name)


def with_first_neighbors_exchanged(name: str) -> str | None:
    """Return the example with its first two kinds of elements in the wrong order, if it has two of a fixed order."""
    request = built(name)
    head, body = request.removesuffix(f"</{name}>").split(">", 1)
    names = [particle["name"] for particle in FACTS["requests"][name]["content"] if "name" in particle]
    first, second, *_ = [one for one in names if f"<{one}" in body] + ["", ""]
    if not second or not body.startswith(f"<{first}"):
        return None
    cut = body.index(f"<{second}>")
    return f"{head}>{body[cut:]}{body[:cut]}</{name}>"


EXCHANGED = {name: text for name in NAMES if (text := with_first_neighbors_exchanged(name))}


@pytest.mark.parametrize("name", EXCHANGED)
def test_an_example_with_two_neighbors_exchanged_is_refused_by_both(name: str) -> None:
    """The second reader is no rubber stamp: it sees the order that the schema wants."""
    assert breaches(EXCHANGED[name], country=edition_of(name)) != []
    with pytest.raises(ContentRefused) as refusal:
        raw.read_request(EXCHANGED[name], country=edition_of(name))
    assert [complaint.kind for complaint in refusal.value.complaints][:1] == ["order"]


def test_most_requests_have_neighbors_to_exchange() -> None:
    assert len(EXCHANGED) > 120
