"""Without Chromium, the tests that need it say in a sentence how to get it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.browser.chromium import NoChromium, running_chromium


def test_a_machine_without_chromium_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoChromium, match="apt-get install --no-install-recommends chromium"), running_chromium():
        pytest.fail("There was a Chromium on an empty PATH.")
