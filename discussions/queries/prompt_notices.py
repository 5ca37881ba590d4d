"""What the inbox says of questions whose words an edit has changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.inbox import Entry, Position, register
from accounts.inbox import before as rows_before
from accounts.participants import Participant
from discussions.models import PassageStatus, PromptNotice
from discussions.models.prompt_notice import PromptNoticeQuerySet

QUOTED = 160


@dataclass(frozen=True, slots=True)
class PromptNews:
    """A question as the inbox shows it: what became of its words, and where that can be seen."""

    headline: str
    question: str
    words: str
    url: str
    article: str
    article_language: str


class Prompts:
    """The source. It tells what is the case when it is read, not what was when it was written."""

    name = "prompts"

    def unread(self, person: Any, now: Any) -> PromptNoticeQuerySet:
        """Return what the person has not read."""
        return PromptNotice.objects.to_show(person).filter(read_at=None)

    def entries(self, person: Participant, before: Position | None, at_most: int) -> list[Entry]:
        """Return the newest: one query."""
        rows = rows_before(PromptNotice.objects.to_show(person), "created_at", self.name, before)
        rows = rows.select_related("passage__article", "place").order_by("-created_at", "-id")
        rows = rows.defer("passage__article__body", "passage__article__body_html")
        return [self._entry(row) for row in rows[:at_most]]

    def mark_read(self, person: Participant, until: datetime, only: int | None) -> int:
        """Mark as read what was told until then, or one entry; return how much was new."""
        rows = self.unread(person, timezone.now()).filter(created_at__lte=until)
        return (rows if only is None else rows.filter(pk=only)).update(read_at=timezone.now())

    def _entry(self, row: PromptNotice) -> Entry:
        passage, article = row.passage, row.passage.article
        is_new = row.read_at is None
        news = PromptNews(
            headline(passage.status if is_new else row.place.status), passage.question,
            Truncator(passage.exact).chars(QUOTED), reverse("discussions:passage", args=[article.slug, passage.pk]),
            article.title, article.language,
        )  # fmt: skip
        return Entry(Position(row.created_at, self.name, row.pk), is_new, "discussions/inbox/prompt.html", news)


def headline(status: str) -> str:
    """Return in a few words what became of the words that a question is about."""
    if status == PassageStatus.EDITED:
        return _("The words you ask about have changed")
    if status == PassageStatus.MOVED:
        return _("The words you ask about have moved")
    if status == PassageStatus.ANCHORED:
        return _("The words you ask about are in the article again")
    return _("The words you ask about are no longer in the article")


register(Prompts())
