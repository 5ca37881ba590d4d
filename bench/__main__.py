"""`make bench`: every measurement, one after the other; exits with 1 when a promise is not kept.

`make bench ARGS=beside` runs one of them, `make bench ARGS="beside queue --rounds 3"` two, with an option.
"""

from __future__ import annotations

import subprocess
import sys

# Each sets Django up with a database of its own, so each is a process of its own.
MEASUREMENTS = (
    "article_page", "queue", "load", "streams", "rules", "backtest", "screens", "passages", "inline_browser",
    "reading_browser", "beside",
)  # fmt: skip

if __name__ == "__main__":
    wanted = [name for name in sys.argv[1:] if name in MEASUREMENTS]
    options = [argument for argument in sys.argv[1:] if argument not in MEASUREMENTS]
    commands = [[sys.executable, "-m", f"bench.{name}", *options] for name in wanted or MEASUREMENTS]
    sys.exit(max(subprocess.run(command, check=False).returncode for command in commands))  # noqa: S603
