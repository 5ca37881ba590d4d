"""How many comments articles have: one query for many."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q
from django.utils import timezone

from discussions.models import Article


def comment_counts(articles: Iterable[Article]) -> dict[int, int]:
    """Return the number of readable comments by article id, as it is now: one query, none for no articles."""
    ids = [article.pk for article in articles]
    return dict(Article.objects.filter(pk__in=ids).values_list("pk", "comment_count")) if ids else {}


def public_counts(
    *, ids: Collection[int] = (), slugs: Collection[str] = (), urls: Collection[str] = ()
) -> dict[str, dict[str, int]]:
    """Return the numbers by id as `counts`, and by slug as `slugs` and by address as `urls` if asked for: one query.

    Articles that are unknown or not published yet are left out.
    """
    wanted = Q(pk__in=ids)
    # An OR that is not needed would keep the database from its indexes.
    wanted = wanted | Q(slug__in=slugs) if slugs else wanted
    wanted = wanted | Q(url__in=urls) if urls else wanted
    published = Article.objects.filter(wanted, published_at__lte=timezone.now())
    rows = list(published.values_list("pk", "slug", "url", "comment_count"))
    answer = {"counts": {str(pk): count for pk, _slug, _url, count in rows if pk in ids}}
    if slugs:
        answer["slugs"] = {slug: count for _pk, slug, _url, count in rows if slug in slugs}
    if urls:
        answer["urls"] = {url: count for _pk, _slug, url, count in rows if url in urls}
    return answer
