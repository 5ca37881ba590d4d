"""What moderation lends to the templates of other apps."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.models import User
from discussions.models import Article, Comment
from moderation import access
from moderation.moulds import rows_html
from moderation.queries import guidelines as queries
from moderation.queries import slow
from moderation.queries.queue_rows import QueueRow
from moderation.queries.staff import may_be_staff

register = template.Library()


@register.simple_tag
def short_guidelines() -> tuple[tuple[int, str], ...]:
    """Return (number, title) of the guidelines in force, in the language of the page."""
    return queries.short_guidelines(get_language() or queries.FALLBACK_LANGUAGE)


@register.simple_tag
def slow_branch(comment: Comment) -> slow.Slow | None:
    """Return the branch of the comment if it is slowed down now: one query."""
    return slow.slow_branch(comment)


@register.simple_tag
def slow_branches(article: Article) -> list[slow.Slow]:
    """Return the branches of the article that are slowed down now: a query in some seconds."""
    return slow.slow_branches_of(article.pk)


@register.simple_tag(takes_context=True)
def acts(context: template.Context) -> frozenset[str]:
    """Return everything of `access.TABLE` that the reader of this page may do."""
    role = access.standing_of(getattr(context.get("request"), "participant", None)).role
    return frozenset(act for act, least in access.TABLE.items() if role >= least)


@register.simple_tag(takes_context=True)
def is_staff(context: template.Context) -> bool:
    """Return whether the reader of this page is shown the way to the desk: no query of their own."""
    participant = getattr(context.get("request"), "participant", None)
    return isinstance(participant, User) and may_be_staff(participant)


@register.simple_tag(takes_context=True)
def queue_rows(context: template.Context, rows: tuple[QueueRow, ...]) -> SafeString:
    """Return the rows of a list; where it is and whether it decides come from the page."""
    return rows_html(rows, context["place"], may_decide=context["may_decide"])
