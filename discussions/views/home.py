"""Lists of articles."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from discussions.models import Article, Section

ARTICLES_PER_PAGE = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the newest articles with the size of their discussions."""
    return _list(request, None)


@require_safe
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest articles of one section."""
    return _list(request, get_object_or_404(Section, slug=slug))


def _list(request: HttpRequest, section: Section | None) -> HttpResponse:
    articles = Article.objects.published().defer("body", "body_html")
    if section is not None:
        articles = articles.filter(section=section)
    page = Paginator(articles, ARTICLES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "discussions/home/page.html", {"articles": page, "section": section})
