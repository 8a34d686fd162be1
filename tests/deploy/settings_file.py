"""deploy/deskpost.env as the settings have it: each with its sentence, and what a server sets differently."""

from __future__ import annotations

from service.settings import Settings
from tests.house.tree import ROOT

FILE = ROOT / "deploy" / "deskpost.env"

HEAD = """\
# The settings of Deskpost on a server: copy this file to /etc/deskpost/deskpost.env, readable by root and the group
# deskpost alone. A name and its value a line, without quotes: systemd and the command deskpost take it as it stands.
# What is commented out stands at what it is when it is not set. The service reads it when it starts.
"""

ON_A_SERVER = {
    "database_url": "sqlite:////var/lib/deskpost/deskpost.sqlite",
    "public_url": "https://books.example.com",
    "trusted_proxies": "127.0.0.1",
}
"""What has to be set; all else is good as it is."""


def text() -> str:
    """The whole file."""
    return "\n".join([HEAD, *(_setting(name) for name in Settings.model_fields)])


def _setting(name: str) -> str:
    field = Settings.model_fields[name]
    told = (field.description or "").replace("`", "")
    mark, value = ("", ON_A_SERVER[name]) if name in ON_A_SERVER else ("#", field.default)
    end = "" if told.endswith(".") else "."
    return f"# {told[0].upper()}{told[1:]}{end}\n{mark}DESKPOST_{name.upper()}={value}\n"
