"""The README's "Install on a server", typed line by line into a server of our own making.

What the lines do to files, what the commands of Deskpost do, the service and `nginx -t` are real; packages, users and
systemd are not touched: small programs in their place do what the lines need of them.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.served import PATIENCE, free_port
from tests.deploy.fronts import DEPLOY, Place, make_certificate, program
from tests.house.tree import ROOT

NOTHING = "#!/bin/sh\nexit 0\n"
PLACES = ("/opt/deskpost", "/etc", "/var/lib/deskpost", "/usr/local/bin", "/run/deskpost")


def typed() -> str:
    """All commands of the section, in their order."""
    section = (ROOT / "README.md").read_text().partition("## Install on a server\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 5
    return "".join(blocks)


class Machine:
    """A folder that is the root of a server."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_port()
        self.place = Place(root / "etc/ssl/deskpost", free_port(), free_port(), self.port)
        for folder in (
            "etc/ssl/deskpost",
            "etc/systemd/system",
            "etc/nginx/conf.d",
            "usr/local/bin",
            "stubs/of-a-user",
        ):
            (root / folder).mkdir(parents=True)
        make_certificate(self.place)
        shutil.copytree(DEPLOY, root / "opt/deskpost/deploy", ignore=shutil.ignore_patterns("__pycache__"))
        (root / "opt/deskpost/.venv").symlink_to(ROOT / ".venv")
        for file in [path for path in (root / "opt/deskpost/deploy").rglob("*") if path.is_file()]:
            file.write_text(self.here(file.read_text()))
        (root / "opt/deskpost/deploy/setup").write_text(NOTHING)
        self._put_programs()

    def here(self, text: str) -> str:
        """A text with the places of a server as they are here, and with our port."""
        for place in PLACES:
            text = re.sub(rf"(?<![\w.]){place}(?=/|\b)", f"{self.root}{place}", text)
        text = text.replace("127.0.0.1:8330", f"127.0.0.1:{self.port}")
        return re.sub(r" -o \w+ -g \w+", "", text)

    def run(self, text: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.root}/stubs:{self.root}/usr/local/bin:{os.environ['PATH']}"
        bare = {name: value for name, value in os.environ.items() if not name.startswith("DESKPOST_")}
        return subprocess.run(
            ["sh", "-eux"],
            input=self.here(text),
            env={**bare, "PATH": path},
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def stop(self) -> None:
        """End the service, if it was begun."""
        noted = self.root / "service.pid"
        if noted.exists():
            process = int(noted.read_text())
            os.kill(process, signal.SIGTERM)
            deadline = time.monotonic() + PATIENCE
            while Path(f"/proc/{process}/cmdline").exists() and time.monotonic() < deadline:
                time.sleep(0.05)

    def _put_programs(self) -> None:
        root, port = self.root, self.port
        (root / "nginx.conf").write_text(
            f"pid {root}/nginx.pid;\nerror_log {root}/nginx.log;\nevents {{}}\n"
            f"http {{ include {root}/etc/nginx/conf.d/*.conf; }}\n"
        )
        programs = {
            "apt-get": NOTHING,
            "useradd": NOTHING,
            # As whoever runs the test, who is now told to be somebody else, what comes behind the --.
            "runuser": (
                f'#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nPATH={root}/stubs/of-a-user:$PATH exec "$@"\n'
            ),
            "of-a-user/id": "#!/bin/sh\necho 10001\n",
            # What a person types into the two files.
            "editor": (
                "#!/bin/sh\n"
                f"sed -i 's|^DESKPOST_PUBLIC_URL=.*|DESKPOST_PUBLIC_URL=http://localhost:{port}|;"
                f" s|^#DESKPOST_LISTEN=.*|DESKPOST_LISTEN=127.0.0.1:{port}|;"
                f" s|listen 443|listen {self.place.port}|; s|listen 80|listen {self.place.plain_port}|;"
                f' /listen \\[/d; s|books.example.com|localhost|\' "$1"\n'
            ),
            "systemctl": (
                '#!/bin/sh\ncase $1 in enable) ;; *) exit 0 ;; esac\ncd "$(dirname "$0")/.."\n'
                "unit=etc/systemd/system/deskpost.service\n"
                "set -a; . ./etc/deskpost/deskpost.env; set +a\n"
                "$(sed -n 's/^ExecStart=//p' $unit) >service.log 2>&1 &\necho $! >service.pid\n"
            ),
            # Patient, because the service has only been begun.
            "curl": f'#!/bin/sh\nexec "{sys.executable}" "{root}/stubs/patient.py" "$@"\n',
            "patient.py": (
                "import sys, time, urllib.request\n"
                "for _ in range(300):\n    try:\n        print(urllib.request.urlopen(sys.argv[1]).read().decode())\n"
                "        break\n    except OSError:\n        time.sleep(0.1)\n"
            ),
            "nginx": f'#!/bin/sh\nexec {program("nginx")} -e {root}/nginx.log -c {root}/nginx.conf "$@"\n',
        }
        for name, text in programs.items():
            (root / "stubs" / name).write_text(text)
            (root / "stubs" / name).chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.stop()


def test_an_evening_of_typing_ends_with_a_service_that_the_doctor_finds_well(machine: Machine) -> None:
    text = typed().replace("deskpost user add ada", "HER_PASSWORD=a-long-enough-one deskpost user add ada")
    text = text.replace("user add ada", "user add ada --password-from-env HER_PASSWORD")

    done = machine.run(text)

    told = done.stdout + done.stderr
    assert "ready\n" in done.stdout, told
    assert "syntax is ok" in told
    assert "test is successful" in told
    to_mend = [line for line in done.stdout.splitlines() if line.startswith("MEND")]
    assert to_mend == ["MEND  shop: the Web Connector never came. Add the .qwc there, then press Update Selected."], (
        told
    )
    assert (machine.root / "var/lib/deskpost/deskpost.sqlite").is_file()
    visit_of_the_web_connector(machine, done.stdout)
    after = machine.run("deskpost doctor")
    assert (after.returncode, "MEND" in after.stdout) == (0, False), after.stdout
    assert modes(machine.root) == {"etc/deskpost": 0o750, "etc/deskpost/deskpost.env": 0o640, "var/lib/deskpost": 0o700}


def visit_of_the_web_connector(machine: Machine, told: str) -> None:
    """Take the .qwc to a PC, and press Update Selected."""
    password = next(line.split()[1] for line in told.splitlines() if line.startswith("Password:"))
    qwc = [sys.executable, "-m", "qwc"]
    document = machine.root / "var/lib/deskpost/shop-qb.qwc"
    for words in (["company", "create", "books.sqlite"], ["update", str(document), "--company", "books.sqlite"]):
        environment = {**os.environ, "QWC_PASSWORD": password}
        subprocess.run([*qwc, *words], cwd=machine.root, env=environment, check=True, capture_output=True, timeout=60)


def modes(root: Path) -> dict[str, int]:
    """Who may read what holds secrets."""
    places = ("etc/deskpost", "etc/deskpost/deskpost.env", "var/lib/deskpost")
    return {place: stat.S_IMODE((root / place).stat().st_mode) for place in places}


def test_without_the_right_to_read_the_settings_a_command_says_who_may(machine: Machine) -> None:
    script = (machine.root / "opt/deskpost/deploy/deskpost").read_text()
    assert 'if [ "$(id -u)" = 0 ]; then' in script
    nobody = script.replace('[ "$(id -u)" = 0 ]', "false")
    (machine.root / "opt/deskpost/deploy/deskpost").write_text(nobody)

    done = machine.run("sh /opt/deskpost/deploy/deskpost queue")

    assert done.returncode == 1
    assert "cannot be read by" in done.stderr
    assert "run this as root, or as deskpost." in done.stderr


def test_a_python_that_the_services_user_cannot_reach_is_named_with_the_way_out(machine: Machine) -> None:
    """The first one on root's PATH may lie in root's home."""
    (machine.root / "opt/deskpost/.venv").unlink()
    (machine.root / "opt/deskpost/.venv/bin").mkdir(parents=True)
    (machine.root / "opt/deskpost/.venv/bin/python").symlink_to(machine.root / "out-of-reach/python3")
    (machine.root / "etc/deskpost").mkdir()
    (machine.root / "etc/deskpost/deskpost.env").touch()
    (machine.root / "var/lib/deskpost").mkdir(parents=True)

    done = machine.run("PATH=$PWD/stubs/of-a-user:$PATH sh /opt/deskpost/deploy/deskpost queue")

    assert done.returncode == 1
    assert "has no Python that" in done.stderr
    assert f"PYTHON=/usr/bin/python3 {machine.root}/opt/deskpost/deploy/setup" in done.stderr


def test_the_program_is_set_up_with_a_python_that_every_user_reaches() -> None:
    assert "PYTHON=/usr/bin/python3 /opt/deskpost/deploy/setup\n" in typed()
    assert "PYTHON=/usr/bin/python3 /opt/deskpost/deploy/setup\n" in (DEPLOY / "operations.md").read_text()
