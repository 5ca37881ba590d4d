"""WordPress exports for tests, written by hand: the least that a test has to say, everything else made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from discussions.importing.streams import DEFAULT_LIMITS, BrokenExportError, Limits
from discussions.importing.wxr import WxrItem, WxrReader

NO_NOTES: Mapping[str, str] = {}
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def export(*items: str, version: str = "1.2", site: str = "https://paper.example", head: str = "") -> bytes:
    """Return a whole export with these items."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{head}
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/{version}/"><channel><title>The Paper</title><link>{site}</link>
 <language>en-GB</language><wp:base_blog_url>{site}</wp:base_blog_url>
 <wp:author><wp:author_login>ed</wp:author_login><wp:author_display_name>Edda</wp:author_display_name></wp:author>
{"".join(items)}</channel></rss>""".encode()


def item(*comments: str, post_id: str = "7", slug: str = "the-bench", more: str = "", **fields: Any) -> str:
    """Return an item. `fields` replace or add elements by their local name."""
    values = {
        "post_id": post_id,
        "post_name": slug,
        "post_date": "2020-02-01 11:00:00",
        "post_date_gmt": "2020-02-01 10:00:00",
        "comment_status": "open",
        "status": "publish",
        "post_type": "post",
    } | fields
    return f"""<item><title>The bench by the gate</title><link>https://paper.example/{slug}/</link>
<guid>https://paper.example/?p={post_id}</guid><dc:creator>ed</dc:creator>
<content:encoded><![CDATA[{values.pop("content", "It was painted green.")}]]></content:encoded>
{_elements(values)}{more}{"".join(comments)}</item>"""


def comment(number: object, parent: object = 0, *, notes: Mapping[str, str] = NO_NOTES, **fields: Any) -> str:
    """Return a comment. `fields` replace elements by their local name, without `comment_`."""
    values = {
        "id": str(number),
        "author": f"Reader {number}",
        "author_email": "",
        "author_url": "",
        "date": "2020-02-03 05:05:06",
        "date_gmt": "2020-02-03 04:05:06",
        "content": f"I sat there, number {number}.",
        "approved": "1",
        "type": "",
        "parent": str(parent),
        "user_id": "0",
    } | fields
    metas = "".join(
        f"<wp:commentmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value>"
        "</wp:commentmeta>"
        for key, value in notes.items()
    )
    return f"<wp:comment>{_elements({f'comment_{name}': value for name, value in values.items()})}{metas}</wp:comment>"


def _elements(values: dict[str, str]) -> str:
    return "".join(f"<wp:{name}><![CDATA[{value}]]></wp:{name}>" for name, value in values.items())


def reader(data: bytes, limits: Limits = DEFAULT_LIMITS) -> WxrReader:
    """Return a reader of these bytes at a fixed time."""
    return WxrReader(BytesIO(data), limits=limits, now=NOW)


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[WxrItem]:
    """Return every item of a file that is whole."""
    return list(reader(data, limits))


def read_until_broken(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[list[WxrItem], BrokenExportError]:
    """Return the items before the place where the file breaks, and the error. Fails for a file that is whole."""
    items: list[WxrItem] = []
    rows: Iterator[WxrItem] = iter(reader(data, limits))
    try:
        items.extend(rows)
    except BrokenExportError as error:
        return items, error
    raise AssertionError("the whole file was read")
