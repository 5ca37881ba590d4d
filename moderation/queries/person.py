"""What the page about a person shows: a fixed number of queries, however much they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404

from accounts.models import Guest, User
from accounts.participants import Participant
from discussions.models import Comment, Visibility
from discussions.models.comment import READABLE
from moderation import access
from moderation.models import Appeal, Decision, Outcome, Policy, Report, Sanction, StaffNote
from moderation.queries.reasons import GuidelineFact, guideline_facts, versions_of

#: Rows that have a column `user` and a column `guest`.
Row = TypeVar("Row", Report, Appeal, StaffNote)

COMMENTS_SHOWN = 20
NOTES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Record:
    """A person in numbers."""

    first_seen: datetime
    published: int
    held: int
    removed: int
    returned: int
    #: Reports that they made, and how many of them the decisions agreed and disagreed with.
    reports: int
    agreed: int
    disagreed: int
    appeals: int
    appeals_won: int


@dataclass(frozen=True, slots=True)
class Line:
    """A comment of theirs, with the last decision about it."""

    comment: Comment
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class SanctionLine:
    """A sanction with its guideline."""

    sanction: Sanction
    guideline: GuidelineFact | None
    is_active: bool


def get_person(
    participant: Participant | None, *, user_id: int | None = None, guest_id: int | None = None,
    act: str = "see_author",
) -> User | Guest:  # fmt: skip
    """Return a person whom somebody may do `act` to; a guest who has become a member is that member.

    Raises `NotAllowed` to who may not do `act` at all, and `Http404` for nobody, and for who has written nothing in a
    section moderator's sections.
    """
    standing = access.check(participant, act)
    person: User | Guest | None = User.objects.filter(pk=user_id).first() if user_id is not None else None
    if guest_id is not None:
        guest = Guest.objects.select_related("claimed_by").filter(pk=guest_id).first()
        person = guest.claimed_by if guest and guest.claimed_by else guest
    if person is None or not has_written_in(person, standing):
        raise Http404
    return person


def has_written_in(person: Participant, standing: access.Standing) -> bool:
    """Return whether the person has written where this moderator works; always true for who works everywhere."""
    if standing.sections is None:
        return True
    return Comment.objects.by(person).filter(article__section__in=standing.sections).exists()


def record_of(person: User | Guest) -> Record:
    """Return the numbers: four queries."""
    comments = Comment.objects.by(person).aggregate(
        first=Min("created_at"),
        published=Count("pk", filter=Q(visibility__in=READABLE)),
        held=Count("pk", filter=Q(visibility=Visibility.HELD)),
        removed=Count("pk", filter=Q(visibility=Visibility.REMOVED)),
    )
    reports = _theirs(Report.objects.all(), person).aggregate(
        made=Count("pk"), right=Count("pk", filter=Q(agreed=True)), wrong=Count("pk", filter=Q(agreed=False))
    )
    appeals = _theirs(Appeal.objects.all(), person).aggregate(
        made=Count("pk"), won=Count("pk", filter=Q(state=Appeal.State.OVERTURNED))
    )
    came = person.created_at if isinstance(person, Guest) else person.date_joined
    return Record(
        first_seen=min(came, comments["first"] or came),
        published=comments["published"], held=comments["held"], removed=comments["removed"],
        returned=_decisions(person).filter(outcome=Outcome.RETURN).count(),
        reports=reports["made"], agreed=reports["right"], disagreed=reports["wrong"],
        appeals=appeals["made"], appeals_won=appeals["won"],
    )  # fmt: skip


def latest_lines(person: User | Guest, standing: access.Standing) -> list[Line]:
    """Return their newest comments, of the moderator's sections, with the last decision about each: two queries."""
    rows = Comment.objects.by(person).select_related("article").defer("article__body", "article__body_html")
    if standing.sections is not None:
        rows = rows.filter(article__section__in=standing.sections)
    comments = list(rows.order_by("-created_at", "-id")[:COMMENTS_SHOWN])
    decisions = Decision.objects.filter(comment__in=comments, undone_at=None).order_by("created_at", "id")
    last = {row.comment_id: row for row in decisions.select_related("by", "guideline_version__guideline")}
    return [Line(comment, last.get(comment.pk)) for comment in comments]


def restrictions_of(person: User | Guest) -> list[Decision]:
    """Return the latest decisions that took something from them, for "because of": one query."""
    rows = _decisions(person).exclude(outcome=Outcome.PUBLISH).select_related("comment__article")
    return list(rows.order_by("-created_at", "-id")[:COMMENTS_SHOWN])


def sanction_lines(person: User | Guest) -> list[SanctionLine]:
    """Return every sanction they had, newest first: three queries."""
    rows = list(Sanction.objects.against(person).select_related("by", "lifted_by", "appeal", "decision"))
    active = set(Sanction.objects.against(person).active().values_list("pk", flat=True))
    facts = guideline_facts(versions_of(rows))
    return [SanctionLine(row, facts.get(row.guideline_version_id), row.pk in active) for row in rows]


def notes_about(person: User | Guest) -> list[StaffNote]:
    """Return what staff noted about the person, newest first: one query."""
    return list(_theirs(StaffNote.objects.select_related("by"), person)[:NOTES_SHOWN])


def policy_of(person: User | Guest) -> Policy | None:
    """Return the policy for this author; guests have none."""
    return Policy.objects.filter(author=person).first() if isinstance(person, User) else None


def _decisions(person: User | Guest) -> QuerySet[Decision]:
    mine = {"comment__guest": person} if isinstance(person, Guest) else {"comment__author": person}
    return Decision.objects.filter(undone_at=None, **mine)


def _theirs(rows: QuerySet[Row], person: User | Guest) -> QuerySet[Row]:
    return rows.filter(guest=person) if isinstance(person, Guest) else rows.filter(user=person)
