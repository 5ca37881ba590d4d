"""Parts of pages that are drawn once: what differs from page to page is poured in.

What a part is drawn from is of two kinds: the *shape*, by which its template decides, and the *words*, which it only
writes. For each shape it is drawn once in a process, with marks in the place of the words; what comes out is cut at the
marks, and from then on words are all that is put together.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

#: Shapes that one process remembers; a site has some hundreds in use.
SHAPES = 4000
#: Nobody can write it: words are poured in after the mould has been cut. It passes through escaping and addresses.
_MARK = secrets.token_hex(8)
_CUT = re.compile(f"w{_MARK}x([0-9]+)w")

#: Shape → strings, with the index of a word where it goes.
_moulds: dict[Hashable, list[str | int]] = {}


def poured(shape: Hashable, words: Sequence[str], draw: Callable[[list[SafeString]], str]) -> SafeString:
    """Return `words`, which are HTML, in the mould of `shape`; without one, it is cut from what `draw` makes of marks.

    `shape` has to name the part as well as everything that it decides by, the language among it.
    """
    parts = _moulds.get(shape)
    if parts is None:
        marks = [mark_safe(f"w{_MARK}x{n}w") for n in range(len(words))]  # noqa: S308 — letters and digits
        pieces = _CUT.split(draw(marks))
        parts = [int(piece) if n % 2 else piece for n, piece in enumerate(pieces) if n % 2 or piece]
        # Templates may be edited while debugging.
        if not settings.DEBUG:
            if len(_moulds) >= SHAPES:
                _moulds.clear()
            _moulds[shape] = parts
    return mark_safe("".join([part if part.__class__ is str else words[part] for part in parts]))  # type: ignore[index]  # noqa: S308


def drawn(template: str, known: dict[str, Any]) -> SafeString:
    """Return what the template makes of `known` and nothing else: no request, no context processors."""
    inner: Template = get_template(template).template  # type: ignore[attr-defined]
    return inner.render(Context(known))


def forget() -> None:
    """Let this process remember no shape: a template or a setting has changed."""
    _moulds.clear()
