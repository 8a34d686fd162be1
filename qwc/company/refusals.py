"""Owns the statuses with which one request is answered, and their sentences. It never decides when to use them.

The numbers are Intuit's (qbxml.md 16, status-codes.json); the sentences are our own, with the variable parts that
QuickBooks' sentences carry. `reason` is the second part, QuickBooks' own reason.
"""

from __future__ import annotations

OK = "Status OK"
NOTHING_FOUND = "A query request did not find a matching object in QuickBooks."

SENTENCES: dict[int, str] = {
    500: 'The object "{value}" named in the query cannot be found in QuickBooks.',
    530: 'The field "{field}" was ignored: {reason}',
    570: 'The transaction "{value}" is closed, so no link to it was made.',
    1000: "There has been an internal error in QuickBooks.",
    1030: "This type of request is not supported by this version of QuickBooks: {value}.",
    1060: 'The request ID "{value}" is not valid, the maximum is 50 characters.',
    3000: 'The given object ID "{value}" in the field "{field}" is invalid.',
    3010: 'There was an error when converting the boolean value "{value}" in the field "{field}".',
    3020: 'There was an error when converting the date value "{value}" in the field "{field}".',
    3030: "The start of the date range lies after its end.",
    3031: 'The range given in "{field}" is not valid.',
    3035: 'There was an error when converting the time interval "{value}" in the field "{field}".',
    3040: 'There was an error when converting the amount "{value}" in the field "{field}".',
    3045: 'There was an error when converting the price "{value}" in the field "{field}".',
    3050: 'There was an error when converting the percent "{value}" in the field "{field}".',
    3060: 'There was an error when converting the quantity "{value}" in the field "{field}".',
    3065: 'There was an error when converting the GUID "{value}" in the field "{field}".',
    3070: 'The string "{value}" in the field "{field}" is too long.',
    3085: 'There was an error when converting the number "{value}" in the field "{field}".',
    3090: 'There was an error when storing "{value}" in the "{field}" field.',
    3100: 'The name "{value}" of the list element is already in use.',
    3101: "The amount is too large for QuickBooks.",
    3120: 'Object "{value}" specified in the request cannot be found.',
    3130: 'There is an invalid reference to the parent "{value}" in the {kind} list.',
    3140: 'There is an invalid reference to QuickBooks {field} "{value}" in the {kind}.',
    3150: 'There is a missing element: "{field}".',
    3151: 'The element "{field}" cannot be used in this request.',
    3160: 'Cannot delete the object specified by the id = "{value}".',
    3161: "Cannot delete a transaction dated on or before the closing date of the company.",
    3162: "This can be done only while the company file is in single-user mode.",
    3170: 'There was an error when modifying the object "{value}".',
    3171: "Cannot modify a {kind} with a date that is on or before the closing date of the company.",
    3175: 'The object "{value}" cannot be used now: it could not be locked.',
    3176: 'An object on which "{value}" depends cannot be used now: it could not be locked.',
    3177: 'The same transaction "{value}" is linked more than once.',
    3180: "There was an error when saving a {kind}.",
    3185: 'There was an error when voiding the transaction "{value}".',
    3190: 'Cannot clear the element in the "{field}" field.',
    3200: 'The provided edit sequence "{value}" is out-of-date.',
    3205: 'The address in "{field}" cannot be used.',
    3210: 'The "{field}" field has an invalid value "{value}".',
    3231: "The request has not been processed.",
    3250: "This feature is not enabled or not available in this version of QuickBooks.",
    3260: "Insufficient permission level to perform this action.",
    3261: "The application has no permission to modify or access this data.",
    3263: "The application has permission to read only, and the request would write.",
    3270: "There is no account to post to: {field}.",
    3280: 'The item "{value}" is of a type that cannot be used here.',
    3290: 'The transaction line "{value}" is out of order.',
    3300: "The window cannot be opened.",
    3351: 'The custom field "{value}" cannot be used on this kind of record.',
    3390: "There are too many open iterators, or the request lacks the iterator ID.",
    3391: 'The iterator "{value}" is not valid in this session.',
    3500: "The two list elements cannot be merged.",
    9100: 'The macro "{value}" is already defined.',
    9101: 'The macro "{value}" is not defined.',
    9102: 'The macro "{value}" cannot be used here.',
}


class Refusal(Exception):
    """One request is answered with a status that says no; nothing of it was saved.

    `code` is the statusCode; the sentence is built from the parts given (`value`, `field`, `kind`) and `reason`.
    """

    def __init__(self, code: int, *, value: str = "", field: str = "", kind: str = "", reason: str = "") -> None:
        sentence = SENTENCES[code].format(value=value, field=field, kind=kind, reason=reason)
        if reason and reason not in sentence:
            sentence = f"{sentence}  QuickBooks error message: {reason}"
        super().__init__(sentence)
        self.code = code
        self.message = sentence


def severity_of(code: int) -> str:
    """Info below 500, Warn below 1000, Error from there on (qbxml.md 4)."""
    if code < 500:
        return "Info"
    return "Warn" if code < 1000 else "Error"
