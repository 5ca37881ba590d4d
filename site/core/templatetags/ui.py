"""Template tags of the site's look: dates, initials, the direction of a language."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
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
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    if kind == "day":
        return _time(moment.astimezone(UTC), local, "j F Y", get_language(), kind)
    # As short as what the script puts there, or the page moves when it does.
    is_this_year = local.year == timezone.localtime().year
    return _time(moment.astimezone(UTC), local, "j M, H:i" if is_this_year else "j M Y", get_language(), kind)


def _time(moment: datetime, local: datetime, words: str, language: str | None, kind: str) -> SafeString:
    # To the minute: comments of the same minute share it, and the next reader's page has the same moments.
    return _time_element(
        moment.strftime("%Y-%m-%dT%H:%MZ"), local.replace(tzinfo=None, second=0, microsecond=0), words, language, kind
    )


@lru_cache(5000)
def _time_element(stamp: str, local: datetime, words: str, language: str | None, kind: str) -> SafeString:
    mark = " data-day" if kind == "day" else ""
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
def tint(name: str) -> int:
    """Return the number of the tint that goes with a name: always the same one."""
    return crc32(name.encode("utf-8", "replace")) % TINTS


@register.filter
def text_dir(language: str) -> str:
    """Return `rtl` or `ltr` for a BCP 47 language."""
    return "rtl" if language.partition("-")[0].lower() in settings.LANGUAGES_BIDI else "ltr"
