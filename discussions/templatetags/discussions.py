"""Comments on a page, and what a card means to its reader."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from discussions import moulds
from discussions.queries.cards import Branch, Card, Viewer

register = template.Library()

register.filter(moulds.is_long)


@register.simple_tag(takes_context=True)
def comment_card(
    context: template.Context,
    card: Card,
    branch: Branch | None = None,
    nested: bool = False,
    start: bool = False,
    is_new: bool = False,
    here: bool = False,
) -> SafeString:
    """Return the list item of `card` with its replies; `viewer`, `article` and `next` come from the page."""
    place = moulds.Place(nested=nested, start=start, is_new=is_new, here=here)
    passed = {"next": context.get("next"), "csrf_token": context.get("csrf_token")}
    page = moulds.Page(context["viewer"], context["article"], get_language(), passed)
    return moulds.card_html(card, page, place, branch)


@register.filter
def vote_on(viewer: Viewer, card: Card) -> int:
    """Return the reader's own vote on `card`: 1, -1 or 0."""
    return viewer.votes.get(card.id, 0)


@register.filter
def wrote(viewer: Viewer, card: Card) -> bool:
    """Return whether the reader is the author of `card`."""
    return card.id in viewer.own


@register.filter
def may_edit(viewer: Viewer, card: Card) -> bool:
    """Return whether the edit link is shown; `access.check_can_edit` decides."""
    return viewer.can_edit(card)


@register.simple_tag
def downvotes() -> bool:
    """Return whether this site lets readers vote down."""
    return bool(settings.DOWNVOTES)
