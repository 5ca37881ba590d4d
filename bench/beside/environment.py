"""`.venv-bench`: what we are measured beside, in versions of its own lock and apart from our own packages."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "bench.txt"
VENV = ROOT / ".venv-bench"
PYTHON = VENV / "bin" / "python"


def ensure() -> Path:
    """Return the interpreter of an environment that holds the lock; raises `CalledProcessError` when pip fails."""
    stamp, wanted = VENV / ".stamp", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return PYTHON
    print(f"Installing {LOCK.relative_to(ROOT)} into {VENV.name} ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    install = [str(PYTHON), "-m", "pip", "install", "-q", "-q", "--disable-pip-version-check"]
    subprocess.run([*install, "--require-hashes", "-r", str(LOCK)], check=True)
    stamp.write_text(wanted)
    return PYTHON
