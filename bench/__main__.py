"""`make bench`: every measurement, one after the other; exits with 1 when a promise is not kept."""

from __future__ import annotations

import subprocess
import sys

# Each sets Django up with a database of its own, so each is a process of its own.
MEASUREMENTS = (
    "bench.article_page", "bench.queue", "bench.load", "bench.streams", "bench.rules", "bench.backtest", "bench.screens",
    "bench.passages", "bench.inline_browser",
)  # fmt: skip

if __name__ == "__main__":
    commands = [[sys.executable, "-m", name, *sys.argv[1:]] for name in MEASUREMENTS]
    sys.exit(max(subprocess.run(command, check=False).returncode for command in commands))  # noqa: S603
