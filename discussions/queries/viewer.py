"""What is the reader's own on a page: votes, comments that wait for review, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q

from accounts.models import Guest
from accounts.participants import Participant
from core.errors import NotAllowed
from discussions import access
from discussions.models import Article, Comment, Visibility, Vote
from discussions.queries.build import build_card
from discussions.queries.cards import Card, Viewer
from discussions.queries.rows import Row, as_rows

HELD_SHOWN = 20
EVERYTHING = Q()


def viewer_of(
    participant: Participant | None, article: Article, cards: Iterable[Card], *, held_where: Q | None = EVERYTHING
) -> Viewer:
    """Return the reader's own part of a page that shows `cards`: no query for a visitor, at most three for a member.

    Of the comments that wait for review, those are shown for which `held_where` holds; None for a part of a page that
    has no place for them: then nothing is looked for.
    """
    shown, held = tuple(cards), () if held_where is None else _held(participant, article, held_where)
    refusal = _refusal(participant, article)
    return Viewer(
        is_member=participant is not None and not participant.is_guest,
        is_guest=participant is not None and participant.is_guest,
        is_moderator=access.is_moderator(participant),
        can_write=refusal is None,
        can_vote=_can_vote(participant, article),
        why_not=refusal.message if refusal else "",
        why_not_code=refusal.code if refusal else "",
        votes=_votes(participant, shown),
        own=frozenset(card.id for card in (*shown, *held) if participant and card.owner == participant.identity),
        held=held,
    )


def _refusal(participant: Participant | None, article: Article) -> NotAllowed | None:
    try:
        access.check_can_write(participant, article)
    except NotAllowed as refusal:
        return refusal
    return None


def _can_vote(participant: Participant | None, article: Article) -> bool:
    if participant is None or article.is_locked:
        return False
    return not participant.is_guest or settings.GUESTS_MAY_VOTE


def _votes(participant: Participant | None, cards: tuple[Card, ...]) -> dict[int, int]:
    if participant is None or not cards or (participant.is_guest and not settings.GUESTS_MAY_VOTE):
        return {}
    # Nobody votes on their own.
    ids = [card.id for card in cards if card.owner != participant.identity]
    if not ids:
        return {}
    mine = (
        Vote.objects.filter(guest=participant)
        if isinstance(participant, Guest)
        else Vote.objects.filter(member=participant)
    )
    return dict(mine.filter(comment_id__in=ids).values_list("comment_id", "value"))


def _held(participant: Participant | None, article: Article, where: Q) -> tuple[Card, ...]:
    if participant is None:
        return ()
    held = Comment.objects.filter(where, article=article, visibility=Visibility.HELD)
    # Moderators find what waits where it was written, too: the thread is its context.
    rows = as_rows(held if access.is_moderator(participant) else held.by(participant))
    return tuple(
        build_card(Row(*row), level=0, article_author_id=article.author_id, reveal=True)
        for row in rows.order_by("-created_at", "-id")[:HELD_SHOWN]
    )
