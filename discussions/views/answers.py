"""Answers that several views give."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from accounts.models.user import SORT_COOKIE
from core.answers import see_other, stays_here
from discussions.queries.sorting import SORTS

ONE_YEAR = 365 * 24 * 3600


def back(request: HttpRequest, *, default: str, anchor: str = "") -> HttpResponse:
    """Return a 303 to the page that the form names as `next`, if it is one of this site, else to `default`."""
    wanted = request.POST.get("next", "")
    url = wanted if stays_here(wanted) else default
    return see_other(url.split("#")[0] + (f"#{anchor}" if anchor else ""))


def remember_sort(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return `response`, which remembers the order that the address names, if that is another than before."""
    chosen = request.GET.get("sort")
    if chosen in SORTS and chosen != request.COOKIES.get(SORT_COOKIE):
        response.set_cookie(SORT_COOKIE, chosen, max_age=ONE_YEAR, samesite="Lax", httponly=True)
    return response
