"""Answers that several views give."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from core.answers import see_other, stays_here


def back(request: HttpRequest, *, default: str, anchor: str = "") -> HttpResponse:
    """Return a 303 to the page that the form names as `next`, if it is one of this site, else to `default`."""
    wanted = request.POST.get("next", "")
    url = wanted if stays_here(wanted) else default
    return see_other(url.split("#")[0] + (f"#{anchor}" if anchor else ""))
