"""Make `.venv` and bring it to what a lock file says: `python3 -m scripts.venv run` (or `dev`).

Nothing happens when the lock did not change since the last time. The file has to be readable by old Pythons, because it
is the one that tells their owners what is needed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.services import ServiceError, apt

OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


class SetupError(Exception):
    """What is missing and how to get it, in words for the person at the terminal."""


def ensure(profile: str) -> Path:
    """Return the interpreter of a `.venv` that holds `requirements/<profile>.txt`; raises `SetupError`."""
    lock = ROOT / "requirements" / f"{profile}.txt"
    stamp = VENV / f".{profile}-stamp"
    wanted = _fingerprint(lock)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return PYTHON
    if not _has_pip(PYTHON):
        _create(suitable_python(), may_install=profile == "dev")
    print(f"Installing requirements/{profile}.txt into .venv (about a minute the first time) ...", flush=True)
    if not any(_succeeds([*each, "--require-hashes", "-r", str(lock)], aloud=True) for each in _installers()):
        raise SetupError("pip could not install the locked packages; its message is above. `make` again continues.")
    _put_on_path()
    stamp.write_text(wanted)
    return PYTHON


def suitable_python() -> str:
    """Return a Python of version 3.11 or newer, this one if it will do; raises `SetupError`."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for name in NEWER_NAMES:
        found = shutil.which(name)
        if found:
            return found
    here = ".".join(str(part) for part in sys.version_info[:3])
    raise SetupError(
        f"Parkbench needs Python 3.11 or newer, and {sys.executable} is {here}. Install a newer one, or name it: "
        "make run PYTHON=/path/to/python3.12"
    )


def _fingerprint(lock: Path) -> str:
    """Return a digest of the lock and of where the checkout stands: a moved checkout needs its paths again."""
    return hashlib.sha256(lock.read_bytes() + str(ROOT).encode()).hexdigest()


def _has_pip(python: Path) -> bool:
    return python.exists() and _succeeds([str(python), "-m", "pip", "--version"])


def _create(python: str, *, may_install: bool) -> None:
    print("Making .venv ...", flush=True)
    if not _succeeds([python, "-c", "import ensurepip, venv"]):
        if shutil.which("virtualenv"):
            subprocess.run(["virtualenv", "-q", "--clear", "-p", python, str(VENV)], check=True)
            return
        if not (may_install and apt.may_install()):
            raise SetupError(
                "This Python came without its venv module. On Debian and Ubuntu: apt-get install python3-venv. "
                "A virtualenv on the PATH will do as well."
            )
        apt.install(["python3-venv"])
    subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=True)


def _installers() -> list[list[str]]:
    """Return the commands that install: uv where somebody has it, because it is ten times quicker, and pip."""
    # Modules are compiled when they are first imported: most of what is installed never is.
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "-q", "--disable-pip-version-check", "--no-compile"]
    uv = shutil.which("uv")
    return [[uv, "pip", "install", "--quiet", "--python", str(PYTHON)], pip] if uv else [pip]


def _put_on_path() -> None:
    """Write the path file that `pip install -e .` would write, without a build."""
    folder = next((VENV / "lib").glob("python3.*/site-packages"))
    (folder / "parkbench.pth").write_text(f"{ROOT}\n{ROOT / 'site'}\n")


def _succeeds(command: list[str], *, aloud: bool = False) -> bool:
    return subprocess.run(command, capture_output=not aloud, check=False).returncode == 0


if __name__ == "__main__":
    try:
        ensure(sys.argv[1])
    except (SetupError, ServiceError) as error:
        sys.exit(f"\n{error}")
