"""Atom feeds: the latest comments under an article, and of one branch.

A feed is the same for everybody who asks: it shows what visitors may read, in the language of the article.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from core.addresses import absolute
from core.database import replica
from discussions import access, markup
from discussions.models import Article, Visibility
from discussions.queries.cards import Card
from discussions.queries.latest import Latest, latest_of_article, latest_of_branch

#: How long a reader or a proxy may keep a feed, in seconds: programs ask far more often than people write.
MAX_AGE = 60


class CommentsFeed(Atom1Feed):
    """Atom (RFC 4287) with whole texts, and with RFC 4685's word for what a comment answers."""

    changed_at: datetime

    def root_attributes(self) -> dict[str, str]:
        """Return the namespaces."""
        return {**super().root_attributes(), "xmlns:thr": "http://purl.org/syndication/thread/1.0"}

    def latest_post_date(self) -> datetime:
        """Return when the list last changed; removing a comment is a change too."""
        return self.changed_at

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write an entry. Paths in a text, as of mentions, are meant on this site."""
        super().add_item_elements(handler, item)
        base = {"type": "html", "xml:base": absolute("/")}
        handler.addQuickElement("content", item["html"], base | ({"xml:lang": item["lang"]} if item["lang"] else {}))
        if item["answers"]:
            handler.addQuickElement("thr:in-reply-to", "", {"ref": item["answers"], "href": item["answers"]})


@require_safe
@replica()
def article_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve the latest comments under an article."""
    article = access.get_article(None, slug)
    with translation.override(_language(article)):
        title = _("Comments on “%(title)s”") % {"title": article.title}
        feed = _feed(
            article, title, page=article.get_absolute_url(), path=request.path, found=latest_of_article(article)
        )
    return _answer(request, feed)


@require_safe
@replica()
def branch_feed(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Serve a comment and the latest replies below it."""
    comment = access.get_comment(None, comment_id)
    article = comment.article
    with translation.override(_language(article)):
        title = _("Replies to a comment on “%(title)s”") % {"title": article.title}
        page = comment.get_absolute_url()
        feed = _feed(article, title, page=page, path=request.path, found=latest_of_branch(comment))
    return _answer(request, feed)


def _feed(article: Article, title: str, *, page: str, path: str, found: Latest) -> CommentsFeed:
    feed = CommentsFeed(
        title=markup.normalise_line(title),
        link=absolute(page),
        description=None,
        language=article.language,
        feed_url=absolute(path),
        feed_guid=absolute(path),
    )
    feed.changed_at = found.changed_at
    for card in found.cards:
        _add(feed, card)
    return feed


def _add(feed: CommentsFeed, card: Card) -> None:
    address = absolute(card.url)
    feed.add_item(
        title=_title(card),
        link=address,
        unique_id=address,
        description=None,  # type: ignore[arg-type]  # the text itself follows as content; the stubs ask for a summary
        author_name=markup.normalise_line(card.byline.name),
        author_link=absolute(card.byline.url) if card.byline.url else None,
        pubdate=card.created_at,
        updateddate=card.edited_at or card.created_at,
        html=_html(card),
        lang=card.language,
        answers=absolute(reverse("discussions:comment", args=[card.parent_id])) if card.parent_id else "",
    )


def _title(card: Card) -> str:
    name = markup.normalise_line(card.byline.name)
    if card.in_reply_to and card.in_reply_to.name:
        other = markup.normalise_line(card.in_reply_to.name)
        return _("%(name)s in reply to %(other)s") % {"name": name, "other": other}
    return name


def _html(card: Card) -> str:
    if card.visibility != Visibility.COLLAPSED:
        return card.html
    # On a page it takes a click to see the text; a feed has none.
    return format_html("<p>{}</p>", _("A moderator has collapsed this comment. It can be read on the site."))


def _answer(request: HttpRequest, feed: CommentsFeed) -> HttpResponse:
    """Return the feed, or 304 to whoever has it already. The tag is made of the bytes, so it cannot be wrong."""
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["Last-Modified"] = http_date(feed.changed_at.timestamp())
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return get_conditional_response(request, response["ETag"], int(feed.changed_at.timestamp()), response) or response


def _language(article: Article) -> str:
    return article.language if article.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
