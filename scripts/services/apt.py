"""Debian packages, where there is apt and the right to use it."""

from __future__ import annotations

import os
import shutil
import subprocess

from scripts.services import ServiceError


def may_install() -> bool:
    """Return whether packages can be installed without asking anybody for a password."""
    return shutil.which("apt-get") is not None and _privilege() is not None


def install(packages: list[str]) -> None:
    """Install `packages` after refreshing the lists; raises `ServiceError` when apt fails."""
    print(f"Installing {', '.join(packages)} with apt-get ...", flush=True)
    command = [*(_privilege() or []), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    fetch = [*command, "install", "--yes", "--no-install-recommends", *packages]
    for step in ([*command, "update"], fetch):
        done = subprocess.run(step, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        last_words = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise ServiceError(f"apt-get could not install {', '.join(packages)}:\n{last_words}")


def _privilege() -> list[str] | None:
    """Return what to put before a command to run it as root, or None when that needs a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
        return ["sudo", "-n"]
    return None
