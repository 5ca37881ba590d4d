"""How long a text takes to read. Pure."""

from __future__ import annotations

WORDS_A_MINUTE = 250
#: Nobody reads four times as fast as readers do.
SKIMMING = 4
#: Where words are not parted by spaces, so many characters are about one.
CHARACTERS_A_WORD = 8


def words_in(text: str) -> int:
    """Return about how many words `text` has, in any script."""
    return max(len(text.split()), len(text) // CHARACTERS_A_WORD)


def least_seconds(words: int) -> float:
    """Return the time below which nobody can have read so many words."""
    return words / (WORDS_A_MINUTE * SKIMMING) * 60
