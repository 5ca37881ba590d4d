"""Everything that a moderator sees of one case: a fixed number of queries, whatever the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from core.kept import kept, param
from discussions import tree
from discussions.diff import Change, compare
from discussions.models import Comment, Revision
from discussions.queries.build import quoted
from discussions.queries.cards import Quoted
from moderation import access
from moderation.models import Case, Decision, Report, RuleHit, StaffNote, UnlawfulNotice
from moderation.priority import Parts
from moderation.queries.card_author import DECISIONS_SHOWN, AuthorRecord, author_record
from moderation.queries.card_guidelines import Choice, guideline_choices
from moderation.queries.card_signals import SignalLine, heard_about
from moderation.queries.card_text import mark_words, quoted_words
from moderation.queries.guidelines import FALLBACK_LANGUAGE
from moderation.queries.queue_rows import age_of, holder_of, priority_of

PARENTS_SHOWN = 5
NOTES_SHOWN = 20
#: Weights above and below which a reporter is known to be right, or wrong: one half is a new reporter.
KNOWN_RIGHT, KNOWN_WRONG = 0.6, 0.4


@dataclass(frozen=True, slots=True)
class ReportGroup:
    """The reports that name one guideline. Who reported stays out of it."""

    number: int
    count: int
    #: How far the reporters have been right before, in words.
    weight: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case with its context."""

    case: Case
    html: SafeString
    #: The words of the article that the comment is about, if it is about any.
    quoted: Quoted | None
    parents: tuple[Comment, ...]
    parents_left_out: int
    age: str
    priority: Parts
    reports: tuple[ReportGroup, ...]
    notices: tuple[UnlawfulNotice, ...]
    #: Decisions about this comment, the latest first.
    decisions: tuple[Decision, ...]
    #: What its author changed since the latest of them; empty for nothing.
    changes: tuple[Change, ...]
    author: AuthorRecord
    notes: tuple[StaffNote, ...]
    guidelines: tuple[Choice, ...]
    #: What live rules found in the text as it stands.
    rules: tuple[RuleHit, ...]
    #: What plug-ins said of the text as it stands.
    signals: tuple[SignalLine, ...]
    #: Who has it, when that is somebody else.
    holder: str
    may_decide: bool

    @property
    def decision(self) -> Decision | None:
        """Return the decision that holds, when the case is decided."""
        return next((row for row in self.decisions if row.case_id == self.case.pk and not row.undone_at), None)


def case_card(case: Case, *, moderator: User, marked: Sequence[str] = (), seen: int | None = None) -> CaseCard:
    """Return the card of a case that `access.get_case` gave: at most 22 queries.

    `marked` are further words to mark. `seen` is the revision that the moderator has read before: the card then shows
    what changed since, rather than since the latest decision.
    """
    comment, now = case.comment, timezone.now()
    decisions = _decisions(comment)
    parents = _parents(comment)
    earlier = seen or next((row.revision for row in decisions if row.case_id != case.pk), None)
    rules = _rules(comment)
    signals = heard_about(comment)
    found = [words for hit in rules for _field, _start, _end, words in hit.marks]
    found += [words for signal in signals for words in signal.marked]
    words = [*quoted_words(case.hold_reason), *found, *marked, *(row.span for row in decisions if row.span)]
    return CaseCard(
        case=case,
        html=mark_words(comment.html, words),
        quoted=quoted(comment.passage) if comment.passage else None,
        parents=parents,
        parents_left_out=comment.depth - len(parents),
        age=age_of(case.opened_at, now),
        priority=priority_of(case, now),
        reports=_reports(case),
        notices=tuple(_notices.all(case.pk)),
        decisions=decisions,
        changes=_changes(comment, earlier),
        author=author_record(comment),
        notes=_notes(comment),
        guidelines=guideline_choices(
            moderator_language=get_language() or FALLBACK_LANGUAGE, author_language=comment.language
        ),
        rules=rules,
        signals=signals,
        holder=holder_of(case, moderator=moderator, now=now),
        may_decide=case.is_waiting and (case.escalated_by_id is None or access.may(moderator, "decide_escalated")),
    )


def _rules(comment: Comment) -> tuple[RuleHit, ...]:
    return tuple(_hits.all(comment.pk, comment.revision))


@kept
def _hits() -> QuerySet[RuleHit, RuleHit]:
    hits = RuleHit.objects.filter(comment_id=param(), revision=param(1), is_live=True)
    return hits.select_related("rule").order_by("id")


@kept
def _notices() -> QuerySet[UnlawfulNotice, UnlawfulNotice]:
    return UnlawfulNotice.objects.filter(case_id=param()).order_by("created_at")


def _parents(comment: Comment) -> tuple[Comment, ...]:
    ids = tree.ancestor_ids(comment.path)[-PARENTS_SHOWN:]
    if not ids:
        return ()
    rows = Comment.objects.filter(pk__in=ids).select_related("author")
    return tuple(rows.defer("body", "source_meta").order_by("path"))


def _decisions(comment: Comment) -> tuple[Decision, ...]:
    return tuple(_latest_decisions.all(comment.pk))


@kept
def _latest_decisions() -> QuerySet[Decision, Decision]:
    rows = Decision.objects.filter(comment_id=param()).select_related("by", "guideline_version__guideline")
    return rows.order_by("-created_at", "-id")[:DECISIONS_SHOWN]


def _changes(comment: Comment, revision: int | None) -> tuple[Change, ...]:
    if revision is None or revision >= comment.revision:
        return ()
    before = Revision.objects.filter(comment=comment, number=revision).first()
    return tuple(compare(before.body, comment.body)) if before else ()


def _reports(case: Case) -> tuple[ReportGroup, ...]:
    facts = [fact[:3] for fact in _reported.rows(case.pk)]
    groups = [(number, list(group)) for number, group in groupby(facts, key=lambda fact: fact[0])]
    return tuple(
        ReportGroup(
            number=number,
            count=len(group),
            weight=_weight([weight for _number, _note, weight in group]),
            notes=tuple(note for _number, note, _weight in group if note),
        )
        for number, group in sorted(groups, key=lambda found: -len(found[1]))
    )


@kept
def _reported() -> QuerySet[Report, Any]:
    rows = Report.objects.filter(case_id=param()).order_by("guideline__number", "id")
    return rows.values_list("guideline__number", "note", "weight", "id")


def _weight(weights: Sequence[float]) -> str:
    mean = sum(weights) / len(weights)
    if mean > KNOWN_RIGHT:
        return _("mostly right before")
    return _("mostly wrong before") if mean < KNOWN_WRONG else _("no record to speak of")


def _notes(comment: Comment) -> tuple[StaffNote, ...]:
    # A number that no account has stands for nobody.
    return tuple(_written_about.all(comment.pk, comment.author_id or 0, comment.guest_id or 0))


@kept
def _written_about() -> QuerySet[StaffNote, StaffNote]:
    about = Q(comment_id=param()) | Q(user_id=param(1)) | Q(guest_id=param(2))
    return StaffNote.objects.filter(about).select_related("by")[:NOTES_SHOWN]
