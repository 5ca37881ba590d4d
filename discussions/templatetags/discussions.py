"""Template filters that ask what a card means to its reader."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import ngettext

from discussions.queries.cards import Branch, Card, Viewer

register = template.Library()

#: About twenty lines of 65 characters with their markup: longer comments start folded.
LONG = 1600
LONG_BLOCKS = 16


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


@register.filter
def is_long(html: str) -> bool:
    """Return whether a text takes more than some twenty lines: an estimate, so that nothing moves on loading."""
    return len(html) > LONG or html.count("<p>") * 2 + html.count("<br") + html.count("<li") > LONG_BLOCKS * 2


@register.filter
def replies_of(branch: Branch) -> int:
    """Return how many comments are below the top of a branch, shown here or not."""
    return sum(1 for _ in branch.top.walk()) - 1 + branch.more


@register.filter
def votes_up(count: int) -> str:
    """Return the number of votes up in words."""
    return ngettext("%(n)s vote up", "%(n)s votes up", count) % {"n": count}


@register.filter
def votes_down(count: int) -> str:
    """Return the number of votes down in words."""
    return ngettext("%(n)s vote down", "%(n)s votes down", count) % {"n": count}


@register.filter
def after_log_in(path: str) -> str:
    """Return the address of the log-in that leads on to `path`."""
    return f"{_login_path()}?next={quote(path)}"


@cache
def _login_path() -> str:
    return reverse("account_login")


@register.simple_tag
def downvotes() -> bool:
    """Return whether this site lets readers vote down."""
    return bool(settings.DOWNVOTES)
