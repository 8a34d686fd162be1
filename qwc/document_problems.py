"""Every reason why a .qwc file is refused, one class each with the Web Connector's code. It looks at no document.

A problem's text names the element, what was given and what to do. The codes are those that the Web Connector shows
when such a file is added; QBWC1039 ("could not be added") stands for all that has no code of its own, and an empty
code for what the Web Connector takes in silence and then behaves differently from what was meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

QUOTED_CHARACTERS = 80


class DocumentProblem(Exception):
    """One thing in a .qwc file that is wrong; `str()` is the sentence, with the code in front if there is one."""

    code: ClassVar[str] = "QBWC1039"

    def __init__(self, element: str, sentence: str) -> None:
        super().__init__(f"{self.code}: {sentence}" if self.code else sentence)
        self.element = element


class ElementIsMissing(DocumentProblem):
    def __init__(self, element: str) -> None:
        super().__init__(element, f"{element} is missing or empty. The Web Connector adds no application without it.")


class AddressIsUnusable(DocumentProblem):
    def __init__(self, element: str, given: str) -> None:
        super().__init__(
            element,
            f"{element} is {quoted(given)}, which is no web address. "
            "Give one such as https://sync.example.com/qbwc, without a user name in it.",
        )


class AddressIsNotSecure(DocumentProblem):
    code = "QBWC1010"

    def __init__(self, element: str, given: str) -> None:
        super().__init__(
            element,
            f"{element} is {quoted(given)}. The Web Connector takes http only from the host localhost: use https.",
        )


class CertificateAddressIsNotSecure(AddressIsNotSecure):
    code = "QBWC1048"


class AddressIsAnIPAddress(DocumentProblem):
    code = "QBWC1001"

    def __init__(self, element: str, given: str) -> None:
        super().__init__(
            element,
            f"{element} is {quoted(given)}. The Web Connector takes no IP address: use the name of the host.",
        )


class SupportAddressIsAnIPAddress(AddressIsAnIPAddress):
    code = "QBWC1002"


class SupportIsOnAnotherHost(DocumentProblem):
    code = "QBWC1000"

    def __init__(self, support_host: str, app_host: str) -> None:
        super().__init__(
            "AppSupport",
            f"AppSupport is on the host {quoted(support_host)} and AppURL on {quoted(app_host)}. "
            "The Web Connector wants both on the same host: put the support page on that of AppURL.",
        )


class SupportIsAtIntuit(DocumentProblem):
    def __init__(self, given: str) -> None:
        super().__init__("AppSupport", f"AppSupport is {quoted(given)}, a site of Intuit. Name your own support page.")


class GuidIsMalformed(DocumentProblem):
    def __init__(self, element: str, given: str) -> None:
        super().__init__(
            element,
            f"{element} is {quoted(given)}. Write a GUID in braces, such as {{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}}.",
        )


class TextIsTooLong(DocumentProblem):
    def __init__(self, element: str, length: int, limit: int) -> None:
        super().__init__(element, f"{element} has {length} characters. Shorten it to {limit} at the most.")


class TextIsNotPlain(DocumentProblem):
    """A value holds a character outside printable ASCII; the Web Connector shows and compares only those safely."""

    code = ""

    def __init__(self, element: str, given: str, character: str) -> None:
        super().__init__(
            element,
            f"{element} is {quoted(given)}, with the character {character!a}. Use plain letters, digits and signs "
            "(ASCII) on one line.",
        )


class QBTypeIsUnknown(DocumentProblem):
    code = "QBWC1065"

    def __init__(self, given: str) -> None:
        super().__init__("QBType", f"QBType is {quoted(given)}. Write QBFS for QuickBooks, or QBPOS for Point of Sale.")


class ChoiceIsUnknown(DocumentProblem):
    """An optional element with a fixed list of values has another, which the Web Connector takes for the default."""

    code = ""

    def __init__(self, element: str, given: str, known: Sequence[str]) -> None:
        super().__init__(element, f"{element} is {quoted(given)}. Write one of {', '.join(known)}, or leave it out.")


class ReadOnlyIsRefused(DocumentProblem):
    def __init__(self) -> None:
        super().__init__(
            "IsReadOnly",
            "IsReadOnly is true, and with it QuickBooks refuses the FileID of the registration. Write false.",
        )


class AuthFlagsAreUnknown(DocumentProblem):
    code = "QBWC1034"

    def __init__(self, given: int) -> None:
        super().__init__(
            "AuthFlags",
            f"AuthFlags is {given:#x}. Combine 0x1 Simple Start, 0x2 Pro, 0x4 Premier and 0x8 Enterprise, "
            "or write 0x0 for all.",
        )


class ScheduleHasTwoUnits(DocumentProblem):
    code = ""

    def __init__(self, minutes: int, seconds: int) -> None:
        super().__init__(
            "Scheduler",
            f"Scheduler says every {minutes} minutes and every {seconds} seconds. The Web Connector would take the "
            "first and drop the other: give one of them.",
        )


class ScheduleIsNotPositive(DocumentProblem):
    code = ""

    def __init__(self, element: str, given: int) -> None:
        super().__init__(element, f"{element} is {given}. Give a whole number from 1, or leave the schedule out.")


class DocumentRefused(Exception):
    """A document has problems, and the Web Connector would not add it; `problems` holds each, `str()` lists them."""

    def __init__(self, problems: Sequence[DocumentProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    @property
    def codes(self) -> tuple[str, ...]:
        """The Web Connector's codes, in the order of the problems."""
        return tuple(problem.code for problem in self.problems)


class DocumentUnreadable(Exception):
    """Some bytes are no .qwc file at all, or a value in it cannot be understood; `str()` says which and why."""


def quoted(text: str) -> str:
    """A value as a sentence shows it: in quotes, on one line, without what could upset a terminal, not too long."""
    shown = text if len(text) <= QUOTED_CHARACTERS else text[:QUOTED_CHARACTERS] + "..."
    return ascii(shown)
