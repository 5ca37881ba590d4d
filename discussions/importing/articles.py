"""Which article of ours an item of a WordPress export is, and a new one where there is none."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import unquote

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from discussions.importing.fields import clean_line
from discussions.importing.passages import marked_in, with_marks, with_placeholders
from discussions.importing.to_markdown import to_markdown
from discussions.importing.wxr import WxrItem
from discussions.markup import RENDERER_VERSION, render_article, render_imported_html
from discussions.models import Article

SLUG_LENGTH, SUMMARY_LENGTH, KEY_LENGTH = 120, 300, 200
#: Pictures and players, and what is left of wpDiscuz; what stands between two brackets is part of the text.
_SHORTCODE = re.compile(r"\[/?(?:wpdiscuz-feedback|caption|gallery|embed|audio|video|playlist)(?:\s[^\]]{0,2000})?\]")
#: Comments have no headings, so the renderer of imports knows none.
_HEADING = re.compile(r"<(/?)h[1-6](?:\s[^<>]{0,500})?>", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")


def short_key(text: str) -> str:
    """Return a key that fits its column; a longer one ends in a hash of the whole."""
    if len(text) <= KEY_LENGTH:
        return text
    return f"{text[: KEY_LENGTH - 33]}:{sha256(text.encode()).hexdigest()[:32]}"


def article_key(item: WxrItem) -> str:
    """Return what identifies the item within its site: the id, else the address, else slug or title; may be empty."""
    return short_key(item.id or item.guid or item.link or item.slug or item.title)


def find_article(item: WxrItem, source: str) -> Article | None:
    """Return the article that the item was imported into, or one of this site with its address or its slug."""
    rows = Article.objects.filter(source=source, source_id=article_key(item))
    found = rows.first()
    if found is None and item.link:
        found = Article.objects.filter(source="", url__in=_spellings(item.link)).order_by("pk").first()
    if found is None and item.slug:
        found = Article.objects.filter(source="", slug=_slug(item.slug)).first()
    return found


def new_article(item: WxrItem, source: str, *, language: str) -> Article:
    """Return an article made of the item, not saved. A closed discussion stays closed."""
    body = with_marks(to_markdown(_safe_body(with_placeholders(item.content))), marked_in(item.content))
    return Article(
        title=item.title or clean_line(item.slug, 200) or article_key(item),
        language=language if _LANGUAGE.fullmatch(language) and len(language) <= 12 else settings.LANGUAGE_CODE,
        summary=clean_line(item.excerpt, SUMMARY_LENGTH),
        body=body,
        body_html=render_article(body),
        renderer_version=RENDERER_VERSION,
        byline=item.creator,
        published_at=item.published_at or min((comment.posted_at for comment in item.comments), default=timezone.now()),
        who_may_comment=Article.Who.NOBODY if item.comment_status == "closed" else Article.Who.EVERYONE,
        source=source,
        source_id=article_key(item),
    )


def free_slug(item: WxrItem) -> str:
    """Return a slug for the item that no article has. Must run in the transaction that saves the article."""
    wanted = _slug(item.slug) or _slug(item.title) or slugify(f"article-{item.id}")
    slug, n = wanted, 1
    while Article.objects.filter(slug=slug).exists():
        n += 1
        slug = f"{wanted[: SLUG_LENGTH - 8]}-{n}"
    return slug


def _safe_body(html: str) -> str:
    html = _HEADING.sub(lambda match: "</strong></p>" if match[1] else "<p><strong>", _SHORTCODE.sub("", html))
    return render_imported_html(html)


def _slug(text: str) -> str:
    """Return WordPress's slug as one of ours: it writes letters beyond ASCII in percent signs."""
    return slugify(unquote(text), allow_unicode=True)[:SLUG_LENGTH]


def _spellings(link: str) -> list[str]:
    """Return the addresses that mean the same page: with and without a slash at the end, http and https."""
    bare = link.removeprefix("https://").removeprefix("http://").rstrip("/")
    return [f"{scheme}://{bare}{end}" for scheme in ("https", "http") for end in ("", "/")]
