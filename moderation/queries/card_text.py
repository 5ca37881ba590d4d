"""The text of a comment on its card: words marked, and what an edit changed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape

from django.utils.safestring import SafeString, mark_safe

#: A tag of sanitised HTML, or the text between two.
_PARTS = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+|<""")
_QUOTED = re.compile(r"“([^”]{2,200})”|«([^»]{2,200})»|\"([^\"]{2,200})\"")
#: A shorter one would mark half of the text.
_SHORTEST = 2


def quoted_words(reason: str) -> list[str]:
    """Return the words that a reason quotes: what a screen found."""
    return ["".join(groups).strip() for groups in _QUOTED.findall(reason)]


def mark_words(html: str, words: Iterable[str]) -> SafeString:
    """Return sanitised `html` with every occurrence of `words` in `<mark>`, also across its tags."""
    parts = _PARTS.findall(html)
    texts = [None if part.startswith("<") and part.endswith(">") else unescape(part) for part in parts]
    hits = _merged(_hits("".join(text or " " for text in texts), words))
    out, at = [], 0
    for part, text in zip(parts, texts, strict=True):
        # A tag counts as one space, so that the words around a line break are two.
        out.append(part if text is None else "".join(_marked(text, at, hits)))
        at += 1 if text is None else len(text)
    # Tags are the sanitiser's, everything between them was escaped again.
    return mark_safe("".join(out))  # noqa: S308


def _hits(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    for phrase in words:
        if len(phrase.strip()) < _SHORTEST:
            continue
        pattern = r"\s+".join(re.escape(word) for word in phrase.split())
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield found.span()


def _merged(hits: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for start, end in sorted(hits):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _marked(text: str, at: int, hits: list[tuple[int, int]]) -> Iterator[str]:
    done = 0
    for start, end in hits:
        first, last = max(start - at, done), min(end - at, len(text))
        if first < last:
            yield escape(text[done:first], quote=False)
            yield f"<mark>{escape(text[first:last], quote=False)}</mark>"
            done = last
    yield escape(text[done:], quote=False)
