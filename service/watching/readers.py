"""Who may read the figures: whoever knows the token, or, where none is set, whoever is on this machine."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
"""What a front adds: a request with any of these came from somewhere else, whatever address it comes in with."""


def may_read(environ: Mapping[str, Any], token: str) -> bool:
    """Whether a WSGI request may see the figures. With a token, it takes `Authorization: Bearer <token>`."""
    if token:
        scheme, _, given = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    return _is_loopback(str(environ.get("REMOTE_ADDR", ""))) and not any(environ.get(name) for name in FORWARDED)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
