"""`make lock`: write `requirements/*.txt` from the lists in pyproject.toml (`ARGS=--upgrade`: newer versions).

The locks hold for every platform and Python from 3.11 on. They name neither a registry nor a path, so that pip's own
configuration decides where packages come from.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    # Older pips take `name[extra]` for another package than `name`, and refuse one that is not pinned by itself.
    "--no-strip-extras",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--quiet",
)
# The second lock holds all of the first in the same versions: the tests run on what is served. The third is another
# environment's, what we are measured beside; where both have a package, it is the same version.
LOCKS = {
    "requirements/run.txt": ["pyproject.toml"],
    "requirements/dev.txt": ["pyproject.toml", "--group=dev", "--constraint=requirements/run.txt"],
    "requirements/bench.txt": ["--group=bench", "--constraint=requirements/run.txt"],
}


def main(arguments: Sequence[str]) -> int:
    """Write the locks with uv, from the PATH or fetched for this once; return its exit status."""
    with tempfile.TemporaryDirectory(prefix="parkbench-") as folder:
        uv = shutil.which("uv") or _fetch_uv(Path(folder))
        for file, sources in LOCKS.items():
            command = [uv, "pip", "compile", *sources, *OPTIONS, *arguments, "-o", file]
            status = subprocess.run(command, cwd=ROOT, check=False).returncode
            if status:
                return status
            print(f"{file}: {(ROOT / file).read_text().count('==')} packages")
    return 0


def _fetch_uv(folder: Path) -> str:
    print("Fetching uv for this once ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(folder / "bin" / "pip"), "install", "-q", "-q", "uv"], check=True)
    return str(folder / "bin" / "uv")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
