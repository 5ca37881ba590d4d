"""Why a comment is not public, for its author: a fixed number of queries for a whole page of comments."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import Guest
from accounts.participants import Participant
from discussions.models import Visibility
from moderation.models import VISIBILITY, Appeal, Decision, GuidelineText, Outcome, Report, Sanction
from moderation.queries.guidelines import FALLBACK_LANGUAGE, best_of_each
from moderation.transitions import State


@dataclass(frozen=True, slots=True)
class GuidelineFact:
    """The version of a guideline that a decision rests on, in the best language there is."""

    number: int
    version: int
    title: str
    language: str
    #: Where its history shows this version.
    url: str
    #: What would make a comment publishable, in general words; may be empty.
    author_note: str


@dataclass(frozen=True, slots=True)
class Reason:
    """What the author of a comment may know of the last decision about it, and do about it."""

    decision_id: int
    comment_id: int
    outcome: str
    decided_at: datetime
    guideline: GuidelineFact | None
    note: str
    #: The words in question; empty for the whole comment.
    span: str
    #: Its author has changed it as asked, and somebody reads it again.
    is_resubmitted: bool
    #: It waits for its author.
    is_returned: bool
    #: It can no longer be undone, so its page is there.
    is_final: bool
    may_appeal: bool
    appeal: Appeal | None

    @property
    def help(self) -> str:
        """Return what would make it publishable, unless the moderator's own words say just that."""
        advice = self.guideline.author_note if self.guideline else ""
        return "" if advice in self.note else advice


def guideline_facts(version_ids: Collection[int], language: str = "") -> dict[int, GuidelineFact]:
    """Return what these versions say, by id, in `language` (the active one) or in English: one query, none for none."""
    if not version_ids:
        return {}
    rows = GuidelineText.objects.filter(version__in=version_ids).select_related("version__guideline")
    texts = best_of_each(rows.order_by("version_id"), language or get_language() or FALLBACK_LANGUAGE)
    return {text.version_id: _fact(text) for text in texts}


def reasons_for(participant: Participant, comment_ids: Collection[int]) -> dict[int, Reason]:
    """Return, by comment, why those of `comment_ids` that this person wrote are not plainly public: two queries.

    A comment that no decision keeps from readers is left out.
    """
    if not comment_ids:
        return {}
    mine = {"comment__guest": participant} if isinstance(participant, Guest) else {"comment__author": participant}
    rows = Decision.objects.filter(comment__in=comment_ids, undone_at=None, **mine)
    last: dict[int, Decision] = {}
    for row in rows.select_related("comment", "appeal", "case").order_by("created_at", "id"):
        last[row.comment_id] = row
    kept = [decision for decision in last.values() if _applies(decision)]
    facts = guideline_facts(versions_of(kept))
    return {row.comment_id: _reason(row, facts) for row in kept}


def reason_of(decision: Decision) -> Reason:
    """Return what the author may know of one decision; its `comment` and `case` are joined, or cost a query each."""
    return _reason(decision, guideline_facts(versions_of([decision])))


def versions_of(decisions: Iterable[Decision | Sanction]) -> set[int]:
    """Return the ids of the guideline versions that these rest on."""
    return {row.guideline_version_id for row in decisions if row.guideline_version_id is not None}


def active_sanctions(participant: Participant) -> list[tuple[Sanction, GuidelineFact | None]]:
    """Return the measures that apply to this person now, newest first, with their guidelines: at most two queries."""
    rows = list(Sanction.objects.against(participant).active().select_related("appeal"))
    facts = guideline_facts(versions_of(rows))
    return [(row, facts.get(row.guideline_version_id)) for row in rows]


def appeal_of(about: Decision | Sanction) -> Appeal | None:
    """Return the appeal against a decision or a sanction, if somebody has made one."""
    return getattr(about, "appeal", None)


def is_open_to_appeal(decision: Decision) -> bool:
    """Return whether somebody could appeal against the decision now; `comment`, `case` and `appeal` are joined.

    The same rule as `actions.appeal.check_can_appeal`, without a query, for showing the link.
    """
    is_in_time = decision.final_at <= timezone.now() <= decision.final_at + timedelta(days=settings.APPEAL_WITHIN_DAYS)
    is_about_this_text = decision.comment.revision == decision.revision
    # What an appeal has put in the place of another can be appealed against by its author, and by nobody else.
    is_first = decision.supersedes_id is None
    stands = decision.undone_at is None and (
        decision.case.state == State.DECIDED if is_first else decision.is_restrictive
    )
    is_there = decision.comment.visibility != Visibility.WITHDRAWN
    return is_in_time and is_about_this_text and stands and is_there and appeal_of(decision) is None


def may_appeal(decision: Decision, participant: Participant) -> bool:
    """Return whether the appeal link is shown: to the author of what was restricted, to reporters of what was kept."""
    if not is_open_to_appeal(decision):
        return False
    if decision.is_restrictive:
        return decision.comment.is_by(participant)
    return has_reported(decision, participant)


def has_reported(decision: Decision, participant: Participant) -> bool:
    """Return whether this person's report is part of the case that was decided: one query."""
    who = {"guest": participant} if isinstance(participant, Guest) else {"user": participant}
    return Report.objects.filter(case=decision.case_id, **who).exists()


def may_appeal_sanction(sanction: Sanction) -> bool:
    """Return whether the appeal link is shown to the person of the sanction."""
    in_time = timezone.now() < sanction.created_at + timedelta(days=settings.APPEAL_WITHIN_DAYS)
    return in_time and sanction.lifted_at is None and appeal_of(sanction) is None


def _applies(decision: Decision) -> bool:
    # A moderator may have done something else since, from the discussion itself.
    return decision.is_restrictive and decision.comment.visibility == VISIBILITY[decision.outcome]


def _reason(decision: Decision, facts: dict[int, GuidelineFact]) -> Reason:
    comment, version = decision.comment, decision.guideline_version_id
    was_returned = decision.outcome == Outcome.RETURN
    return Reason(
        decision_id=decision.pk,
        comment_id=decision.comment_id,
        outcome=decision.outcome,
        decided_at=decision.created_at,
        guideline=facts.get(version) if version else None,
        note=decision.note,
        span=decision.span,
        is_resubmitted=was_returned and comment.revision > decision.revision,
        is_returned=was_returned and comment.returned_at is not None,
        is_final=decision.final_at <= timezone.now(),
        may_appeal=decision.is_restrictive and is_open_to_appeal(decision),
        appeal=appeal_of(decision),
    )


def _fact(text: GuidelineText) -> GuidelineFact:
    version = text.version
    return GuidelineFact(
        number=version.guideline.number,
        version=version.n,
        title=text.title,
        language=text.language,
        url=reverse("moderation:guideline", args=[version.guideline.slug]) + f"#v{version.n}",
        author_note=text.author_note,
    )
