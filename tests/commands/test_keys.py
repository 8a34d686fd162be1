"""`api-key`: keys of the HTTP API are made, shown once, listed, rotated and revoked."""

from __future__ import annotations

import re

from tests.commands.terminal import Terminal


def shown(said: str) -> str:
    (key,) = re.findall(r"dk_[0-9a-f]{12}_[0-9a-f]{64}", said)
    assert isinstance(key, str)
    return key


def test_a_key_is_shown_once_and_then_only_by_its_beginning(shop: Terminal) -> None:
    key = shown(shop.ok("api-key", "add", "orders", "--scope", "read"))
    (line,) = shop.ok("api-key", "list").splitlines()[2:]

    assert line.split()[:4] == ["1", "orders", "shop", "read"]
    assert key not in line
    assert f"{key.rpartition('_')[0]}_..." in line


def test_without_a_scope_a_key_is_an_order_systems(shop: Terminal) -> None:
    shop.ok("api-key", "add", "orders")
    shop.ok("api-key", "add", "it", "--all-companies", "--scope", "manage")

    first, second = shop.ok("api-key", "list").splitlines()[2:]
    assert "read, enqueue" in first
    assert "all companies" in second


def test_a_key_is_rotated_and_revoked(shop: Terminal) -> None:
    first = shown(shop.ok("api-key", "add", "orders"))
    said = shop.ok("api-key", "rotate", "1", "--hours", "2")

    assert shown(said) != first
    assert said.endswith("Key 1 is good for 2 hours more.\n")
    assert shop.ok("api-key", "revoke", "2") == "Key 2 is revoked.\n"
    assert "until " in shop.ok("api-key", "list")
    assert "revoked " in shop.ok("api-key", "list")
    assert shop.refused("api-key", "revoke", "2").startswith("There is no key 2 in force.")
    assert shop.refused("api-key", "rotate", "9").startswith("There is no key 9 in force.")


def test_what_is_no_name_or_no_scope_is_refused(shop: Terminal) -> None:
    assert shop.refused("api-key", "add", "two words").startswith("'two words' cannot be the name of a key")
    assert shop.refused("api-key", "add", "x", "--scope", "all") == (
        "There is no scope 'all'. There are: read, enqueue, decide, manage."
    )
    assert shop.ok("api-key", "list").startswith("There is no key.")
