"""deploy/setup makes .venv once, sees what changed or broke since, and says in a sentence what is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.tree import ROOT

TOOLS = ["cat", "cksum", "dirname", "flock", "id", "mkdir", "mv", "rm", "sed", "touch"]
PYTHON = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"

# Stands in for uv, so that no network is needed: it makes the environment and, for each requirement, a file. The
# pip in that environment, which is tried where uv fails, fails as well.
A_UV = """#!/bin/sh
echo "$*" >>"$PLACE/calls"
packages=.venv/lib/python3.VERSION/site-packages
case $1 in
    venv)
        "$4" -m venv --without-pip .venv
        mkdir "$packages/pip"
        touch "$packages/pip/__init__.py"
        echo 'raise SystemExit("pip has no network")' >"$packages/pip/__main__.py"
        ;;
    pip)
        [ ! -e "$PLACE/uv-fails" ] || exit 1
        for last; do :; done
        touch "$packages/${last##*/}"
        ;;
esac
"""
A_PYTHON_WITHOUT_ENSUREPIP = f"""#!/bin/sh
case $* in *ensurepip*) exit 1 ;; esac
exec {PYTHON} "$@"
"""


@dataclass(frozen=True)
class Place:
    """A copy of what deploy/setup reads, in a folder with a space, and a PATH that holds only what is put there."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "desk post"

    @property
    def packages(self) -> Path:
        return self.root / ".venv" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": str(self.folder / "bin"), "PLACE": str(self.folder)}

    def put_program(self, name: str, text: str) -> None:
        program = self.folder / "bin" / name
        program.write_text(text)
        program.chmod(0o755)

    def set_up(self, *arguments: str, python: str = "") -> subprocess.CompletedProcess[str]:
        """Run deploy/setup and forget what was called before."""
        (self.folder / "calls").write_text("")
        return subprocess.run(
            [self.root / "deploy" / "setup", *arguments],
            cwd="/",
            env=self.environment | {"PYTHON": python},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def uv_fails(self) -> Path:
        return self.folder / "uv-fails"

    def calls(self) -> list[str]:
        """Return what uv was asked for, a word each: venv, or the last thing to install."""
        lines = (self.folder / "calls").read_text().splitlines()
        return [line.split()[0] if line.startswith("venv") else Path(line.split()[-1]).name for line in lines]


ANEW_FOR_A_RUN = ["venv", "requirements-build.txt", "requirements.txt", ""]
ANEW_FOR_TESTS = ["venv", "requirements-build.txt", "requirements-dev.txt", ""]
IN_PLACE_FOR_A_RUN = ANEW_FOR_A_RUN[1:]
IN_PLACE_FOR_TESTS = ANEW_FOR_TESTS[1:]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    (place.root / "deploy").mkdir(parents=True)
    for name in ("pyproject.toml", "deploy/setup", *(f"deploy/{path.name}" for path in ROOT.glob("deploy/*.txt"))):
        shutil.copy(ROOT / name, place.root / name)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (tmp_path / "bin" / tool).symlink_to(found)
    place.put_program("python3", f'#!/bin/sh\nexec {PYTHON} "$@"\n')
    place.put_program("uv", A_UV.replace("VERSION", str(sys.version_info.minor)))
    return place


def test_the_first_time_installs_the_locked_requirements_and_the_second_time_nothing(place: Place) -> None:
    first = place.set_up()

    assert (first.returncode, place.calls()) == (0, ANEW_FOR_A_RUN)
    assert "Making .venv" in first.stderr

    second = place.set_up()

    assert (second.returncode, place.calls()) == (0, [])
    assert second.stdout + second.stderr == ""


def test_what_is_installed_is_checked_by_its_hash(place: Place) -> None:
    place.set_up("tests")

    installs = [line for line in (place.folder / "calls").read_text().splitlines() if "--requirement" in line]
    assert len(installs) == 2
    assert all("--require-hashes" in line and "--no-build-isolation" in line for line in installs)


def test_the_tests_need_more_than_a_run_and_a_run_no_more_than_the_tests(place: Place) -> None:
    place.set_up("run")
    place.set_up("tests")
    assert place.calls() == IN_PLACE_FOR_TESTS

    place.set_up("run")
    assert place.calls() == []


def test_a_change_of_the_project_is_brought_in_and_keeps_what_serves_the_tests(place: Place) -> None:
    place.set_up("tests")
    (place.root / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + "# Changed.\n")

    place.set_up("run")

    assert place.calls() == IN_PLACE_FOR_TESTS


def test_a_change_of_the_locks_makes_the_environment_anew(place: Place) -> None:
    place.set_up()
    left_over = place.packages / "left_over.py"
    left_over.touch()
    (place.root / "deploy" / "requirements.txt").write_text("# Changed.\n")

    place.set_up()

    assert place.calls() == ANEW_FOR_A_RUN
    assert not left_over.exists()


@pytest.mark.parametrize("lost", ["setup-done", "setup-contents", "bin/python", "package"])
def test_a_broken_environment_is_made_anew(place: Place, lost: str) -> None:
    place.set_up()
    lost_file = place.packages / "requirements.txt" if lost == "package" else place.root / ".venv" / lost
    lost_file.unlink()

    assert place.set_up().returncode == 0
    assert place.calls() == ANEW_FOR_A_RUN
    assert (place.packages / "requirements.txt").exists()


def test_an_environment_is_made_anew_where_its_folder_was_moved(place: Place) -> None:
    place.set_up()
    place.root.rename(place.folder / "before")
    (place.folder / "before").rename(place.root)
    assert place.set_up().returncode == 0
    assert place.calls() == []

    moved = Place(place.folder / "moved")
    moved.folder.mkdir()
    shutil.move(place.root, moved.root)
    shutil.copytree(place.folder / "bin", moved.folder / "bin", symlinks=True)

    assert moved.set_up().returncode == 0
    assert moved.calls() == ANEW_FOR_A_RUN


def test_a_file_in_the_place_of_the_environment_gives_way(place: Place) -> None:
    (place.root / ".venv").write_text("")

    assert place.set_up().returncode == 0
    assert place.calls() == ANEW_FOR_A_RUN


def test_a_package_that_somebody_added_is_left_alone(place: Place) -> None:
    place.set_up()
    (place.packages / "debugger.py").touch()

    place.set_up()

    assert place.calls() == []


def test_two_at_once_do_the_work_once(place: Place) -> None:
    (place.folder / "calls").write_text("")
    setup = [str(place.root / "deploy" / "setup")]
    both = [subprocess.Popen(setup, env=place.environment, stderr=subprocess.DEVNULL) for _ in range(2)]

    assert [one.wait() for one in both] == [0, 0]
    assert place.calls() == ANEW_FOR_A_RUN


def test_what_failed_is_not_taken_for_done(place: Place) -> None:
    place.uv_fails.touch()

    failed = place.set_up()

    assert failed.returncode == 1
    assert "pip has no network\nThe packages could not be installed: mend what is said above" in failed.stderr
    assert not (place.root / ".venv").exists()
    place.uv_fails.unlink()
    assert place.set_up().returncode == 0
    assert place.calls() == ANEW_FOR_A_RUN


def test_a_failure_leaves_the_environment_that_was_there(place: Place) -> None:
    place.set_up()
    place.uv_fails.touch()

    for change in ("pyproject.toml", "deploy/requirements.txt"):
        (place.root / change).write_text("# Changed.\n")
        assert place.set_up().returncode == 1
        assert (place.packages / "requirements.txt").exists()
    place.uv_fails.unlink()
    assert place.set_up().returncode == 0
    assert place.calls() == ANEW_FOR_A_RUN


def test_an_interrupted_change_makes_the_environment_anew(place: Place) -> None:
    place.set_up()
    (place.root / ".venv" / "setup-changing").touch()

    assert place.set_up().returncode == 0
    assert place.calls() == ANEW_FOR_A_RUN
    assert not (place.root / ".venv" / "setup-changing").exists()


def test_a_machine_without_python_is_told_what_to_install(place: Place) -> None:
    (place.folder / "bin" / "python3").write_text("#!/bin/sh\nexit 1\n")

    refused = place.set_up()

    assert refused.returncode == 1
    assert "Deskpost needs Python 3.11 or newer and found none on the PATH" in refused.stderr
    assert "apt-get install python3 python3-venv" in refused.stderr


def test_a_python_that_cannot_make_environments_is_told_the_package(place: Place) -> None:
    (place.folder / "bin" / "uv").unlink()
    place.put_program("python3", A_PYTHON_WITHOUT_ENSUREPIP)

    refused = place.set_up()

    assert refused.returncode == 1
    assert f"apt-get install python3.{sys.version_info.minor}-venv" in refused.stderr
    assert not (place.root / ".venv").exists()


def test_an_interpreter_that_is_asked_for_is_taken_or_refused(place: Place) -> None:
    (place.folder / "bin" / "python3").unlink()

    refused = place.set_up(python="/nowhere/python3")

    assert refused.returncode == 1
    assert "PYTHON is set to '/nowhere/python3'" in refused.stderr
    assert place.set_up(python=str(PYTHON)).returncode == 0


def test_another_installation_of_the_same_version_is_another_interpreter(place: Place) -> None:
    """One in root's home, which a service cannot reach, gives way to that of the system."""
    elsewhere = f'#!/bin/sh\ncase $* in *base_prefix*) echo /usr; exit ;; esac\nexec {PYTHON} "$@"\n'
    place.put_program("of-the-system", elsewhere)
    place.set_up()

    assert place.set_up(python=str(PYTHON)).returncode == 0
    assert place.calls() == []
    assert place.set_up(python=str(place.folder / "bin" / "of-the-system")).returncode == 0
    assert place.calls() == ANEW_FOR_A_RUN


def test_an_unknown_purpose_is_refused(place: Place) -> None:
    refused = place.set_up("everything")

    assert refused.returncode == 1
    assert "'everything' is not something to set up for" in refused.stderr
