"""Single fields of a WordPress export: dates, addresses, names, numbers. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urlsplit

from discussions.importing.php import PhpError, PhpValue, unserialize
from discussions.markup import normalise_line

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_TAG = re.compile(r"<[^<>]*>")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}", re.ASCII)
#: wpDiscuz gives inline guests without an address one made by PHP's `uniqid()`: 13 hexadecimal digits.
_MADE_UP = re.compile(r"[0-9a-f]{13,14}(?:\.\d{1,8})?@example\.com", re.ASCII)
#: Before the first blogs: a date below it is a slip, such as 1970 for "none".
_FIRST_YEAR = 1990
_EMAIL_LENGTH, _URL_LENGTH = 180, 500


def parse_date(text: str, *, now: datetime) -> datetime | None:
    """Return `Y-m-d H:M:S` as a time in UTC, or None for `0000-00-00`, nonsense, and what is over a day in the future.

    A date to come would stay on top of "Newest" for good; a day is the most that clocks and time zones explain.
    """
    match = _DATE.fullmatch(text.strip())
    if not match:
        return None
    try:
        value = datetime(*(int(part or 0) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
    return value if value.year >= _FIRST_YEAR and value <= now + timedelta(days=1) else None


def parse_rss_date(text: str) -> datetime | None:
    """Return the date of an RSS `pubDate` in UTC, or None. It may lie in the future: articles are scheduled."""
    try:
        value = parsedate_to_datetime(text.strip())
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return value if value.year >= _FIRST_YEAR else None


def clean_email(text: str) -> str:
    """Return the address in lower case; empty if it is none, or one that wpDiscuz made up."""
    address = text.strip().lower()
    if len(address) > _EMAIL_LENGTH or not _EMAIL.fullmatch(address) or _MADE_UP.fullmatch(address):
        return ""
    return address


def clean_url(text: str) -> str:
    """Return a web address, or an empty string for everything else."""
    address = unescape(text.strip())
    if len(address) > _URL_LENGTH or any(char.isspace() or not char.isprintable() for char in address):
        return ""
    try:
        parts = urlsplit(address)
        return address if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def clean_line(text: str, length: int) -> str:
    """Return a name or title as plain text of at most `length` characters; WordPress stores them as HTML."""
    return normalise_line(unescape(_TAG.sub("", text)), length)


def is_made_up(email: str) -> bool:
    """Return whether wpDiscuz made the address up for a guest who gave none."""
    return bool(_MADE_UP.fullmatch(email.strip().lower()))


def whole_number(text: str) -> int | None:
    """Return a non-negative whole number of at most 18 digits, or None."""
    text = text.strip()
    return int(text) if re.fullmatch(r"\d{1,18}", text, re.ASCII) else None


def vote_sums(notes: dict[str, str]) -> tuple[int, int] | None:
    """Return wpDiscuz's votes as (up, down), (0, 0) without any; None if what stands there cannot be read.

    The separate sums are used if they are there; else the net sum counts as that many votes of one kind.
    """
    separate = notes.get("wpdiscuz_votes_seperate", "").strip()
    if separate:
        return _separate_sums(separate)
    net = notes.get("wpdiscuz_votes", "").strip()
    if not net:
        return 0, 0
    if not re.fullmatch(r"[+-]?\d{1,9}", net, re.ASCII):
        return None
    return max(0, int(net)), max(0, -int(net))


def _separate_sums(text: str) -> tuple[int, int] | None:
    try:
        sums = unserialize(text)
    except PhpError:
        return None
    if not isinstance(sums, dict):
        return None
    up, down = _count(sums.get("like", 0)), _count(sums.get("dislike", 0))
    return None if up is None or down is None else (up, down)


def _count(value: PhpValue) -> int | None:
    """Return a vote count; wpDiscuz writes dislikes as positive numbers, some old versions as negative ones."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return abs(value) if abs(value) < 10**9 else None
