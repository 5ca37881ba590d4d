"""The texts that an article has had, written down so that passages can be followed from one to the next."""

from __future__ import annotations

from hashlib import sha256

from discussions.models import Article, ArticleRevision
from discussions.passages.canon import VERSION, Canonical, canonical


def text_of(article: Article) -> tuple[ArticleRevision, Canonical]:
    """Return the article's text as it is, written down if it is not yet, with its canonical form.

    Must run in a transaction that holds the article's row. Articles from before there were passages get their first
    text here. HTML that changed without its words is noted on the text it has.
    """
    now, html_sha = canonical(article.body_html), _sha(article.body_html)
    latest = article.text_revisions.order_by("-number").first()
    if latest is None or latest.text != now.text or latest.canon_version != VERSION:
        latest = ArticleRevision.objects.create(
            article=article, number=latest.number + 1 if latest else 1, canon_version=VERSION,
            text=now.text, sha256=_sha(now.text), html_sha256=html_sha,
        )  # fmt: skip
    elif latest.html_sha256 != html_sha:
        latest.html_sha256 = html_sha
        latest.save(update_fields=["html_sha256"])
    return latest, now


def _sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()
