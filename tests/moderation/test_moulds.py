"""A poured row of a queue is what its template draws."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from itertools import product

import pytest
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import override

from moderation import moulds
from moderation.queries.queue import Place
from moderation.queries.queue_columns import Waiting
from moderation.queries.queue_rows import Points, QueueRow

NOW = timezone.now()


def row(*, name: str, why: tuple[str, ...], holder: str, guest: int | None, visibility: str, skips: int) -> QueueRow:
    """Return a row as the queries make one."""
    case = Waiting(
        id=7, queue="held", severity=2, reports=1, activity=0, raised=5 if skips else 0, order_key=1, opened_at=NOW,
        hold_reason="", is_resubmitted=False, escalation_note="", skip_count=skips, lock_version=3, language="en",
        claimed_by_id=9 if holder else None, claimed_until=NOW + timedelta(hours=1) if holder else None,
        holder_username="ada", holder_name=holder, html="<p>It</p>", revision=2, visibility=visibility,
        comment_language="ar" if guest else "", guest_id=guest, author_name=name, username=None, account_name=None,
        article_slug="lights-out", article_title=f"{name} & <i>", article_language="en",
    )  # fmt: skip
    return QueueRow(
        case, "/moderation/cases/7/", "" if skips else f"“{name}” <said>", name, "1 hour", why,
        Points(220, 200, 10, 0, 5, 5 if skips else 0), holder, is_mine=False, is_chosen=skips == 1,
    )  # fmt: skip


ROWS = [
    row(name=name, why=why, holder=holder, guest=guest, visibility=visibility, skips=skips)
    for name, why, holder, guest, visibility, skips in product(
        ("Sol", "<b>&\"'"), ((), ("Guideline 1 × 2", "It says <fool>.")), ("", "Ada & <Ben>"), (None, 4),
        ("held", "public", "removed"), (0, 1, 2),
    )
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar"])
def test_rows_are_poured_as_they_are_drawn(language: str) -> None:
    place = Place("held")
    with override(language):
        for each, may_decide in product(ROWS, (True, False)):
            shape = moulds._shape(each, place.tab, may_decide=may_decide)
            words = [escape(word) for word in (*moulds._words(each, place.query), *each.why)]
            drawn = moulds._drawn(shape, [mark_safe(word) for word in words])
            for _ in range(2):  # the first cuts the mould
                assert moulds.rows_html([each], place, may_decide=may_decide) == drawn


def test_what_people_wrote_is_escaped() -> None:
    html = moulds.rows_html(ROWS, Place("held"), may_decide=True)
    assert "&lt;fool&gt;" in html
    assert not any(tag in html for tag in ("<fool>", "<said>", "<Ben>", "<b>&", "<i>"))
