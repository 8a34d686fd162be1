"""The examples of the README's section on the HTTP API are sent as they stand, and answered as it says."""

from __future__ import annotations

import json
import re
from typing import Any

from service.api.door import PATH
from tests.api.caller import Api
from tests.house.tree import ROOT


def examples() -> list[str]:
    found: list[str] = re.findall(
        r"^```http\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return found


def holds(told: Any, answered: Any) -> bool:
    """Whether an answer has all that the README tells of it."""
    if isinstance(told, dict):
        return isinstance(answered, dict) and all(holds(value, answered.get(name)) for name, value in told.items())
    return bool(told == answered)


def test_each_example_is_answered_as_the_readme_says(api: Api) -> None:
    key = api.caller("shop", "read", "enqueue", "decide").key
    client = api.flask.test_client()
    assert len(examples()) == 5

    for example in examples():
        head, *rest = example.strip().split("\n\n")
        request, *lines = head.splitlines()
        method, address = request.split()
        headers = dict(
            line.replace("KEY", str(key)).split(": ", 1) for line in lines if line.startswith("Authorization")
        )
        headers |= dict(line.split(": ", 1) for line in lines if not line.startswith("Authorization"))
        body = rest[0] if len(rest) == 2 else None
        status, _, told = rest[-1].partition(" ")

        answer = client.open(address.removeprefix(PATH), method=method, headers=headers, data=body)

        assert answer.status_code == int(status), (example, answer.text)
        assert holds(json.loads(told), answer.json), (example, answer.text)
