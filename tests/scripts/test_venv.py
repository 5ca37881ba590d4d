"""When `.venv` is made or brought up to date, and what is said when that cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts import venv
from scripts.services import apt


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one lock, and a `.venv` whose Python notes what it is told to do."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("kettle==1.0\n")
    site_packages = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    site_packages.mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/told\n')
    python.chmod(0o755)
    monkeypatch.setattr(venv, "ROOT", tmp_path)
    monkeypatch.setattr(venv, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(venv, "PYTHON", python)
    monkeypatch.setenv("PATH", "/nowhere")
    return tmp_path


def told(checkout: Path) -> list[str]:
    file = checkout / "told"
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


def test_the_lock_is_installed_with_its_hashes_once(checkout: Path) -> None:
    venv.ensure("run")
    installed = [line for line in told(checkout) if " install " in line]
    assert len(installed) == 1
    assert f"--require-hashes -r {checkout}/requirements/run.txt" in installed[0]
    venv.ensure("run")
    assert told(checkout) == []


def test_a_changed_lock_is_installed_again(checkout: Path) -> None:
    venv.ensure("run")
    told(checkout)
    (checkout / "requirements" / "run.txt").write_text("kettle==1.1\n")
    venv.ensure("run")
    assert [line for line in told(checkout) if " install " in line]


def test_the_packages_of_the_site_are_put_on_the_path(checkout: Path) -> None:
    venv.ensure("run")
    file = checkout / ".venv" / "lib" / "python3.11" / "site-packages" / "parkbench.pth"
    assert file.read_text().splitlines() == [str(checkout), str(checkout / "site")]


def test_a_failed_installation_is_told_and_tried_again(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    good = python.read_text()
    python.write_text('#!/bin/sh\n[ "$3" = "--version" ]\n')
    with pytest.raises(venv.SetupError, match="could not install"):
        venv.ensure("run")
    python.write_text(good)
    venv.ensure("run")
    assert [line for line in told(checkout) if " install " in line]


def test_a_python_that_is_too_old_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(venv.SetupError, match=r"needs Python 3\.11 or newer, .* is 3\.9\.2"):
        venv.suitable_python()


def test_beside_an_old_python_a_newer_one_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    newer = tmp_path / "python3.12"
    newer.write_text("#!/bin/sh\n")
    newer.chmod(0o755)
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert venv.suitable_python() == str(newer)


@pytest.mark.parametrize("profile", ["run", "dev"])
def test_a_python_without_its_venv_module_is_told_the_package(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, profile: str
) -> None:
    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / "requirements" / f"{profile}.txt").write_text("kettle==1.0\n")
    monkeypatch.setattr(venv, "suitable_python", lambda: "/bin/false")
    monkeypatch.setattr(apt, "may_install", lambda: False)
    with pytest.raises(venv.SetupError, match="apt-get install python3-venv"):
        venv.ensure(profile)
