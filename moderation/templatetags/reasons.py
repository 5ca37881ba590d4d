"""What moderation tells people on the pages of other apps."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from accounts.participants import Participant
from discussions.models import Comment
from discussions.queries.cards import Card
from discussions.queries.profile import Entry
from moderation.models import Sanction
from moderation.queries.reasons import (
    GuidelineFact,
    Reason,
    active_sanctions,
    may_appeal_sanction,
    reasons_for,
)

register = template.Library()


@register.simple_tag(takes_context=True)
def own_reasons(context: template.Context, entries: Iterable[Entry]) -> dict[int, Reason]:
    """Return why those of `entries` that the reader wrote are not public, by comment: two queries for all of them."""
    participant = _participant(context)
    hidden = [entry.card.id for entry in entries if entry.card.visibility not in ("public", "withdrawn")]
    return reasons_for(participant, hidden) if participant else {}


@register.simple_tag(takes_context=True)
def own_reason(context: template.Context, comment: Comment) -> Reason | None:
    """Return why a comment of the reader's own is not public: at most two queries."""
    participant = _participant(context)
    return reasons_for(participant, [comment.pk]).get(comment.pk) if participant else None


@register.simple_tag(takes_context=True)
def own_sanctions(context: template.Context) -> list[tuple[Sanction, GuidelineFact | None]]:
    """Return the measures that apply to the reader now, with their guidelines: at most two queries."""
    participant = _participant(context)
    return active_sanctions(participant) if participant else []


@register.filter
def about(reasons: dict[int, Reason] | str, card: Card) -> Reason | None:
    """Return the reason of one comment, or None; an empty page has none."""
    return reasons.get(card.id) if isinstance(reasons, dict) else None


@register.filter
def can_appeal(sanction: Sanction) -> bool:
    """Return whether the appeal link is shown beside a measure."""
    return may_appeal_sanction(sanction)


def _participant(context: template.Context) -> Participant | None:
    return getattr(context.get("request"), "participant", None)
