"""Writing guidelines: every change is a new version, so that a decision can point at the words that applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from discussions import markup
from moderation.models import Guideline, GuidelineText, GuidelineVersion
from moderation.queries import guidelines as queries

TITLE_LENGTH = 120
AUTHOR_NOTE_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Wording:
    """What a guideline says in one language: a line, and Markdown; and what its authors are told by default."""

    title: str
    body: str
    author_note: str = ""


def revise_guideline(
    guideline: Guideline, *, texts: Mapping[str, Wording], note: str = "", effective_at: datetime | None = None
) -> GuidelineVersion | None:
    """Write the next version of a saved guideline, with `texts` by language, in effect from `effective_at` (now).

    `note` says what changed and is required from the second version on. Returns None, and writes nothing, when the
    words are those of the latest version. Raises `ValueError` for no text at all.
    """
    wordings = {language: _normalised(wording) for language, wording in texts.items()}
    if not wordings:
        raise ValueError("a guideline says something in at least one language")
    with transaction.atomic():
        # The lock makes two editors take numbers after each other.
        locked = Guideline.objects.select_for_update().get(pk=guideline.pk)
        latest = locked.versions.order_by("-n").first()
        if latest and latest_wordings(locked) == wordings:
            return None
        version = GuidelineVersion.objects.create(
            guideline=locked,
            n=latest.n + 1 if latest else 1,
            note=markup.normalise_line(note),
            effective_at=effective_at or timezone.now(),
        )
        GuidelineText.objects.bulk_create(_row(version, language, wording) for language, wording in wordings.items())
        transaction.on_commit(queries.forget_short_guidelines)
    return version


def latest_wordings(guideline: Guideline) -> dict[str, Wording]:
    """Return what the latest version says, by language; empty for a guideline without one."""
    latest = guideline.versions.order_by("-n").values("pk")[:1]
    rows = GuidelineText.objects.filter(version__in=latest)
    return {row.language: Wording(row.title, row.body, row.author_note) for row in rows}


def _normalised(wording: Wording) -> Wording:
    return Wording(
        markup.normalise_line(wording.title, TITLE_LENGTH),
        markup.normalise_text(wording.body),
        markup.normalise_text(wording.author_note).strip()[:AUTHOR_NOTE_LENGTH],
    )


def _row(version: GuidelineVersion, language: str, wording: Wording) -> GuidelineText:
    return GuidelineText(
        version=version,
        language=language,
        title=wording.title,
        body=wording.body,
        html=markup.render_article(wording.body),
        author_note=wording.author_note,
    )
