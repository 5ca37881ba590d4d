"""Chromium for the browser tests: any Chromium or Chrome that starts."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from scripts.services import ServiceError

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
# Browsers that are there without being on the PATH: macOS applications, and what `playwright install` fetched.
ELSEWHERE = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PLAYWRIGHT = ".cache/ms-playwright/chromium-*/chrome-linux*/chrome"


class Chromium:
    """See `scripts.services.choose.Service`; a value is the path of the program."""

    name = "Chromium"
    variable = "CHROMIUM"
    # The fonts make pages in Arabic and other scripts look as readers see them.
    packages: tuple[str, ...] = ("chromium", "fonts-noto-core")

    def named(self, environ: Mapping[str, str]) -> str | None:
        """Return `CHROMIUM`."""
        return environ.get(self.variable) or None

    def candidates(self, environ: Mapping[str, str]) -> list[str]:
        """Return the browsers that are installed."""
        on_path = [found for name in NAMES if (found := shutil.which(name))]
        fetched = sorted(str(path) for path in Path.home().glob(PLAYWRIGHT))
        return [*on_path, *(path for path in ELSEWHERE if Path(path).exists()), *reversed(fetched)]

    def problem(self, value: str) -> str | None:
        """Return why this program will not do: Ubuntu's `chromium-browser` may be a pointer to a snap."""
        try:
            said = subprocess.run([value, "--version"], capture_output=True, text=True, check=False, timeout=60)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{value}: {error}"
        return f"{value} --version failed: {said.stderr.strip()[-200:]}" if said.returncode else None

    def binary(self) -> Path | None:
        """Return None: a browser is used where it is, the tests start it themselves."""
        return None

    def adopt(self, value: str, stack: ExitStack) -> str:
        """Return the path as it is."""
        return value

    def start(self, binary: Path, stack: ExitStack) -> str:
        """Never called, because `binary` finds nothing to start."""
        raise ServiceError(f"{binary} is started by the tests themselves")
