"""Patterns that administrators write: re2 only, and only such as cannot take long.

re2 is linear in the text, but its constant is the size of the pattern: `[ab]*a[ab]{500}` takes 150 ms for a long
comment. So a pattern is refused when its program is long, counted in letters and classes of letters.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2
from django.utils.translation import gettext as _

from moderation.rules.needles import Span
from moderation.rules.normalise import Mapped

LENGTH = 200
#: Steps of the program over single bytes: what decides the time. 60 take some 20 ms for 20 kB that are made to be bad.
STEPS = 60
#: Steps with every letter of Unicode spelled out: what decides the memory.
STEPS_IN_UTF8 = 6000
_MEMORY = 1 << 21
#: Where a pattern fits is marked so often; each place costs a search.
SPANS_KEPT = 3
#: Bytes of a text that are looked at: the longest comment in a script of two bytes a letter, and a half.
READ_AT_MOST = 15_000


class BadPattern(ValueError):
    """The pattern cannot be used; the message says why, for whoever wrote it."""


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """Return the compiled pattern. Raises `BadPattern`."""
    if len(pattern) > LENGTH:
        raise BadPattern(_("A pattern has at most %(n)d characters.") % {"n": LENGTH})
    try:
        result = re2.compile(pattern, _options())
        steps = re2.compile(pattern.encode("latin-1", "replace"), _options(single_bytes=True)).programsize
    except re2.error as error:
        words = error.args[0] if error.args else ""
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        raise BadPattern(_("This pattern cannot be read: %(why)s") % {"why": said}) from error
    if steps > STEPS or result.programsize > STEPS_IN_UTF8:
        raise BadPattern(_("This pattern would take too long: repeat fewer things, or fewer times."))
    if result.search(b"") is not None:
        raise BadPattern(_("This pattern fits a text without any words, so it would fit every comment."))
    return result


def find(pattern: str, mapped: Mapped) -> list[Span]:
    """Return where the pattern fits, in the original of `mapped`."""
    data = mapped.text.encode("utf-8", "replace")[:READ_AT_MOST]
    spans: list[Span] = []
    at = 0
    regex = compiled(pattern)
    while len(spans) < SPANS_KEPT and (found := regex.search(data, at)) is not None:
        start, end = (len(data[:n].decode("utf-8", "ignore")) for n in found.span())
        if end > start:
            spans.append(mapped.span(start, end))
        at = max(found.end(), at + 1)
        if at >= len(data):
            break
    return spans


def _options(*, single_bytes: bool = False) -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    if single_bytes:
        options.encoding = re2.Options.Encoding.LATIN1
    return options
