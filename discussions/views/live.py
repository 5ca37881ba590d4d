"""What is answered before anybody asks who the reader is: cached first pages, and whether there is anything new.

Both are the same for everybody, so neither needs a session. Whoever has one, or a message to read, gets a page of their
own from the view.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models.user import SORT_COOKIE
from core.errors import TooMany
from core.limits import check_limit
from core.middleware import explain
from core.origin import is_visitor
from core.requests import client_network
from discussions.freshness import known_version
from discussions.page_cache import Page, Want, is_current, page_for
from discussions.queries.live import events_since, news_of, read_version
from discussions.queries.sorting import SORTS, sort_named
from discussions.views.answers import remember_sort

View = Callable[[HttpRequest], HttpResponse]
_ID = re.compile(r"\d{1,18}", re.ASCII)
#: A proxy may answer many readers from one answer; a browser asks each time, and mostly hears 304.
SHARED = "public, max-age=0, s-maxage=1"
#: Headers that the view and what is around it have set, and that belong to the page.
KEPT_HEADERS = ("Content-Type", "Content-Language", "X-Frame-Options", "Vary")


class BeforeSessions:
    """Answers for cached first pages and polls; passes everything else on."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from what is known, or let the view answer and remember what it said."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        name, slug = _route(request.path_info)
        if name == "live":
            return live(request, slug)
        want = _want(request, slug) if name == "article" else None
        response = self._shared(request, want) if want else None
        return response or self.get_response(request)

    def _shared(self, request: HttpRequest, want: Want) -> HttpResponse | None:
        second = int(time.time())
        try:
            known = known_version(want.slug, read_version)
        except DatabaseError:
            return None  # whoever answers instead says it in words
        if known.version is None:
            return None
        answers: list[HttpResponse] = []

        def make() -> tuple[bytes, tuple[tuple[str, str], ...]] | None:
            answers.append(self.get_response(request))
            return _public_part(answers[0])

        page = page_for(want, known, make)
        if page is None:
            return next(iter(answers), None)
        response = _response(request, want, page)
        if response.status_code == 200 and not request.COOKIES and is_current(page, known):
            # For nginx (deploy/nginx/microcache.conf), which tells nobody: until the end of the second in which this
            # was true. What is said in it is seen in the next one.
            response["X-Accel-Expires"] = f"@{second}"
        return response


@require_safe
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer `?since=<id of an event>`: 204 when that was the last one, else what has happened since."""
    text = request.GET.get("since", "0")
    if not _ID.fullmatch(text):
        return JsonResponse({"error": "since"}, status=400)
    try:
        known = known_version(slug, read_version).version
    except DatabaseError:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    if known is None:
        return HttpResponseNotFound()
    since = int(text)
    if since >= known.event:
        return _cacheable(HttpResponse(status=204))
    # Only what costs a query is counted: all the readers of an office ask from one network.
    try:
        check_limit("poll", f"network:{client_network(request)}")
    except TooMany as refusal:
        return explain(JsonResponse({"error": refusal.code}, status=429), refusal)
    etag = f'"{since}-{known.event}"'
    return get_conditional_response(request, etag=etag) or _news(known.article_id, since, etag)


def _news(article_id: int, since: int, etag: str) -> HttpResponse:
    answer = JsonResponse(news_of(events_since(article_id, since), since))
    answer["ETag"] = etag
    return _cacheable(answer)


def _cacheable(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = SHARED
    return response


@lru_cache(4096)
def _route(path: str) -> tuple[str, str]:
    """Return (name, slug) of an address of ours in an article, else two empty strings."""
    try:
        found = resolve(path)
    except Resolver404:
        return "", ""
    if found.view_name not in ("discussions:article", "discussions:live"):
        return "", ""
    return str(found.url_name), str(found.kwargs["slug"])


def _want(request: HttpRequest, slug: str) -> Want | None:
    """Return what the cache knows this page by, or None for a request that gets a page of its own."""
    is_plain = "HX-Request" not in request.headers and "messages" not in request.COOKIES
    if not (settings.PAGE_SECONDS and is_plain and is_visitor(request)):
        return None
    named = request.GET.get("sort")
    # Only addresses that the page itself writes: others would fill the cache with copies.
    if request.META.get("QUERY_STRING", "") != (f"sort={named}" if named in SORTS else ""):
        return None
    try:
        request.get_host()
    except DisallowedHost:
        return None
    sort = sort_named(named, request.COOKIES.get(SORT_COOKIE))
    return Want(slug, translation.get_language_from_request(request), sort, bool(named))


def _public_part(response: HttpResponse) -> tuple[bytes, tuple[tuple[str, str], ...]] | None:
    """Return body and headers of a page that the view has marked as everybody's, else None."""
    response.cookies.pop(SORT_COOKIE, None)
    if response.status_code != 200 or response.cookies or not getattr(response, "is_for_everybody", False):
        return None
    return response.content, tuple((name, response[name]) for name in KEPT_HEADERS if name in response)


def _response(request: HttpRequest, want: Want, page: Page) -> HttpResponse:
    response = HttpResponse(page.body)
    for name, value in page.headers:
        response[name] = value
    response["ETag"], response["Content-Length"] = page.etag, str(len(page.body))
    patch_vary_headers(response, ("Cookie", "Accept-Language", "HX-Request"))
    remember_sort(request, response)
    response["Cache-Control"] = "private, max-age=0" if response.cookies else SHARED
    answer: HttpResponse = get_conditional_response(request, etag=page.etag, response=response) or response
    return answer
