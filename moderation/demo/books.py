"""Keeps the books of the demo's house: rows as the actions write them, with the times that the story gives."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings

from accounts.models import User
from discussions.actions.visibility import has_own_place
from discussions.models import Comment, Visibility
from moderation import audit
from moderation.actions.cases import put_in_order
from moderation.actions.decide import ACTS
from moderation.models import (
    VISIBILITY,
    Appeal,
    AppealMessage,
    AuditEntry,
    Case,
    Decision,
    Guideline,
    GuidelineVersion,
    Notification,
    Outcome,
    Report,
    StaffNote,
)
from moderation.reading import least_seconds, words_in
from moderation.transitions import State

COMMENT_FIELDS = (
    "visibility", "visibility_by", "visibility_at", "visibility_reason", "reviewed_revision", "returned_at",
    "published_at",
)  # fmt: skip
#: A reporter of the demo without a record.
WEIGHT = 0.5


@dataclass(slots=True)
class Told:
    """A decision with the comment that it is about."""

    comment: Comment
    decision: Decision


class Books:
    """Collects what happened in any order; `write` saves it in the order of time."""

    def __init__(self, rng: Random, now: datetime) -> None:
        """Begin with empty books."""
        self._rng, self._now = rng, now
        self._lines: list[AuditEntry] = []
        self._comments: dict[int, Comment] = {}
        self._waiting: list[Case] = []

    def open(self, comment: Comment, queue: str, severity: int, at: datetime, *, hold_reason: str = "") -> Case:
        """Open a case of the comment."""
        case = Case(
            comment=comment, article_id=comment.article_id, section_id=comment.article.section_id,
            language=comment.language, queue=queue, severity=severity, opened_at=at, order_key=0,
            hold_reason=hold_reason,
        )  # fmt: skip
        case.save(force_insert=True)
        self._waiting.append(case)
        self._line("case.opened", at, comment, case=case.pk, queue=queue)
        return case

    def report(self, case: Case, by: User, guideline: Guideline, note: str, at: datetime) -> None:
        """Let a reader report it."""
        report = Report.objects.create(
            case=case, comment=case.comment, revision=case.comment.revision, user=by, guideline=guideline, note=note,
            created_at=at, weight=WEIGHT, network=f"{self._rng.getrandbits(24):06x}",
        )  # fmt: skip
        self._line("report.made", at, case.comment, case=case.pk, report=report.pk, guideline=guideline.pk)

    def decide(
        self, case: Case, outcome: Outcome, version: GuidelineVersion | None, note: str, *, by: User, at: datetime,
        supersedes: Decision | None = None,
    ) -> Told:  # fmt: skip
        """Decide it, tell everybody whom it concerns, and leave the comment as the decision says."""
        comment = case.comment
        seconds = None if supersedes else self._read(comment)
        final_at = at if supersedes else at + timedelta(seconds=settings.UNDO_SECONDS)
        decision = Decision.objects.create(
            case=case, comment=comment, revision=comment.revision, outcome=outcome, guideline_version=version,
            note=note, by=by, key=uuid.UUID(int=self._rng.getrandbits(128), version=4), created_at=at, seconds=seconds,
            visibility_before=self._before(case), final_at=final_at, supersedes=supersedes,
        )  # fmt: skip
        self._show(comment, decision)
        case.state, case.decided_at, case.lock_version = State.DECIDED, case.decided_at or at, case.lock_version + 1
        if case in self._waiting:
            self._waiting.remove(case)
        put_in_order(case, comment)
        Report.objects.filter(case=case).update(agreed=decision.is_restrictive)
        self._tell(decision)
        self._line(
            ACTS[outcome], at, comment, by, case=case.pk, decision=decision.pk, revision=comment.revision,
            guideline=version.pk if version else None, waited=round((at - case.opened_at).total_seconds()),
            queue=case.queue, seconds=seconds, words=words_in(comment.body),
            supersedes=supersedes.pk if supersedes else None,
        )  # fmt: skip
        return Told(comment, decision)

    def escalate(self, case: Case, *, by: User, note: str) -> None:
        """Hand it up."""
        case.state, case.escalated_by, case.escalation_note = State.ESCALATED, by, note
        case.lock_version += 1
        self._line("case.escalated", self._now - timedelta(minutes=4), case.comment, by, case=case.pk)

    def note(self, comment: Comment, *, by: User, text: str) -> None:
        """Leave a note for colleagues."""
        at = self._now - timedelta(minutes=4)
        note = StaffNote.objects.create(comment=comment, by=by, text=text, created_at=at)
        self._line("note.written", at, comment, by, note=note.pk)

    def appeal(self, told: Told, text: str) -> Appeal:
        """Let the author appeal, some time after they were told."""
        decision = told.decision
        at = decision.final_at + (self._now - decision.final_at) * self._rng.uniform(0.1, 0.5)
        made = Appeal.objects.create(
            decision=decision, user_id=told.comment.author_id, text=text, created_at=at, first_decider=decision.by
        )
        decision.case.state = State.APPEALED
        decision.case.save()
        self._line("appeal.made", at, told.comment, appeal=made.pk, decision=decision.pk)
        return made

    def uphold(self, told: Told, appeal: Appeal, *, by: User, reason: str) -> None:
        """Let a second person leave it as it is."""
        self._close(told, appeal, Appeal.State.UPHELD, by, reason)

    def overturn(self, told: Told, appeal: Appeal, *, by: User, reason: str) -> None:
        """Let a second person publish what the first one had folded."""
        case, at = told.decision.case, self._answered(appeal)
        self.decide(case, Outcome.PUBLISH, None, "", by=by, at=at, supersedes=told.decision)
        self._close(told, appeal, Appeal.State.OVERTURNED, by, reason, cause=Appeal.Cause.CONTEXT)

    def answer(self, told: Told, appeal: Appeal, *, by: User, text: str) -> None:
        """Ask back."""
        at = self._answered(appeal)
        message = AppealMessage.objects.create(appeal=appeal, staff=by, text=text, created_at=at)
        self._row(Notification.Kind.MESSAGE, at, user=appeal.user, appeal=appeal)
        self._line("appeal.answered", at, told.comment, by, appeal=appeal.pk, message=message.pk)

    def write(self) -> None:
        """Put the cases that wait in order, save the comments, and write the log."""
        for case in self._waiting:
            put_in_order(case, case.comment)
        Comment.objects.bulk_update(self._comments.values(), COMMENT_FIELDS, batch_size=200)
        audit.append(sorted(self._lines, key=lambda line: line.at))

    def _close(self, told: Told, appeal: Appeal, state: Appeal.State, by: User, reason: str, cause: str = "") -> None:
        at = self._answered(appeal)
        appeal.state, appeal.leaning, appeal.leaning_by, appeal.cause = state, state, by, cause
        appeal.decided_by, appeal.decided_at, appeal.reason = by, at, reason
        appeal.save()
        case = told.decision.case
        case.state = State(state)
        case.save()
        self._row(Notification.Kind.APPEAL, at, user=appeal.user, appeal=appeal)
        self._line(
            f"appeal.{state}", at, told.comment, by, appeal=appeal.pk, decision=told.decision.pk, sanction=None,
            cause=cause, leaning=state,
        )  # fmt: skip

    def _read(self, comment: Comment) -> float:
        """Return how long a moderator looked at it: most read, and one in thirty decides too fast."""
        pace = 0.3 if self._rng.random() < 0.03 else self._rng.uniform(1.5, 4)
        return round(pace * least_seconds(words_in(comment.body)) + self._rng.lognormvariate(1.4, 0.5) * (pace > 1), 1)

    def _answered(self, appeal: Appeal) -> datetime:
        return appeal.created_at + (self._now - appeal.created_at) * 0.4

    def _before(self, case: Case) -> str:
        return Visibility.HELD if case.queue == Case.Queue.HELD else Visibility.PUBLIC

    def _show(self, comment: Comment, decision: Decision) -> None:
        """Leave the comment as `decide.show` does; its place in the tree is that of the plan."""
        is_return = decision.outcome == Outcome.RETURN
        comment.visibility = VISIBILITY[decision.outcome]
        comment.visibility_by, comment.visibility_at = decision.by, decision.created_at
        comment.visibility_reason = decision.note[:500]
        comment.returned_at = decision.created_at if is_return else None
        comment.reviewed_revision = None if is_return else comment.revision
        assert comment.is_listed == (has_own_place(comment.visibility, comment.published_at) or comment.reply_count > 0)
        self._comments[comment.pk] = comment

    def _tell(self, decision: Decision) -> None:
        comment = decision.comment
        kind = Notification.Kind
        self._row(kind.DECISION, decision.final_at, user=comment.author, guest=comment.guest, decision=decision)
        for report in Report.objects.filter(case=decision.case).select_related("user"):
            self._row(kind.REPORT, decision.final_at, user=report.user, decision=decision)

    def _row(self, kind: str, at: datetime, **fields: Any) -> None:
        """Tell somebody in the page. It counts as mailed: the addresses of the demo are nobody's."""
        if fields.get("user") or fields.get("guest"):
            read_at = at + timedelta(hours=1) if self._rng.random() < 0.6 else None
            Notification.objects.create(
                kind=kind, created_at=at, due_at=at, mailed_at=at,
                read_at=read_at if read_at and read_at < self._now else None, **fields,
            )  # fmt: skip

    def _line(self, name: str, at: datetime, comment: Comment, by: User | None = None, **data: Any) -> None:
        entry = AuditEntry(at=at, name=name, comment_id=comment.pk, article_id=comment.article_id, data=data)
        entry.actor_id, entry.subject_id = by.pk if by else None, comment.author_id
        self._lines.append(entry)
