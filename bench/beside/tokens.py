"""What writers carry, and what they remember, so that somebody can ask afterwards whether all of it is there."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

#: What a browser carries against forgery, once it was shown a form.
CSRF = "c" * 32


def cookies(session: str) -> str:
    """Return the header line of a browser in which a member is logged in."""
    return f"Cookie: sessionid={session}; csrftoken={CSRF}\r\n"


def of_a_script(session: str) -> str:
    """Return the header lines of a script in that browser, for a server that wants the token a second time."""
    return f"{cookies(session)}X-CSRFToken: {CSRF}\r\n"


def numbers() -> Iterator[int]:
    """Return 1, 2, 3 and so on: each text of a run is said once."""
    return itertools.count(1)


def pairs(comments: Sequence[int], readers: int, taken: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Yield (comment, number of a reader) in a seeded order, each once, and none of `taken`."""
    used = {(comment, reader) for comment, reader in taken}
    rng = random.Random(11)  # noqa: S311
    everything = [(comment, reader) for comment in comments for reader in range(readers)]
    rng.shuffle(everything)
    return (pair for pair in everything if pair not in used)
