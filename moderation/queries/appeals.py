"""Appeals, as the queue and their pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timesince import timesince

from accounts.models import User
from accounts.participants import Participant
from discussions.markup import plain_text
from moderation import access
from moderation.access import TABLE, Standing
from moderation.actions.appeal import check_second_person, is_appellant
from moderation.models import Appeal, Decision, Report, Sanction
from moderation.queries.reasons import has_reported

#: Characters of a text that the list shows.
EXCERPT = 160
#: More than this many are not shown at once; the oldest come first.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class AppealRow:
    """A line of the queue's tab."""

    id: int
    url: str
    created_at: datetime
    #: How long it has waited, in words: "3 hours".
    age: str
    #: What is appealed against: the outcome of a decision, or the kind of a sanction. Never its reasons.
    outcome: str
    #: The beginning of the comment; of a sanction's appeal, the beginning of the appeal.
    comment_text: str
    language: str
    is_about_sanction: bool


def open_appeals(standing: Standing, moderator: User) -> list[AppealRow]:
    """Return the appeals that this moderator may decide, the one that has waited longest first: one query.

    None for who decides no appeals, and never one that the moderator has decided first or has a part in.
    """
    if standing.role < TABLE["decide_appeal"]:
        return []
    rows = decidable_by(moderator).select_related("decision__comment", "sanction").order_by("created_at", "id")
    return [_row(appeal) for appeal in rows[:SHOWN]]


def decidable_by(moderator: User) -> QuerySet[Appeal]:
    """Return the open appeals that somebody else decided first, and that the moderator has no part in."""
    reported = Report.objects.filter(user=moderator).values("comment")
    comment, parent = "decision__comment__author", "decision__comment__parent__author"
    # A part of NULLs is nobody's; a plain `exclude` over them would leave out the row.
    return Appeal.objects.filter(
        ~Q(first_decider=moderator),
        Q(user=None) | ~Q(user=moderator),
        Q(**{f"{comment}__isnull": True}) | ~Q(**{comment: moderator}),
        Q(**{f"{parent}__isnull": True}) | ~Q(**{parent: moderator}),
        Q(decision=None) | ~Q(decision__comment__in=reported),
        Q(sanction__user__isnull=True) | ~Q(sanction__user=moderator),
        state=Appeal.State.OPEN,
    )


def _row(appeal: Appeal) -> AppealRow:
    decision, sanction = appeal.decision, appeal.sanction
    comment = decision.comment if decision else None
    kind = decision.get_outcome_display() if decision else sanction.get_kind_display() if sanction else ""
    return AppealRow(
        id=appeal.pk,
        url=reverse("moderation:appeal-desk", args=[appeal.pk]),
        created_at=appeal.created_at,
        age=timesince(appeal.created_at, depth=1),
        outcome=str(kind),
        comment_text=Truncator(plain_text(comment.html) if comment else appeal.text).chars(EXCERPT),
        language=comment.language if comment else "",
        is_about_sanction=sanction is not None,
    )


def get_own_appeal(participant: Participant | None, appeal_id: int) -> Appeal:
    """Return an appeal of this person's own, with what it is about. Raises `Http404` for everybody else's."""
    found = _joined().filter(pk=appeal_id).first()
    if found is None or not is_appellant(found, participant):
        raise Http404
    return found


def get_appeal(participant: Participant | None, appeal_id: int) -> Appeal:
    """Return an appeal that this senior moderator may work on.

    Raises `NotAllowed` to who decides no appeals, and to who decided first or has a part in it; `Http404`.
    """
    access.check(participant, "decide_appeal")
    assert isinstance(participant, User)
    found = _joined().filter(pk=appeal_id).first()
    if found is None:
        raise Http404
    check_second_person(found, participant)
    return found


def get_decision(participant: Participant, decision_id: int) -> Decision:
    """Return a decision about this person's comment, or about one that they reported. Raises `Http404`."""
    rows = Decision.objects.select_related("case", "appeal", "by", "comment__article", "comment__parent")
    found = rows.filter(pk=decision_id, undone_at=None).first()
    if found is None or not (found.comment.is_by(participant) or has_reported(found, participant)):
        raise Http404
    return found


def get_sanction(participant: Participant, sanction_id: int) -> Sanction:
    """Return a sanction of this person's own. Raises `Http404` for everybody else's."""
    rows = Sanction.objects.against(participant).select_related("appeal", "by", "guideline_version__guideline")
    found = rows.filter(pk=sanction_id).first()
    if found is None:
        raise Http404
    return found


def _joined() -> QuerySet[Appeal]:
    return Appeal.objects.select_related(
        "user", "guest", "first_decider", "decided_by", "leaning_by",
        "decision__case", "decision__by", "decision__guideline_version__guideline",
        "decision__comment__article", "decision__comment__parent", "decision__comment__author",
        "decision__comment__guest", "sanction__user", "sanction__guest", "sanction__by",
        "sanction__decision__comment__article", "sanction__decision__comment__parent",
    )  # fmt: skip
