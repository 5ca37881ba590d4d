"""Commenting on words of the article: from a selection to a passage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Guest
from accounts.participants import Participant
from core.errors import Conflict, Refused
from core.limits import check_limit
from discussions import access
from discussions.actions.follow import new_passage, note_places
from discussions.actions.texts import text_of
from discussions.models import Article, Passage
from discussions.models.passage import PLACED
from discussions.passages.canon import Canonical, Span
from discussions.passages.selecting import MOST_BLOCKS, Selection, bounds, locate, selection_at, what_is_wrong

#: Members of a few days, and guests, choose few passages: a flood of marks would make the article unreadable.
NEW_FOR = timedelta(days=3)


class Reselect(Conflict):
    """The selected words are not in the article any more; the text of the comment is kept."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks to comment on: a passage by its id, or words of the text with this number."""

    passage_id: int | None = None
    revision: int = 0
    selection: Selection | None = None

    @property
    def as_words(self) -> tuple[int | str, ...]:
        """Return what tells one wish from another: the same form sent again names the same."""
        if self.selection is None:
            return (self.passage_id or 0,)
        return (self.revision, self.selection.start, self.selection.end, self.selection.exact)


def wanted_passage(article: Article, by: Participant, wanted: Wanted) -> Passage:
    """Return the passage that a new comment is about; words that nobody has commented on become one.

    Must run in a transaction that holds the article's row. Raises `NotAllowed` by the article's switch and for a locked
    passage, `Reselect` for words that are no longer there, `Refused` for words that cannot be a passage, `TooMany`.
    """
    if wanted.selection is None:
        return access.get_open_passage(by, article, wanted.passage_id or 0)
    access.check_can_mark(by, article)
    revision, text = text_of(article)
    span = find_words(article, wanted.revision, wanted.selection, text)
    same = Passage.objects.filter(
        article=article, status__in=PLACED, at_revision=revision, start=span.start, end=span.end
    ).first()
    if same is not None:
        access.check_can_answer(same, article)
        return same
    _check_overlap(article, by, span)
    _check_limits(article, by)
    passage = new_passage(article, span, revision)
    passage.member, passage.guest = (None, by) if isinstance(by, Guest) else (by, None)
    passage.save(force_insert=True)
    note_places([passage], revision)
    return passage


def find_words(article: Article, number: int, selection: Selection, now: Canonical) -> Span:
    """Return where the words selected in text `number` are in the article's canonical text `now`; writes nothing.

    0 is the text as it is. A selection without words means what stood between its offsets. Raises `Reselect` and
    `Refused` as `wanted_passage` does.
    """
    older = article.text_revisions.filter(number=number).values_list("text", flat=True).first() if number else None
    seen = now.text if older is None else older
    if not selection.exact:
        selection = selection_at(seen, Span(selection.start, selection.end))
    span = locate(selection, seen=seen, now=now.text)
    if span is None:
        raise Reselect(_("The passage changed – please select again. Your text is kept."), code="reselect")
    wrong = what_is_wrong(now, span)
    if wrong:
        raise Refused(_why(wrong, now.text[span.start : span.end]), code=f"passage_{wrong}")
    return span


def _why(wrong: str, words: str) -> str:
    shortest, longest = bounds(words)
    if wrong == "short":
        return ngettext(
            "Please choose at least %(n)d character.", "Please choose at least %(n)d characters.", shortest
        ) % {"n": shortest}
    if wrong == "long":
        return ngettext(
            "Please choose at most %(n)d character.", "Please choose at most %(n)d characters.", longest
        ) % {"n": longest}
    if wrong == "blocks":
        return ngettext(
            "Please choose words from at most %(n)d paragraph.",
            "Please choose words from at most %(n)d paragraphs.",
            MOST_BLOCKS,
        ) % {"n": MOST_BLOCKS}
    return _("Code alone cannot be commented on: please choose some of the words around it too.")


def _check_overlap(article: Article, by: Participant, span: Span) -> None:
    mine = Q(guest=by) if isinstance(by, Guest) else Q(member=by)
    overlapping = Passage.objects.filter(
        mine, article=article, kind=Passage.Kind.READER, status__in=PLACED, start__lt=span.end, end__gt=span.start
    ).first()
    if overlapping is not None:
        raise Refused(
            _("You have commented on “%(words)s” already. Please answer there, or choose other words.")
            % {"words": overlapping.exact[:80]},
            code="overlap",
        )


def _check_limits(article: Article, by: Participant) -> None:
    check_limit("passage", f"{by.identity}:{article.pk}")
    check_limit("passage_day_new" if _is_new(by) else "passage_day", by.identity)


def _is_new(by: Participant) -> bool:
    return isinstance(by, Guest) or by.date_joined > timezone.now() - NEW_FOR
