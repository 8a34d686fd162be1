"""What Deskpost does by itself with a message after an answer; names only, the doing is in the exchange."""

from __future__ import annotations

from enum import StrEnum


class Treatment(StrEnum):
    """The automatic treatments. Every entry of the catalogue names exactly one of them.

    None of them repeats for ever: whoever carries one out counts the tries, and after the last one
    the message is failed and shown with the entry's offers.
    """

    DONE = "done"
    """QuickBooks processed it: settle it as synchronized, and show the entry's advice if it has one."""

    FIX = "fix"
    """It failed and sending the same again cannot help: a person or the order system changes something first."""

    REREAD = "reread"
    """It was changed in QuickBooks meanwhile: read it again, merge, and send the update again."""

    LOOK_UP_NAME = "look_up_name"
    """The name is taken: look for what has it, inactive entries too, then link it or offer to link it."""

    GONE = "gone"
    """What is to be changed or deleted is no longer in QuickBooks: fail it and offer to create it again."""

    LATER = "later"
    """Something is locked or busy at the moment: release it and send it again later, a bounded number of times."""

    WAIT_OR_CREATE = "wait_or_create"
    """Something it refers to is missing: wait if a message about that is on its way, else fail it."""

    NOT_REACHED = "not_reached"
    """QuickBooks skipped it because one before it in the set failed: send it again, without counting a try.

    If nothing before it in its set failed, this QuickBooks does not carry the request out: treat it as FIX.
    """

    RESTART_QUERY = "restart_query"
    """The paged query is no longer known to QuickBooks: begin it anew, from its first page."""

    SPLIT = "split"
    """The whole set was refused and nothing of it ran: halve it until the one that cannot be read is alone."""

    LOWER_VERSION = "lower_version"
    """The set did not run because of its qbXML version: send it again under a lower one."""

    PROBE = "probe"
    """It may have run: recover it (QuickBooks' memory, then a look-up) before anything else is sent."""

    STOP = "stop"
    """The session cannot go on: release what was not handed out, and tell the person who has to act."""

    NOTHING = "nothing"
    """No message is touched by it: only show what it means."""
