"""From what was written to what is stored: the one way from a body to HTML for every table that holds both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from discussions.language import detect
from discussions.markup import (
    MAX_LENGTH,
    RENDERER_VERSION,
    MarkupError,
    check_comment,
    mentioned_handles,
    plain_text,
    render_article,
    render_comment,
    render_imported_html,
)
from discussions.models import Article, Comment, Notice


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is stored of a text. `language` is empty when it is not certain."""

    html: str
    version: int
    language: str


def clean_body(body: str) -> str:
    """Return the normalised text of a comment. Raises `Refused` in words for one that is empty or too long."""
    try:
        return check_comment(body)
    except MarkupError as error:
        if error.code == "too_long":
            message = _("A comment has at most %(max)d characters. Nothing was cut off.") % {"max": MAX_LENGTH}
        else:
            message = _("Please write something first.")
        raise Refused(message, code=error.code) from error


def render_body(
    body: str, body_format: str = Comment.Format.MARKDOWN, *, profiles: Mapping[str, str] | None = None
) -> Rendered:
    """Return a comment's text rendered. `profiles` are addresses by handle; without them the members are looked up."""
    if body_format == Comment.Format.HTML:
        html = render_imported_html(body)
        return Rendered(html, RENDERER_VERSION, detect(plain_text(html)))
    if profiles is None:
        profiles = profiles_in([body])
    return Rendered(render_comment(body, mentions=profiles), RENDERER_VERSION, detect(body))


def profiles_in(bodies: Iterable[str]) -> dict[str, str]:
    """Return the profile addresses of the members whose @handles are in the texts, with at most one query."""
    handles = frozenset[str]().union(*map(mentioned_handles, bodies))
    if not handles:
        return {}
    members = User.objects.filter(is_active=True).alias(handle=Lower("username")).filter(handle__in=handles)
    return {member.username.lower(): member.get_absolute_url() for member in members.only("username")}


def render_article_row(article: Article) -> None:
    """Set `body_html` from `body`; the caller saves."""
    article.body_html = render_article(article.body)
    article.renderer_version = RENDERER_VERSION


def render_notice(notice: Notice) -> None:
    """Set `html` from `body`; the caller saves."""
    notice.html = render_article(notice.body)
