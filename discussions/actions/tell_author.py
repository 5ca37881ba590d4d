"""Telling the author of a question what an edit made of the words that it is about."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.outbox import handles, put
from discussions.actions import rows
from discussions.models import ArticleRevision, Passage, PassageHistory, PromptNotice

_TOPIC = "discussions.tell_author"


def put_change(passage: Passage, revision: ArticleRevision) -> None:
    """Let the author of the question be told of its new status, after the commit."""
    put(_TOPIC, passage=passage.pk, revision=revision.pk)


@handles(_TOPIC)
def tell_author(*, event: UUID, passage: int, revision: int) -> None:
    """Tell whoever asks there, if that is known and there is something to tell. The second time it does nothing."""
    row = Passage.objects.filter(pk=passage).select_related("article__author", "member").first()
    author = None if row is None else asker(row)
    if row is None or author is None:
        return
    with transaction.atomic():
        # Two edits may be told of at the same time, and in the wrong order.
        rows.locked_article(row.article_id)
        history = PassageHistory.objects.filter(passage=row).order_by("-pk")
        place = history.filter(revision=revision).first()
        latest = PromptNotice.objects.filter(passage=row).order_by("-pk").first()
        if place is None or (latest is not None and latest.place_id >= place.pk):
            return
        if latest is not None and latest.read_at is None and latest.member_id == author.pk:
            latest.place, latest.created_at = place, timezone.now()
            latest.save(update_fields=["place", "created_at"])
            return
        PromptNotice.objects.filter(passage=row, read_at=None).delete()
        earlier = history.filter(pk__lt=place.pk).exclude(status=place.status).first()
        if earlier is not None:
            PromptNotice.objects.create(member=author, passage=row, place=place, before=earlier.status)


def asker(passage: Passage) -> User | None:
    """Return who is told of the question: the article's author, else who saved the article with it; None if nobody is.

    `passage` comes with its article.
    """
    for person in (passage.article.author, passage.member):
        if isinstance(person, User) and person.is_active:
            return person
    return None
