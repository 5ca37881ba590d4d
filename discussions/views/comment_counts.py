"""Counts of comments for pages elsewhere that list articles."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.errors import BadRequest
from discussions.queries.counts import public_counts

MOST = 100
#: Seconds that a browser or a proxy may keep the answer.
MAX_AGE = 60
#: The largest number that an id column holds.
MAX_ID = 2**63 - 1


@require_safe
def comment_counts(request: HttpRequest) -> HttpResponse:
    """Answer `?article=1&article=2` with `{"counts": {"1": 12, "2": 0}}`, at most 100 in one request.

    `slug` and `url` name articles as well, and are answered under `slugs` and `urls`.

    Raises `BadRequest`, in words, for an id that is no number, for nothing and for too much.
    """
    ids = {_id(text) for text in request.GET.getlist("article")}
    slugs, urls = set(request.GET.getlist("slug")) - {""}, set(request.GET.getlist("url")) - {""}
    if not 1 <= len(ids) + len(slugs) + len(urls) <= MOST:
        raise BadRequest(_("Please name between 1 and %(n)d articles, by “article”, “slug” or “url”.") % {"n": MOST})
    if any("\x00" in text for text in (*slugs, *urls)):
        raise BadRequest(_("An address has a character that cannot be in one."))
    response = JsonResponse(public_counts(ids=ids, slugs=slugs, urls=urls))
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID):
        raise BadRequest(_("“%(text)s” is not the number of an article.") % {"text": text[:40]})
    return int(text)
