"""The read side: what pages show of the guidelines, each with one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from discussions import freshness
from moderation.models import Guideline, GuidelineText, GuidelineVersion

#: Other processes of this site show an edit after this many seconds.
SHORT_CACHE_SECONDS = 60
#: What is shown where a guideline has not been translated.
FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class GuidelineCard:
    """A guideline as it applies now, in the best language there is."""

    number: int
    slug: str
    title: str
    html: SafeString
    version: int
    effective_at: datetime
    #: Of `title` and `html`: not the one asked for when there is no translation.
    language: str


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version in a guideline's history."""

    version: int
    effective_at: datetime
    note: str
    title: str
    html: SafeString
    language: str
    is_in_force: bool
    #: Announced for a day that has not come yet.
    is_to_come: bool


def guidelines_in_force(language: str) -> tuple[GuidelineCard, ...]:
    """Return the guidelines that apply now, in order, in `language` or in English: one query."""
    texts = GuidelineText.objects.filter(version__in=GuidelineVersion.objects.in_force())
    rows = texts.select_related("version__guideline").order_by("version__guideline__number", "version__guideline")
    return tuple(_card(text) for text in best_of_each(rows, language))


def short_guidelines(language: str) -> tuple[tuple[int, str], ...]:
    """Return (number, title) of the guidelines in force: at most one query a minute and process."""
    cache = caches["process"]
    known: tuple[tuple[int, str], ...] | None = cache.get(_short_key(language))
    if known is None:
        known = tuple((card.number, card.title) for card in guidelines_in_force(language))
        cache.set(_short_key(language), known, SHORT_CACHE_SECONDS)
    return known


def best_guideline(slug: str) -> GuidelineText | None:
    """Return what the guideline of this slug says now, in the active language or in English: at most one query."""
    if not slug:
        return None
    versions = GuidelineVersion.objects.in_force().filter(guideline__slug=slug)
    rows = GuidelineText.objects.filter(version__in=versions).select_related("version__guideline")
    return next(iter(best_of_each(rows, get_language() or FALLBACK_LANGUAGE)), None)


def forget_short_guidelines() -> None:
    """Let this process read the guidelines again, after one was changed; no page made before is served."""
    caches["process"].delete_many([_short_key(code) for code, _name in settings.LANGUAGES])
    freshness.announce_site()


def guideline_history(guideline: Guideline, language: str) -> tuple[VersionCard, ...]:
    """Return every version of `guideline`, newest first: one query."""
    now = timezone.now()
    rows = GuidelineText.objects.filter(version__guideline=guideline).select_related("version").order_by("-version__n")
    texts = best_of_each(rows, language)
    applies = guideline.retired_at is None or guideline.retired_at > now
    in_force = next((text.version_id for text in texts if text.version.effective_at <= now), None) if applies else None
    return tuple(_version_card(text, now, is_in_force=text.version_id == in_force) for text in texts)


def best_of_each(texts: Iterable[GuidelineText], language: str) -> list[GuidelineText]:
    """Return one text per version, in the order of `texts`, which come version by version."""
    order = [language, language.partition("-")[0], FALLBACK_LANGUAGE]

    def rank(text: GuidelineText) -> int:
        return order.index(text.language) if text.language in order else len(order)

    return [min(group, key=rank) for _version, group in groupby(texts, key=lambda text: text.version_id)]


def _card(text: GuidelineText) -> GuidelineCard:
    version = text.version
    return GuidelineCard(
        number=version.guideline.number,
        slug=version.guideline.slug,
        title=text.title,
        html=_stored(text),
        version=version.n,
        effective_at=version.effective_at,
        language=text.language,
    )


def _version_card(text: GuidelineText, now: datetime, *, is_in_force: bool) -> VersionCard:
    version = text.version
    return VersionCard(
        version=version.n,
        effective_at=version.effective_at,
        note=version.note,
        title=text.title,
        html=_stored(text),
        language=text.language,
        is_in_force=is_in_force,
        is_to_come=version.effective_at > now,
    )


def _stored(text: GuidelineText) -> SafeString:
    # `html` is only ever written from `markup.render_article`, or from escaped text by the first migration.
    return mark_safe(text.html)  # noqa: S308


def _short_key(language: str) -> str:
    return f"guidelines:{language}"
