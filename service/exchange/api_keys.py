"""The keys of the HTTP API: made, rotated, revoked, and recognized when one is shown. Kept as a hash alone."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from service.domain.api_scope import AN_ORDER_SYSTEMS, Scope
from service.domain.refusals import Refusal
from service.store import api_keys, events
from service.store.api_keys import ApiKey
from service.store.companies import Company
from service.store.unit import Work

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,59}")
_KEY = re.compile(r"dk_([0-9a-f]{12})_[0-9a-f]{64}")


class BadKeyName(Refusal):
    def __init__(self, given: str) -> None:
        super().__init__(
            f"'{given[:80]}' cannot be the name of a key: use up to 60 letters, digits, dots, dashes, underscores or "
            "at signs, beginning with a letter or a digit."
        )


class UnknownScope(Refusal):
    def __init__(self, given: str) -> None:
        super().__init__(f"There is no scope '{given[:80]}'. There are: {', '.join(Scope)}.")


class UnknownKey(Refusal):
    def __init__(self, key_id: int) -> None:
        super().__init__(f"There is no key {key_id} in force. `deskpost api-key list` shows those there are.")


@dataclass(frozen=True, slots=True)
class Made:
    """A new key; `key` is shown this once and kept nowhere."""

    key_id: int
    key: str


def make(work: Work, name: str, company: Company | None, scopes: Sequence[str], *, by: str) -> Made:
    """Make a key for a company, or with None for the whole installation; an order system's scopes if none is named.

    Raises BadKeyName or UnknownScope.
    """
    if not _NAME.fullmatch(name):
        raise BadKeyName(name)
    for scope in scopes:
        if scope not in set(Scope):
            raise UnknownScope(scope)
    granted = [scope.value for scope in Scope if scope in (scopes or AN_ORDER_SYSTEMS)]
    company_id = None if company is None else company.id
    _note(work, company_id, by, "make API key", f"{name}: {', '.join(granted)}")
    return _made(work, company_id, name, json.dumps(granted), by)


def rotate(work: Work, key_id: int, overlap: timedelta, *, by: str) -> Made:
    """Make a key in the place of another, which is good for `overlap` more and no longer than before.

    Raises UnknownKey.
    """
    old = _in_force(work, key_id)
    ends = work.now + overlap
    api_keys.change(work, old.id, expires_at=min(ends, old.expires_at or ends))
    _note(work, old.company_id, by, "rotate API key", old.name)
    return _made(work, old.company_id, old.name, old.scopes, by)


def revoke(work: Work, key_id: int, *, by: str) -> None:
    """Let a key open nothing any more. Raises UnknownKey."""
    old = _in_force(work, key_id)
    api_keys.change(work, old.id, revoked_at=work.now)
    _note(work, old.company_id, by, "revoke API key", old.name)


def recognized(work: Work, given: str) -> ApiKey | None:
    """The key that was shown, if it is in force.

    A key is 256 random bits, so that one round of SHA-256 is as good as many: nobody tries them all.
    """
    shape = _KEY.fullmatch(given)
    found = api_keys.by_handle(work, shape[1]) if shape else None
    if found is None or not hmac.compare_digest(found.key_hash, _hashed(given)):
        return None
    return found if found.is_good(work.now) else None


def _made(work: Work, company_id: int | None, name: str, scopes: str, by: str) -> Made:
    handle = secrets.token_hex(6)
    key = f"dk_{handle}_{secrets.token_hex(32)}"
    key_id = api_keys.add(
        work, company_id=company_id, name=name, scopes=scopes, handle=handle, key_hash=_hashed(key), made_by=by
    )
    return Made(key_id, key)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _in_force(work: Work, key_id: int) -> ApiKey:
    found = api_keys.by_id(work, key_id)
    if found is None or not found.is_good(work.now):
        raise UnknownKey(key_id)
    return found


def _note(work: Work, company_id: int | None, by: str, action: str, note: str) -> None:
    events.add(work, [{"actor": by, "action": action, "company_id": company_id, "note": note}])
