"""Small charts as SVG, drawn on the server. Pure: numbers and words in, markup out.

Colours are classes (`.chart .publish` …), because the site's Content-Security-Policy knows no inline style. A chart has
a title and a description for who does not see it; the page puts the numbers into a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: Of the drawing's own units; the page stretches it, so there are no words inside.
WIDTH, HEIGHT = 640, 160


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chart: what it stands for, and its parts from the bottom up as (class, amount)."""

    label: str
    parts: Sequence[tuple[str, float]]

    @property
    def total(self) -> float:
        """Return how high it is."""
        return sum(amount for _name, amount in self.parts)


def columns(name: str, title: str, description: str, data: Sequence[Column]) -> SafeString:
    """Return stacked columns side by side, with the first and the last label under them and the highest sum above.

    `name` makes the ids, so it is a word that no other chart of the page has.
    """
    top = max((column.total for column in data), default=0) or 1
    step = WIDTH / max(len(data), 1)
    bars = format_html_join("", "{}", ((_column(column, n * step, step, top),) for n, column in enumerate(data)))
    drawing = format_html(
        '<svg class="chart" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-labelledby="{}-title {}-desc"><title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        WIDTH, HEIGHT, name, name, name, title, name, description, bars,
    )  # fmt: skip
    ends = (data[0].label, data[-1].label) if data else ("", "")
    # Time runs from left to right in every language; a table says the same to who reads the other way.
    return format_html(
        '<div class="chart-box meta" dir="ltr"><p aria-hidden="true">{}</p>{}<p aria-hidden="true"><span>{}</span>'
        "<span>{}</span></p></div>",
        _amount(top), drawing, *ends,
    )  # fmt: skip


def bar(share: float, kind: str = "") -> SafeString:
    """Return a bar that is filled to `share` percent; the number stands beside it, so nobody has to hear of it."""
    full = min(max(share, 0), 100)
    return format_html(
        '<svg class="chart meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rest" width="100" height="8"/><rect class="{}" width="{}" height="8"/></svg>',
        kind or "share", f"{full:.1f}",
    )  # fmt: skip


def _column(column: Column, x: float, step: float, top: float) -> SafeString:
    y = float(HEIGHT)
    gap = min(step * 0.2, 4)
    parts: list[tuple[str, str, str, str, str]] = []
    for kind, amount in column.parts:
        if amount > 0:
            high = amount / top * HEIGHT
            y -= high
            parts.append((kind, f"{x + gap / 2:.2f}", f"{y:.2f}", f"{step - gap:.2f}", f"{high:.2f}"))
    rects = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', parts)
    # A title is what a pointer is shown.
    return format_html("<g><title>{}: {}</title>{}</g>", column.label, _amount(column.total), rects) if parts else rects


def _amount(value: float) -> str:
    return f"{value:g}"
