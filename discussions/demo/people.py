"""The readers of the demo's paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

READERS = Path(__file__).parent / "texts" / "readers.txt"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who comments: a member with a handle, or a guest without."""

    index: int
    name: str
    #: ASCII; empty for a guest.
    handle: str
    #: The mother tongue comes first.
    languages: tuple[str, ...]
    #: Writes for the paper, and says only what is in the scripts.
    is_staff: bool = False

    @property
    def is_guest(self) -> bool:
        """Return whether this reader has no account."""
        return not self.handle


@cache
def readers() -> tuple[Reader, ...]:
    """Return everybody; the position is the `index`."""
    lines = [line for line in READERS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return tuple(_parse(index, line) for index, line in enumerate(lines))


def reader_named(who: str) -> Reader:
    """Return the member with the handle, else the guest with the name, `who`. Raises `LookupError`."""
    for reader in readers():
        if who == (reader.handle or reader.name):
            return reader
    raise LookupError(f"no reader is called {who!r}")


class Cast:
    """Who writes in a language: a few people most of it."""

    def __init__(self, rng: Random, language: str) -> None:
        """Gather everybody who writes in `language`; `rng` decides who writes most."""
        self._rng = rng
        members = [reader for reader in readers() if not reader.is_guest and not reader.is_staff]
        native = [reader for reader in members if reader.languages[0] == language]
        others = [reader for reader in members if language in reader.languages[1:]] if language != "en" else []
        guests = [reader for reader in readers() if reader.is_guest and language in reader.languages]
        self._people = [reader for group in (native, others, guests) for reader in rng.sample(group, len(group))]
        self._weights = list(accumulate(1 / (rank + 8) for rank in range(len(self._people))))

    def draw(self, other_than: int | None = None) -> Reader:
        """Return somebody, if possible not the reader with this index."""
        for _attempt in range(5):
            reader = self._rng.choices(self._people, cum_weights=self._weights)[0]
            if reader.index != other_than:
                break
        return reader


def _parse(index: int, line: str) -> Reader:
    handle, name, languages, *staff = (part.strip() for part in line.split("|"))
    return Reader(index, name, "" if handle == "-" else handle, tuple(languages.split()), is_staff=bool(staff))
