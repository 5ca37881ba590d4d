"""Answers that views of every app give."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def see_other(url: str) -> HttpResponse:
    """Return a 303 to `url`, an address that we made: the form was taken, and a reload does not send it again."""
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)


def stays_here(url: str) -> bool:
    """Return whether `url`, which came with a request, is a page of this site: a path, never an address with a host."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
