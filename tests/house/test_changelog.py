"""The changelog's newest entry is about the version that pyproject.toml names."""

from __future__ import annotations

import re
import tomllib

from tests.house.tree import ROOT


def test_the_newest_entry_is_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    entries = re.findall(r"(?m)^## (\S+)", (ROOT / "CHANGELOG.md").read_text())

    assert entries[:1] == [version]
