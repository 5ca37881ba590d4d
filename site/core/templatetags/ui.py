"""Template tags of the site's look: dates, initials, the direction of a language."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zlib import crc32

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

#: Number of tints that `.av` has in thread.css.
TINTS = 6


@register.simple_tag
def when(moment: datetime | None, kind: str = "minute") -> SafeString | str:
    """Return `<time>` in the reader's zone; a script makes it relative for a week, unless `kind` is `day`."""
    return "" if moment is None else when_in(get_language(), moment, kind)


def when_in(language: str | None, moment: datetime, kind: str = "minute") -> SafeString:
    """Return the same for who knows the active language: a page asks for many moments."""
    zone = timezone.get_current_timezone()
    year = timezone.now().astimezone(zone).year
    # To the minute: comments of the same minute share it, and the next reader's page has the same moments.
    return _time_element(moment.replace(second=0, microsecond=0), zone, year, language, kind)


@lru_cache(5000)
def _time_element(moment: datetime, zone: tzinfo, year: int, language: str | None, kind: str) -> SafeString:
    local = moment.astimezone(zone)
    stamp, mark = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"), " data-day" if kind == "day" else ""
    # As short as what the script puts there, or the page moves when it does.
    words = "j F Y" if kind == "day" else "j M, H:i" if local.year == year else "j M Y"
    return format_html('<time datetime="{}"{}>{}</time>', stamp, mark, date_format(local, words))


@register.simple_tag
def mail_time(moment: datetime) -> str:
    """Return date and time in the reader's zone as plain words: a mail has no script that makes them relative."""
    return date_format(timezone.localtime(moment), "j M Y, H:i")


@register.filter
@lru_cache(5000)
def initials(name: str) -> str:
    """Return one or two letters for a name, without the marks that could pile up on them."""
    words = ["".join(c for c in word if c.isalnum()) for word in unicodedata.normalize("NFC", name).split()]
    letters = [word[0] for word in words if word]
    return "".join(letters[:1] + letters[-1:] if len(letters) > 1 else letters).upper()


@register.filter
@lru_cache(5000)
def tint(name: str) -> int:
    """Return the number of the tint that goes with a name: always the same one."""
    return crc32(name.encode("utf-8", "replace")) % TINTS


@register.filter
def text_dir(language: str) -> str:
    """Return `rtl` or `ltr` for a BCP 47 language."""
    return "rtl" if language.partition("-")[0].lower() in settings.LANGUAGES_BIDI else "ltr"
