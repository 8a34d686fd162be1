"""The token that every form carries: bound to the session, and good for eight hours. Keeps nothing.

It is an HMAC under the session's own id, which only the cookie holds: another site cannot make one, and neither can
another session. Before somebody is signed in, the id is that of a cookie for the sign-in form alone.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

FIELD = "csrf_token"
GOOD_FOR = timedelta(hours=8)


def made(session_token: str, now: datetime) -> str:
    """A token for the forms of a page that is written now."""
    at = str(int(now.timestamp()))
    return f"{at}.{_mac(session_token, at)}"


def is_good(session_token: str, given: str, now: datetime) -> bool:
    """Whether a token belongs to this session and is not older than a page may be."""
    at, _, mac = given.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 13 and mac.isascii()):
        return False
    if not hmac.compare_digest(mac, _mac(session_token, at)):
        return False
    return 0 <= now.timestamp() - int(at) + 1 <= GOOD_FOR.total_seconds()


def _mac(session_token: str, at: str) -> str:
    return hmac.new(session_token.encode(), b"form " + at.encode(), hashlib.sha256).hexdigest()
