"""The forms that every page of a discussion carries, fresh: the composer, and following by mail.

Their templates are run once for each kind of reader (`core.moulds`); a form that was sent and comes back is drawn by
the same templates as ever.
"""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from accounts.participants import ParkbenchRequest, Participant
from core.moulds import poured
from core.origin import is_visitor
from discussions.forms import CommentForm
from discussions.models import Article
from discussions.queries.cards import Viewer
from discussions.subscription_forms import SubscribeForm

COMPOSER, FOLLOW = "discussions/comment_post/form.html", "discussions/subscribe/details.html"


def fresh_composer(
    request: ParkbenchRequest, article: Article, viewer: Viewer, writer: Participant | None
) -> SafeString:
    """Return the form for a comment of `writer` under `article`, or why `viewer` cannot write there.

    A page for visitors is the same for all of them, so its form has no key: a script or the server makes one.
    """
    if not viewer.can_write:
        form = CommentForm(article=article, participant=writer)
        return render_to_string(COMPOSER, {"form": form, "article": article, "viewer": viewer}, request)
    token, is_guest = _token(request), writer is not None and writer.is_guest
    name = escape(writer.display_name) if writer is not None and writer.is_guest else ""
    words = [_slug(article), str(article.pk), str(uuid4()) if writer else "", token, name]

    def draw(marks: list[SafeString]) -> str:
        slug, number, key, token_mark, name_mark = marks
        form = CommentForm(article=_named(slug, number), participant=writer)
        form.initial["key"] = key if writer else None
        if is_guest:
            form.initial["name"] = name_mark
        known = {"form": form, "article": form.article, "viewer": viewer, "csrf_token": token_mark if token else ""}
        return render_to_string(COMPOSER, known)

    shape = (COMPOSER, get_language(), writer is None, is_guest, bool(token))
    return poured(shape, words, draw)


def fresh_follow(request: ParkbenchRequest, article: Article) -> SafeString:
    """Return the form by which the reader follows `article` by mail."""
    form = SubscribeForm(participant=request.participant)
    token = _token(request)

    def draw(marks: list[SafeString]) -> str:
        known = {"article": _named(marks[0], marks[0]), "comment": None, "subscribe_form": form}
        return render_to_string(FOLLOW, {**known, "csrf_token": marks[1] if token else ""})

    shape = (FOLLOW, get_language(), form.needs_address, form.offers_replies, form.initial["frequency"], bool(token))
    return poured(shape, [_slug(article), token], draw)


def _named(slug: str, number: str) -> Article:
    return Article(pk=number, slug=slug)


def _slug(article: Article) -> str:
    return escape(quote(article.slug))


def _token(request: ParkbenchRequest) -> str:
    return "" if is_visitor(request) else get_token(request)
