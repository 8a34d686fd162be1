"""The one walk over a request's content: writes the text and gathers the complaints. Never stops at the first one.

Checking and building are this same walk, so that what is checked is what is written. It goes through what was given,
not through the whole schema, and puts the pieces into the schema's order at the end of each element.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from service.qbxml import characters, hints, plans, values, versions
from service.qbxml.characters import CharactersRefused, Substitution
from service.qbxml.complaints import Breach, Complaint, shown
from service.qbxml.plans import Choice, Field, Plan, Unavailable

MAX_ELEMENTS = 50_000
"""The most elements one request may hold. The largest answers that are known to pass are some megabytes."""

MAX_CHARACTERS = 4_000_000
"""The most characters of text one request may hold."""

MAX_COMPLAINTS = 100

EACH = "@each"
"""The pseudo-key under which the parts of a mixed repeat are given in order, each as an object with one key."""


class Place(NamedTuple):
    """Where the walk stands. Its path is spelled only when something has to be said about it."""

    parent: Place | None
    name: str
    repeat: int | None = None


class Walk:
    """One walk over one request; `complaints` and `substitutions` are what it found."""

    def __init__(self, version: str, country: str, *, substitute: bool) -> None:
        self.version = versions.known(version)
        self.country = versions.edition(country)
        self.complaints: list[Complaint] = []
        self.substitutions: list[Substitution] = []
        self._substitute = substitute
        self._elements = 0
        self._characters = 0

    def request(self, name: str, content: object, request_id: str | None) -> str:
        """The request element as text; only to be used if there are no complaints."""
        plan = plans.request_plan(name, self.version, self.country)
        if plan.unavailable:
            self._unavailable(plan.unavailable, None, name)
        if not isinstance(content, Mapping):
            sentence = f"{shown(content)} was given {hints.object_wanted(plan, content)}"
            self._complain(Breach.SHAPE, None, shown(content), sentence, name)
            return ""
        if request_id is not None:
            content = {**content, "@requestID": request_id}
        inside = self._inside(plan, content, None)
        self._iterator(content)
        if self._elements > MAX_ELEMENTS or self._characters > MAX_CHARACTERS:
            self._complain(
                Breach.SIZE,
                None,
                f"{self._elements} elements",
                f"is too large; at most {MAX_ELEMENTS} elements and {MAX_CHARACTERS} characters are allowed",
                name,
            )
        start = f"<{name}{self._attributes(plan, content, None)}>"
        return f"{start}{inside}</{name}>"

    def _inside(self, plan: Plan, content: Mapping[str, object], place: Place | None) -> str:
        fields = plan.fields
        found: list[tuple[int, str]] = []
        present: set[str] = set()
        for key, value in content.items():
            if value is None:
                continue
            field = fields.get(key)
            if field is None:
                self._not_an_element(plan, content, key, place, found, present)
                continue
            if field.as_is is not None and type(value) is str and field.as_is(value):
                # Most values are such texts, and what is called for each value is most of the time.
                self._elements += 1
                self._characters += len(value)
                present.add(key)
                found.append((field.position, f"{field.start}{value}{field.end}"))
                continue
            if field.unavailable is not None:
                self._unavailable(field.unavailable, place, key)
            if type(value) is list or type(value) is tuple:
                text = self._repeat(field, value, place)
                if text is None:
                    continue
            else:
                text = self._one(field, value, place, None)
            present.add(key)
            found.append((field.position, text))
        if plan.required and not plan.required <= present:
            self._missing(plan, present, place)
        for choice in plan.choices:
            self._choose(plan, choice, present, place)
        found.sort(key=_POSITION)
        return "".join([text for _, text in found])

    def _repeat(self, field: Field, given: Sequence[object], place: Place | None) -> str | None:
        """All repeats of one element, or None if there is none."""
        here = [(index, value) for index, value in enumerate(given, 1) if value is not None]
        if not here:
            return None
        if field.most is not None and len(here) > field.most:
            allowed = f"at most {field.most} are allowed" if field.most > 1 else "it may stand only once"
            self._complain(Breach.TOO_MANY, Place(place, field.name), f"{len(here)}", f"{len(here)} given; {allowed}")
        elif field.most == 1:
            sentence = "a list was given, but it may stand only once; give the value without the list"
            self._complain(Breach.SHAPE, Place(place, field.name), "a list", sentence)
        if self._elements > MAX_ELEMENTS:
            return ""
        return "".join([self._one(field, value, place, index) for index, value in here])

    def _one(self, field: Field, value: object, place: Place | None, index: int | None) -> str:
        self._elements += 1
        if field.aggregate is not None:
            return self._aggregate(field, value, place, index)
        try:
            if field.write is not None:
                return field.start + field.write(value, field) + field.end
            return self._text(field, value, place, index)
        except values.Wrong as wrong:
            return self._wrong(wrong, field, value, place, index)

    def _text(self, field: Field, value: object, place: Place | None, index: int | None) -> str:
        text = value if type(value) is str else values.text_given(value)
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            return ""
        if field.max_length is not None and len(text) > _FAR_TOO_LONG * (field.max_length + 1):
            raise values.Wrong(Breach.LENGTH, _too_long(text, field.max_length))
        if not characters.is_plain(text):
            written = self._plain(field, text, place, index)
            text = characters.escaped(written)
        else:
            written = text
        if field.max_length is not None and len(written) > field.max_length:
            raise values.Wrong(Breach.LENGTH, _too_long(written, field.max_length))
        if field.is_list_name and ":" in written:
            raise values.Wrong(
                Breach.NAME,
                f"{shown(written)} holds a colon, which separates the levels of a full name; "
                "write the name without it, and the level above in ParentRef",
            )
        return field.start + text + field.end

    def _plain(self, field: Field, text: str, place: Place | None, index: int | None) -> str:
        try:
            written, replaced = characters.plain(text, several_lines=field.several_lines, substitute=self._substitute)
        except CharactersRefused as refused:
            raise values.Wrong(Breach.CHARACTER, f"{shown(text)} {refused}") from None
        if replaced:
            path = _path(Place(place, field.name, index))
            self.substitutions.extend(Substitution(path, *pair) for pair in replaced.items())
        return written

    def _aggregate(self, field: Field, value: object, place: Place | None, index: int | None) -> str:
        plan = field.plan()
        here = Place(place, field.name, index)
        if type(value) is dict or isinstance(value, Mapping):
            inside = self._inside(plan, value, here)
            if plan.attributes:
                return f"<{field.name}{self._attributes(plan, value, here)}>{inside}{field.end}"
            return field.start + inside + field.end
        if value == "":
            return field.start + self._inside(plan, {}, here) + field.end
        sentence = f"{shown(value)} was given {hints.object_wanted(plan, value)}"
        self._complain(Breach.SHAPE, here, shown(value), sentence)
        return ""

    def _wrong(self, wrong: values.Wrong, field: Field, value: object, place: Place | None, index: int | None) -> str:
        here = Place(place, field.name, index)
        if isinstance(value, Mapping):
            if field.macro and value.keys() == {"@useMacro"}:
                return f'<{field.name} useMacro="{self._macro(value["@useMacro"], here)}"></{field.name}>'
            self._complain(Breach.SHAPE, here, shown(value), "an object was given where a single value belongs")
        elif isinstance(value, str) and value in field.later_values:
            self._unavailable(field.later_values[value], place, field.name)
        else:
            self._complain(wrong.kind, here, shown(value), wrong.sentence)
        return ""

    def _not_an_element(
        self,
        plan: Plan,
        content: Mapping[Any, object],
        key: object,
        place: Place | None,
        found: list[tuple[int, str]],
        present: set[str],
    ) -> None:
        self._elements += 1
        if len(self.complaints) > MAX_COMPLAINTS:
            return
        value = content[key]
        name = key if isinstance(key, str) else shown(key)
        if name == EACH and plan.mixed:
            self._each(plan, content, place, found, present)
        elif name.startswith("@"):
            if name[1:] not in plan.attributes:
                known = ", ".join("@" + one for one in plan.attributes) or "none"
                sentence = f"{plan.name} has no attribute {shown(name)}; it has {known}"
                self._complain(Breach.ATTRIBUTE, Place(place, name[:60]), shown(value), sentence)
        else:
            sentence = f"{plan.name} has no element {shown(name)}; {hints.nearest(plan, name)}"
            self._complain(Breach.UNKNOWN, Place(place, name[:60]), shown(value), sentence)

    def _each(
        self,
        plan: Plan,
        content: Mapping[str, object],
        place: Place | None,
        found: list[tuple[int, str]],
        present: set[str],
    ) -> None:
        """The parts of a mixed repeat, in the order given."""
        given = content[EACH]
        beside = [name for name in plan.mixed if content.get(name) is not None]
        if beside:
            sentence = f"cannot stand beside {', '.join(sorted(beside))}; give all parts in one place"
            self._complain(Breach.CHOICE, Place(place, EACH), shown(given), sentence)
        if not isinstance(given, list | tuple):
            sentence = f"{shown(given)} was given where a list of objects with one key each belongs"
            self._complain(Breach.SHAPE, Place(place, EACH), shown(given), sentence)
            return
        for index, part in enumerate(given, 1):
            here = Place(place, EACH, index)
            if self._elements > MAX_ELEMENTS:
                return
            if not isinstance(part, Mapping) or len(part) != 1 or next(iter(part)) not in plan.mixed:
                names = " or ".join(sorted(plan.mixed))
                sentence = f"{shown(part)} was given where an object with one key belongs, {names}"
                self._complain(Breach.SHAPE, here, shown(part), sentence)
                continue
            name, value = next(iter(part.items()))
            field = plan.fields[name]
            if field.unavailable is not None:
                self._unavailable(field.unavailable, here, name)
            # All parts share the place of the whole choice, so that sorting leaves them in the order given.
            found.append((field.group, self._one(field, value, here, None)))
            present.add(name)

    def _choose(self, plan: Plan, choice: Choice, present: set[str], place: Place | None) -> None:
        taken = [branch for branch in choice.branches if not branch.names.isdisjoint(present)]
        if not taken:
            if choice.required:
                options = ", ".join(hints.sequence(branch.ordered) for branch in choice.branches)
                self._complain(Breach.CHOICE, place, "nothing", f"one of these must be given: {options}", plan.name)
            return
        if len(taken) > 1 and not choice.repeated:
            first = next(name for name in taken[0].ordered if name in present)
            for branch in taken[1:]:
                name = next(name for name in branch.ordered if name in present)
                sentence = f"cannot stand beside {first}; give one or the other"
                self._complain(Breach.CHOICE, Place(place, name), name, sentence)
            return
        for branch in taken:
            for name in branch.ordered:
                if name in branch.required and name not in present:
                    given = next(one for one in branch.ordered if one in present)
                    self._complain(Breach.MISSING, Place(place, name), "nothing", f"must be given with {given}")
            for inner in branch.choices:
                self._choose(plan, inner, present, place)

    def _missing(self, plan: Plan, present: set[str], place: Place | None) -> None:
        for name in plan.fields:
            if name in plan.required and name not in present:
                sentence = f"is missing; {plan.name} must have it"
                self._complain(Breach.MISSING, Place(place, name), "nothing", sentence)

    def _attributes(self, plan: Plan, content: Mapping[str, object], place: Place | None) -> str:
        """The attributes of an element, in the schema's order, each with a space before it."""
        text = ""
        for name, field in plan.attributes.items():
            value = content.get("@" + name)
            if value is None:
                continue
            here = Place(place, "@" + name)
            try:
                if field.write is not None:
                    written = field.write(value, field)
                else:
                    written = self._attribute_text(field, values.text_given(value))
            except values.Wrong as wrong:
                self._complain(wrong.kind, here, shown(value), wrong.sentence)
                continue
            text += f' {name}="{written}"'
        return text

    def _attribute_text(self, field: Field, text: str) -> str:
        if not text or not (text.isascii() and text.isprintable()):
            raise values.Wrong(Breach.ATTRIBUTE, f"{shown(text)} cannot be an attribute; use plain letters and digits")
        if field.max_length is not None and len(text) > field.max_length:
            raise values.Wrong(Breach.LENGTH, _too_long(text, field.max_length))
        return characters.escaped_attribute(text)

    def _macro(self, value: object, place: Place) -> str:
        if isinstance(value, str) and value and value.isascii() and value.isprintable():
            return characters.escaped_attribute(value)
        sentence = f"{shown(value)} is not the name of a macro; write it as TxnID:NewInvoice"
        self._complain(Breach.ATTRIBUTE, Place(place, "@useMacro"), shown(value), sentence)
        return ""

    def _iterator(self, content: Mapping[str, object]) -> None:
        """An iterator is continued or stopped by the id that its start returned."""
        if content.get("@iterator") in ("Continue", "Stop") and content.get("@iteratorID") is None:
            sentence = "is missing; an iterator is continued or stopped by the iteratorID of its first answer"
            self._complain(Breach.MISSING, Place(None, "@iteratorID"), "nothing", sentence)

    def _unavailable(self, why: Unavailable, place: Place | None, name: str) -> None:
        path = _path(Place(place, name))
        self._add(Complaint(why.kind, path, name, why.sentence, why.needs))

    def _complain(self, kind: Breach, place: Place | None, given: str, sentence: str, fallback: str = "") -> None:
        self._add(Complaint(kind, _path(place) or fallback, given, sentence))

    def _add(self, complaint: Complaint) -> None:
        if len(self.complaints) < MAX_COMPLAINTS:
            self.complaints.append(complaint)
        elif len(self.complaints) == MAX_COMPLAINTS:
            sentence = f"there is more that is wrong; only the first {MAX_COMPLAINTS} complaints are told"
            self.complaints.append(Complaint(Breach.SIZE, "", "", sentence))


_POSITION = itemgetter(0)

# Replacing characters may shorten a text a little; one that is so long is refused before each is looked at.
_FAR_TOO_LONG = 4


def _too_long(text: str, most: int) -> str:
    return f"{shown(text)} has {len(text)} characters; at most {most} are allowed"


def _path(place: Place | None) -> str:
    parts: list[str] = []
    while place is not None:
        parts.append(place.name if place.repeat is None else f"{place.name}[{place.repeat}]")
        place = place.parent
    return "/".join(reversed(parts))
