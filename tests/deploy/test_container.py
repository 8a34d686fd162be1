"""The image and the compose file name what is there, and agree with the settings and with each other.

Building and starting them takes a container daemon and a network, which tests have not; the steps are those of
deploy/setup, which tests/house tries.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from importlib import import_module
from ipaddress import IPv4Network, ip_address, ip_network
from pathlib import Path
from typing import Any

import click
import pytest

from service.commands import deskpost
from service.commands.server import FINISH_WITHIN
from service.settings import Settings
from tests.deploy.fronts import CADDY_FILE, DEPLOY, program
from tests.house.tree import ROOT

FOLDER = DEPLOY / "container"
PROGRAMS = ("service", "deliver", "migrate")


@pytest.fixture(scope="module")
def composed() -> Any:
    """Return compose.yaml as it is read."""
    yaml = import_module("yaml")  # It comes with a tool of the tests, and has no types.
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def steps() -> list[tuple[str, list[str]]]:
    """The instructions of the Containerfile and their words, with continued lines put together."""
    text = re.sub(r"\\\n\s*", "", (FOLDER / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.split()[1:]) for line in lines]


def arguments(instruction: str) -> list[list[str]]:
    return [words for name, words in steps() if name == instruction]


def test_everything_that_is_copied_into_the_image_is_there_and_not_ignored() -> None:
    copied = [words[:-1] for words in arguments("COPY") if not words[0].startswith("--from")]
    sources = [source for words in copied for source in words]
    taken = [
        line.removeprefix("!")
        for line in (FOLDER / "Containerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    ]

    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {source.partition("/")[0] for source in sources} == set(taken)
    # The program's packages, as pyproject.toml installs them.
    assert {"service", "qwc", "migrations"} <= set(sources)


def test_setup_finds_every_file_that_it_reads() -> None:
    read = set(re.findall(r"deploy/requirements[-a-z]*\.txt", (DEPLOY / "setup").read_text()))

    assert read <= {source for words in arguments("COPY") for source in words}


def test_the_image_runs_the_service_as_nobody_in_particular() -> None:
    assert arguments("ENTRYPOINT") == [['["deskpost"]']]
    assert arguments("CMD")[-1] == ['["serve"]']
    assert arguments("USER") == [["10001"]]
    environment = dict(word.split("=", 1) for words in arguments("ENV") for word in words)
    names = {name for name in environment if name.startswith("DESKPOST_")}
    assert names <= {f"DESKPOST_{name.upper()}" for name in Settings.model_fields}
    assert environment["PATH"].startswith("/opt/deskpost/.venv/bin:")


def test_each_container_runs_a_command_that_exists(composed: Any) -> None:
    for name in PROGRAMS:
        (word,) = composed["services"][name]["command"]
        assert deskpost.get_command(click.Context(deskpost), word) is not None
    *_, script = composed["services"]["housekeeping"]["entrypoint"]
    assert "deskpost prune" in script
    assert deskpost.get_command(click.Context(deskpost), "prune") is not None


def test_the_settings_in_it_are_settings_and_are_taken(composed: Any) -> None:
    given = {
        name: re.sub(r"\$\{\w+:\?[^}]*\}", "books.example.com", value)
        for name, value in composed["x-deskpost"]["environment"].items()
    }

    read = Settings.model_validate({name.removeprefix("DESKPOST_").lower(): value for name, value in given.items()})

    assert set(given) <= {f"DESKPOST_{name.upper()}" for name in Settings.model_fields}
    assert read.public_url == "https://books.example.com"
    assert read.database_url == "postgresql://deskpost:books.example.com@database/deskpost"


def test_only_the_front_is_believed_and_only_the_front_is_reached_from_outside(composed: Any) -> None:
    services = composed["services"]
    (network,) = composed["networks"]["inside"]["ipam"]["config"]
    front = services["front"]["networks"]["inside"]["ipv4_address"]

    assert composed["x-deskpost"]["environment"]["DESKPOST_TRUSTED_PROXIES"] == front
    assert ip_address(front) in ip_network(network["subnet"])
    assert [name for name, one in services.items() if "ports" in one] == ["front"]


def test_no_other_container_ever_gets_the_address_that_is_believed(composed: Any) -> None:
    """Without a range of their own the others get whatever is free while the front is down."""
    (network,) = composed["networks"]["inside"]["ipam"]["config"]
    front = composed["services"]["front"]["networks"]["inside"]["ipv4_address"]

    assert IPv4Network(network["ip_range"]).subnet_of(IPv4Network(network["subnet"]))
    assert ip_address(front) not in ip_network(network["ip_range"])


def test_only_the_service_is_asked_for_its_health_and_the_others_hear_a_stop(composed: Any) -> None:
    ours = {name: one for name, one in composed["services"].items() if one["image"] == "deskpost"}
    silent = {name: one for name, one in ours.items() if one.get("command") != ["serve"]}

    assert arguments("HEALTHCHECK")
    assert set(silent) == {"migrate", "deliver", "housekeeping"}
    assert {name: (one["healthcheck"], one["init"]) for name, one in silent.items()} == dict.fromkeys(
        silent, ({"disable": True}, True)
    )
    assert "healthcheck" not in ours["service"]


def test_housekeeping_begins_before_it_waits_for_a_day(composed: Any) -> None:
    *_, script = composed["services"]["housekeeping"]["entrypoint"]

    assert script.index("deskpost prune") < script.index("sleep")


def test_the_front_is_the_one_that_is_tried(composed: Any) -> None:
    front = composed["services"]["front"]
    mounted = (FOLDER / front["volumes"][0].partition(":")[0]).resolve()
    asked = set(re.findall(r"\{\$(\w+):", CADDY_FILE.read_text()))

    assert mounted == CADDY_FILE
    assert asked == set(front["environment"])


def test_a_stop_waits_for_the_calls_in_progress(composed: Any) -> None:
    assert int(composed["services"]["service"]["stop_grace_period"].removesuffix("s")) > FINISH_WITHIN


def test_nothing_starts_before_the_database_has_the_programs_version(composed: Any) -> None:
    services = composed["services"]

    for name in ("service", "deliver", "housekeeping"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}


def test_caddy_reads_its_file_with_the_names_of_compose_and_without(tmp_path: Path) -> None:
    home = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    command = [program("caddy"), *shlex.split("adapt --adapter caddyfile --config"), str(CADDY_FILE)]
    named = {"DESKPOST_SITE": "orders.example.com", "DESKPOST_SERVICE": "service:8330"}

    plain, composed = (
        json.loads(subprocess.run(command, env=given, capture_output=True, check=True).stdout)
        for given in (home, {**home, **named})
    )

    assert [places(read) for read in (plain, composed)] == [
        ("books.example.com", "127.0.0.1:8330"),
        ("orders.example.com", "service:8330"),
    ]


def places(adapted: Any) -> tuple[str, str]:
    """The name that Caddy answers to and the address it passes calls on to."""
    text = json.dumps(adapted)
    return re.findall(r'"host": \["([^"]+)"\]', text)[0], re.findall(r'"dial": "([^"]+)"', text)[0]
