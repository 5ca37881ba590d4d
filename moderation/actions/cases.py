"""Opening a case, and keeping its place in the queue right."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from discussions.actions import rows
from discussions.models import Comment
from moderation import audit
from moderation.models import Case, Report
from moderation.priority import Voice, effective_reports, order_key, reporting_together
from moderation.transitions import Event, after

Queue, Severity = Case.Queue, Case.Severity
#: Earlier reports of a case's reporters that are compared, to see who reports together.
LOOKED_BACK = 2000


def open_case(
    comment: Comment, *, queue: str, severity: int, hold_reason: str = "", is_resubmitted: bool = False,
    raised: float = 0,
) -> Case:  # fmt: skip
    """Return the comment's waiting case, opened now or raised to `queue` and `severity`; locked until the end.

    A case never sinks: what is held and reported waits with the held. `raised` are points that rules add.
    """
    with transaction.atomic():
        case, is_new = _waiting_or_new(comment, queue, severity)
        case.hold_reason = hold_reason or case.hold_reason
        case.is_resubmitted = case.is_resubmitted or is_resubmitted
        case.raised += raised
        if severity > case.severity:
            case.severity = severity
        if queue == Queue.HELD or (queue == Queue.REPORTED and case.queue == Queue.SAMPLED):
            case.queue = queue
        put_in_order(case, comment)
        if is_new:
            audit.record("case.opened", by=None, comment=comment, case=case.pk, queue=case.queue)
    return case


def look_at(comment: Comment) -> Case:
    """Return the comment's waiting case, opened now because a moderator wants to read it, reported or not.

    The article is locked as for a decision, so that none is made or undone in between.
    """
    with transaction.atomic():
        rows.locked_article(comment.article_id)
        return open_case(comment, queue=Queue.SAMPLED, severity=Severity.SAMPLED)


def put_in_order(case: Case, comment: Comment) -> None:
    """Work out the place of a locked case anew, from its reports and what happens around the comment, and save it."""
    case.reports = _effective(case)
    case.activity = _per_hour(comment)
    case.order_key = order_key(
        severity=case.severity, reports=case.reports, activity=case.activity, opened_at=case.opened_at,
        target=target_of(case.queue), raised=case.raised,
    )  # fmt: skip
    case.save()


def target_of(queue: str) -> timedelta:
    """Return the time in which this queue wants to be read."""
    return timedelta(minutes=settings.QUEUE_TARGET_MINUTES[queue])


def void_case(comment: Comment) -> None:
    """Close the comment's waiting case, if there is one: its author has taken the comment back."""
    case = Case.objects.waiting().select_for_update().filter(comment=comment).first()
    if case is None:
        return
    case.state = after(case.state, Event.ERASE)
    case.claimed_by = case.claimed_until = None
    case.lock_version += 1
    case.save()
    audit.record("case.voided", by=None, comment=comment, case=case.pk)


def _waiting_or_new(comment: Comment, queue: str, severity: int) -> tuple[Case, bool]:
    waiting = Case.objects.waiting().select_for_update().filter(comment=comment)
    if case := waiting.first():
        return case, False
    case = Case(
        comment=comment, article_id=comment.article_id, section_id=comment.article.section_id,
        language=comment.language, queue=queue, severity=severity, order_key=0,
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:  # two readers at the same moment: the constraint let one through
        return waiting.get(), False
    return case, True


def _effective(case: Case) -> float:
    """Return F of the priority: two queries, one for a single report."""
    rows = list(
        Report.objects.filter(case=case)
        .values_list("weight", "network", "user__date_joined", "user", "guest")
        .order_by("id")
    )
    voices = [Voice(weight, network, joined and joined.date()) for weight, network, joined, *_who in rows]
    return effective_reports(voices, _together(case, [(user, guest) for *_voice, user, guest in rows]))


def _together(case: Case, reporters: list[tuple[int | None, int | None]]) -> list[tuple[int, int]]:
    if len(reporters) < 2:
        return []
    users, guests = ({pk for pk in ids if pk} for ids in zip(*reporters, strict=True))
    theirs = Report.objects.filter(Q(user__in=users) | Q(guest__in=guests)).exclude(comment=case.comment_id)
    reported: dict[tuple[int | None, int | None], set[int]] = {}
    # The latest say enough; who has made thousands must not make this slow.
    for user, guest, comment in theirs.order_by("-id").values_list("user", "guest", "comment")[:LOOKED_BACK]:
        reported.setdefault((user, guest), set()).add(comment)
    return reporting_together([reported.get(who, ()) if any(who) else () for who in reporters])


def _per_hour(comment: Comment) -> float:
    if comment.published_at is None:
        return 0
    hours = max((timezone.now() - comment.published_at).total_seconds() / 3600, 1)
    return (comment.up_count + comment.down_count + comment.reply_count) / hours
