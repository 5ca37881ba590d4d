"""Who keeps the house, and what each role may do. The table is the policy; everything else asks it.

A role comes from Django's permissions (the groups that `migrate` makes, or any other), or from the sections that a
member was given. Without the second factor that `STAFF_NEED_SECOND_FACTOR` asks for, nobody has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.duty import SecondFactorMissing
from accounts.models import User
from accounts.participants import Participant
from core.errors import NotAllowed
from core.kept import kept, padded, param, params
from discussions import access as discussions_access
from discussions.models import Comment
from moderation.models import Case, Report, SectionModerator
from moderation.models.case import CaseQuerySet

REVIEW = "moderation.review"
ADMINISTER = "moderation.administer"


class Role(IntEnum):
    """Who somebody is in the house, from the least to the most."""

    READER = 0
    MODERATOR = 1
    SENIOR = 2
    ADMIN = 3


#: What each act asks for at least. A view or an action that is not here does not exist.
TABLE: dict[str, Role] = {
    "report": Role.READER,
    "appeal": Role.READER,
    "see_queue": Role.MODERATOR,
    "see_case": Role.MODERATOR,
    "see_author": Role.MODERATOR,
    "see_dashboard": Role.MODERATOR,
    "claim": Role.MODERATOR,
    "decide": Role.MODERATOR,
    "undo": Role.MODERATOR,
    "skip": Role.MODERATOR,
    "escalate": Role.MODERATOR,
    "cool_branch": Role.MODERATOR,
    "write_note": Role.MODERATOR,
    "warn": Role.MODERATOR,
    "premoderate": Role.MODERATOR,
    "mute": Role.MODERATOR,
    "decide_escalated": Role.SENIOR,
    "decide_appeal": Role.SENIOR,
    "ban": Role.SENIOR,
    "lift": Role.SENIOR,
    "see_private": Role.SENIOR,
    "set_policy": Role.ADMIN,
    "keep_rules": Role.ADMIN,
    "see_log": Role.ADMIN,
    "export": Role.ADMIN,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's role, and the sections it is limited to; None means everywhere."""

    role: Role
    sections: frozenset[int] | None = None


def standing_of(participant: Participant | None) -> Standing:
    """Return the role of this person. At most four queries, none for guests."""
    if not isinstance(participant, User) or not participant.is_ready_for_duty:
        return Standing(Role.READER)
    return _given_to(participant)


def rank_of(person: Participant) -> Role:
    """Return the role that this person was given, even where they lack the second factor to act on it."""
    return _given_to(person).role if isinstance(person, User) else Role.READER


def _given_to(participant: User) -> Standing:
    for permission, role in ((ADMINISTER, Role.ADMIN), (REVIEW, Role.SENIOR)):
        if participant.holds(permission):
            return Standing(role)
    if participant.holds(discussions_access.MODERATE):
        return Standing(Role.MODERATOR)
    sections = frozenset(SectionModerator.objects.filter(user=participant).values_list("section_id", flat=True))
    return Standing(Role.MODERATOR, sections) if sections else Standing(Role.READER)


def may(participant: Participant | None, act: str) -> bool:
    """Return whether this person may do `act` at all; for templates and for `check`."""
    return standing_of(participant).role >= TABLE[act]


def check(participant: Participant | None, act: str) -> Standing:
    """Return the standing of somebody who may do `act`; raises `NotAllowed` for everybody else.

    Who lacks nothing but the second factor is told so (`SecondFactorMissing`).
    """
    standing = standing_of(participant)
    if participant is None or standing.role < TABLE[act]:
        if isinstance(participant, User) and not participant.is_ready_for_duty and rank_of(participant) >= TABLE[act]:
            raise SecondFactorMissing
        raise NotAllowed(_("Only the staff of this site can do this."), code="not_staff")
    return standing


def get_case(participant: Participant | None, case_id: int, act: str = "see_case") -> Case:
    """Return a case that this person may do `act` to, with comment, article and author joined.

    Raises `NotAllowed` to who may not do `act` at all, and `Http404` for a case of another section, or one that a
    moderator has a part in: their own comment, a reply to it, or one that they reported.
    """
    standing = check(participant, act)
    assert isinstance(participant, User)
    reach = reach_of(participant, standing)
    case = _case.one(*reach, case_id, shape=(len(reach),))
    if case is None:
        raise Http404
    return case


@kept
def _case(known: int) -> QuerySet[Case, Any]:
    rows = Case.objects.select_related(
        "comment__author", "comment__guest", "comment__parent", "comment__passage", "article", "section"
    )
    return within(rows.filter(pk=param(known)), *params(known))


def in_reach(cases: CaseQuerySet, moderator: User, standing: Standing) -> CaseQuerySet:
    """Return those of `cases` that this moderator may work on: of their sections, and none that they have a part in."""
    return within(cases, *reach_of(moderator, standing))


def reach_of(moderator: User, standing: Standing) -> list[int]:
    """Return what `within` asks of a moderator: their id, and behind it the sections that they are limited to."""
    if standing.sections is None:
        return [moderator.pk]
    # No section at all is not all of them: none has the number nought.
    return [moderator.pk, *(padded(sorted(standing.sections)) or [0])]


def within(cases: CaseQuerySet, moderator: Any, *sections: Any) -> CaseQuerySet:
    """Return those of `cases` in the reach of a moderator: ids, or the places that `core.kept` has for them."""
    if sections:
        cases = cases.filter(section__id__in=sections)
    reported = Report.objects.filter(user_id=moderator).values("case")
    # Not `exclude`: a comment of a guest has no author, and NULL is not "not me".
    return cases.filter(
        Q(comment__author=None) | ~Q(comment__author_id=moderator),
        Q(comment__parent=None) | Q(comment__parent__author=None) | ~Q(comment__parent__author_id=moderator),
    ).exclude(pk__in=reported)


def has_part_in(moderator: User, comment: Comment) -> bool:
    """Return whether the moderator wrote the comment or what it answers, or reported it: somebody else decides then."""
    if comment.is_by(moderator) or (comment.parent is not None and comment.parent.is_by(moderator)):
        return True
    return Report.objects.filter(comment=comment, user=moderator).exists()
