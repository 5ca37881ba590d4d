"""Puts the person and their preferences on the request."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from accounts.models import User
from accounts.participants import ParkbenchRequest, participant_of

View = Callable[[HttpRequest], HttpResponse]


class ParticipantMiddleware:
    """Sets `request.participant`: the member, the guest of this browser, or None."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask once a request; a visitor without a session costs no query."""
        cast("ParkbenchRequest", request).participant = participant_of(request)
        return self.get_response(request)


class PreferencesMiddleware:
    """Answers in the member's language and time zone; everybody else gets the browser's language and UTC."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the preferences for this request, and leave the thread as it was found."""
        participant = cast("ParkbenchRequest", request).participant
        member = participant if isinstance(participant, User) else None
        language = request.LANGUAGE_CODE = _language(request, member)
        with translation.override(language), timezone.override(_zone(member)):
            response = self.get_response(request)
        if member is None:
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response


def _language(request: HttpRequest, member: User | None) -> str:
    if member and member.language in dict(settings.LANGUAGES):
        return member.language
    return translation.get_language_from_request(request)


def _zone(member: User | None) -> zoneinfo.ZoneInfo | None:
    if member is None or not member.time_zone:
        return None
    try:
        return zoneinfo.ZoneInfo(member.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
