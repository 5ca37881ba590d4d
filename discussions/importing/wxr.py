"""WordPress exports (WXR 1.0 to 1.2, with wpDiscuz's notes) as a stream of articles with their comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.utils import timezone

from discussions.importing.fields import (
    clean_email,
    clean_line,
    clean_url,
    is_made_up,
    parse_date,
    parse_rss_date,
    whole_number,
)
from discussions.importing.streams import DEFAULT_LIMITS, Limits
from discussions.importing.wxr_events import RawRow, WxrEvents

NAME_LENGTH, TITLE_LENGTH = 60, 200


@dataclass(frozen=True, slots=True)
class WxrComment:
    """One comment. Times are in UTC; `approved` and `type` are WordPress's own words."""

    id: str
    #: Id of the comment it replies to; empty for a root.
    parent: str
    author_name: str
    #: Lower case; empty if there is none.
    author_email: str
    author_url: str
    #: Id of the WordPress account; empty for a guest.
    user_id: str
    posted_at: datetime
    #: HTML as WordPress stored it: not safe.
    content: str
    approved: str
    type: str
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A comment that cannot be used, why, and what it says."""

    source_id: str
    reason: str
    raw: Mapping[str, str]
    parent: str = ""


@dataclass(frozen=True, slots=True)
class WxrItem:
    """One article (WordPress: post) with its comments, in the order of the file."""

    id: str
    title: str
    link: str
    guid: str
    slug: str
    creator: str
    excerpt: str
    #: HTML with shortcodes as WordPress stored it: not safe.
    content: str
    published_at: datetime | None
    status: str
    post_type: str
    has_password: bool
    comment_status: str
    comments: tuple[WxrComment, ...]
    bad_rows: tuple[BadRow, ...] = ()
    #: False if the file broke off inside this item.
    is_complete: bool = True


class _Unusable(Exception):
    """The row cannot be used; the message says why."""


class WxrReader:
    """Iterates over the articles of an export; `site` and `repairs` fill up on the way.

    Raises `streams.BrokenExportError` where the file stops being readable; everything before that was yielded.
    """

    def __init__(self, stream: BinaryIO, *, limits: Limits = DEFAULT_LIMITS, now: datetime | None = None) -> None:
        """Take the file, opened in binary mode and seekable. `now` decides which dates are in the future."""
        self.repairs: Counter[str] = Counter()
        self._limits = limits
        self._now = now or timezone.now()
        self._events = WxrEvents(stream, limits)

    def __iter__(self) -> Iterator[WxrItem]:
        try:
            for raw in self._events:
                yield self._item(raw)
        finally:
            if self._events.mender.mended:
                self.repairs["characters that XML does not allow were replaced"] = self._events.mender.mended

    @property
    def address(self) -> str:
        """Return the address of the exported site, or an empty string. Known from the first item on."""
        site = self._events.site
        return clean_url(site.get("base_blog_url", "")) or clean_url(site.get("link", ""))

    @property
    def language(self) -> str:
        """Return the site's language as the export names it."""
        return self._events.site.get("language", "").strip()

    def _item(self, raw: RawRow) -> WxrItem:
        get = raw.fields.get
        published_at = self._item_date(raw)
        comments: list[WxrComment] = []
        bad_rows: list[BadRow] = []
        while raw.comments:
            # Taken off one by one: a large discussion is not in memory twice.
            row = raw.comments.popleft()
            try:
                comments.append(self._comment(row, published_at))
            except _Unusable as error:
                bad_rows.append(_bad_row(row, str(error)))
        content = get("content", "")
        if "content" in raw.too_long:
            self.repairs["article texts that are too long were left out"] += 1
            content = ""
        login = get("creator", "").strip()
        return WxrItem(
            id=get("post_id", "").strip(),
            title=clean_line(get("title", ""), TITLE_LENGTH),
            link=clean_url(get("link", "")),
            guid=get("guid", "").strip(),
            slug=get("post_name", "").strip(),
            creator=clean_line(self._events.authors.get(login, login), 120),
            excerpt=get("excerpt", ""),
            content=content,
            published_at=published_at,
            status=get("status", "").strip() or "publish",
            post_type=get("post_type", "").strip() or "post",
            has_password=bool(get("post_password", "").strip()),
            comment_status=get("comment_status", "").strip(),
            comments=tuple(comments),
            bad_rows=tuple(bad_rows),
            is_complete=raw.is_complete,
        )

    def _item_date(self, raw: RawRow) -> datetime | None:
        # Articles may be scheduled, so their dates may lie ahead.
        ahead = self._now.replace(year=self._now.year + 10, day=1)
        get = raw.fields.get
        return (
            parse_date(get("post_date_gmt", ""), now=ahead)
            or parse_date(get("post_date", ""), now=ahead)
            or parse_rss_date(get("pubDate", ""))
        )

    def _comment(self, raw: RawRow, item_date: datetime | None) -> WxrComment:
        get = raw.fields.get
        number = whole_number(get("comment_id", ""))
        if not number:
            raise _Unusable("no id")
        if raw.too_long:
            raise _Unusable("too long: " + ", ".join(sorted(raw.too_long)))
        if is_made_up(get("comment_author_email", "")):
            self.repairs["made-up e-mail addresses were left out"] += 1
        return WxrComment(
            id=str(number),
            parent=str(whole_number(get("comment_parent", "")) or ""),
            author_name=clean_line(get("comment_author", ""), NAME_LENGTH),
            author_email=clean_email(get("comment_author_email", "")),
            author_url=clean_url(get("comment_author_url", "")),
            user_id=str(whole_number(get("comment_user_id", "")) or ""),
            posted_at=self._comment_date(raw, item_date),
            content=get("comment_content", "").strip(),
            approved=get("comment_approved", "").strip(),
            type=get("comment_type", "").strip() or "comment",
            meta=raw.notes,
        )

    def _comment_date(self, raw: RawRow, item_date: datetime | None) -> datetime:
        in_utc = parse_date(raw.fields.get("comment_date_gmt", ""), now=self._now)
        if in_utc:
            return in_utc
        local = parse_date(raw.fields.get("comment_date", ""), now=self._now)
        if local:
            self.repairs["dates without a time zone were taken as UTC"] += 1
            return local
        if item_date is None or item_date > self._now:
            raise _Unusable("no date")
        self.repairs["comments without a date got their article's"] += 1
        return item_date


def _bad_row(raw: RawRow, reason: str) -> BadRow:
    source_id = raw.fields.get("comment_id", "").strip()
    parent = str(whole_number(raw.fields.get("comment_parent", "")) or "")
    return BadRow(source_id[:200] or f"line {raw.line}", reason, {**raw.fields, **raw.notes}, parent)
