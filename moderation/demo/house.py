"""Decides what happened in the house of the demo, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from django.db.models import Q

from accounts.models import User
from discussions.models import Comment, Visibility
from moderation.demo import words
from moderation.demo.books import Books, Told
from moderation.models import Case, GuidelineVersion, Outcome

Queue, Severity = Case.Queue, Case.Severity

#: Nobody waits longer than this for a first look, in the demo: what is held for longer was given back.
HELD_AT_MOST = timedelta(hours=20)
#: How many of what is public was read before, is reported, was taken as a sample.
READ_BEFORE, REPORTED, SAMPLED = 90, 8, 5
APPEALS_OPEN = 2


class House:
    """The past and the present of the demo's moderation; the same seed gives the same."""

    def __init__(
        self, *, seed: int, now: datetime, articles: Sequence[int], staff: Mapping[str, User], members: Sequence[User]
    ) -> None:
        """Take what `demo_seeded` tells."""
        self._rng = Random(f"{seed}/house")  # noqa: S311
        self._now, self._articles, self._staff = now, articles, staff
        keepers = {user.pk for user in staff.values()}
        self._readers = [member for member in members if member.pk not in keepers]
        in_force = GuidelineVersion.objects.in_force().select_related("guideline").order_by("guideline__number")
        self._guidelines = {version.guideline.slug: version for version in in_force}
        self._books = Books(self._rng, now)

    def furnish(self) -> None:
        """Write everything. A site without guidelines gets nothing: there is nothing that a decision could rest on."""
        if not self._guidelines or not self._articles:
            return
        rows = Comment.objects.filter(article__in=self._articles).select_related("article", "author", "guest", "parent")
        unlike = rows.filter(
            visibility__in=(Visibility.REMOVED, Visibility.COLLAPSED, Visibility.HELD)
        ).order_by("created_at", "pk")  # fmt: skip
        taken = [told for comment in unlike if (told := self._of_unlike(comment))]
        self._appeal([told for told in taken if told.comment.author_id is not None])
        leaves = rows.filter(visibility=Visibility.PUBLIC, reply_count=0, is_pinned=False)
        lately = list(leaves.order_by("-created_at", "-pk")[: 4 * (READ_BEFORE + REPORTED + SAMPLED)])
        self._rng.shuffle(lately)
        reported, sampled, read = self._cut(lately, REPORTED, SAMPLED, READ_BEFORE)
        for n, comment in enumerate(reported):
            self._report(comment, readers=n, is_escalated=n == REPORTED - 1)
        for comment in sampled:
            self._books.open(comment, Queue.SAMPLED, Severity.SAMPLED, self._lately(comment))
        for comment in read:
            self._publish(comment)
        self._books.write()

    def _cut(self, comments: list[Comment], *sizes: int) -> list[list[Comment]]:
        # A short demo has few comments: every part gets its share of what there is.
        share = min(1.0, len(comments) / sum(sizes))
        parts, start = [], 0
        for size in sizes:
            parts.append(comments[start : start + round(size * share)])
            start += round(size * share)
        return parts

    def _of_unlike(self, comment: Comment) -> Told | None:
        """Tell how a comment came to be what it is; return the decision, None while it waits."""
        if comment.visibility == Visibility.HELD:
            if self._now - comment.created_at <= HELD_AT_MOST:
                reason = comment.visibility_reason
                self._books.open(comment, Queue.HELD, Severity.HELD, comment.created_at, hold_reason=reason)
                return None
            self._decide(comment, Outcome.RETURN, Queue.HELD, self._rng.choice(words.RETURNED), self._soon(comment))
            return None
        outcome = Outcome.REMOVE if comment.visibility == Visibility.REMOVED else Outcome.COLLAPSE
        reason = comment.visibility_reason or words.DEFAULT_REASON
        return self._decide(comment, outcome, Queue.REPORTED, reason, comment.visibility_at or self._soon(comment))

    def _decide(self, comment: Comment, outcome: Outcome, queue: str, note: str, at: datetime) -> Told:
        at = min(at, self._now - timedelta(minutes=3))
        waited = min(self._wait(), (at - comment.created_at) * 0.95)
        severity = Severity.HELD if queue == Queue.HELD else Severity.REPORTED
        case = self._books.open(comment, queue, severity, at - waited)
        version = None if outcome == Outcome.PUBLISH else self._guideline(note)
        if queue == Queue.REPORTED and version is not None:
            for reader in self._reporters(comment, self._rng.choice((1, 1, 2, 2, 3, 5))):
                self._books.report(case, reader, version.guideline, self._rng.choice(words.REPORT_NOTES), at - waited)
        return self._books.decide(case, outcome, version, note, by=self._keeper(comment), at=at)

    def _publish(self, comment: Comment) -> None:
        at = comment.created_at + min(self._wait(), (self._now - comment.created_at) / 2)
        self._decide(comment, Outcome.PUBLISH, Queue.HELD, "", at)
        comment.published_at = at

    def _report(self, comment: Comment, *, readers: int, is_escalated: bool) -> None:
        opened_at = self._lately(comment)
        case = self._books.open(comment, Queue.REPORTED, Severity.REPORTED, opened_at)
        for reader in self._reporters(comment, 1 + readers):
            version = self._rng.choice(list(self._guidelines.values()))
            at = opened_at + (self._now - opened_at) * self._rng.random()
            self._books.report(case, reader, version.guideline, self._rng.choice(words.REPORT_NOTES), at)
        if is_escalated:
            self._books.escalate(case, by=self._staff["moderator"], note=words.ESCALATION)
            self._books.note(comment, by=self._staff["moderator"], text=words.STAFF_NOTE)

    def _appeal(self, taken: list[Told]) -> None:
        """Let some authors appeal: two wait, one was wrong, one was right."""
        folded = [told for told in taken if told.decision.outcome == Outcome.COLLAPSE]
        removed = [
            told for told in taken
            if told.decision.outcome == Outcome.REMOVE and told.decision.by == self._staff["moderator"]
        ]  # fmt: skip
        chosen = self._rng.sample(removed, min(len(removed), APPEALS_OPEN + 1))
        texts = iter(words.APPEALS)
        for n, told in enumerate(chosen[:APPEALS_OPEN]):
            appeal = self._books.appeal(told, next(texts))
            if n == 0:
                self._books.answer(told, appeal, by=self._staff["senior"], text=words.ANSWER)
        for told in chosen[APPEALS_OPEN:]:
            appeal = self._books.appeal(told, next(texts))
            self._books.uphold(told, appeal, by=self._staff["senior"], reason=words.UPHELD)
        for told in folded[:1]:
            appeal = self._books.appeal(told, next(texts))
            second = "admin" if told.decision.by == self._staff["senior"] else "senior"
            self._books.overturn(told, appeal, by=self._staff[second], reason=words.OVERTURNED)

    def _guideline(self, reason: str) -> GuidelineVersion:
        slug = next((slug for word, slug in words.GUIDELINES.items() if word in reason), words.DEFAULT_GUIDELINE)
        return self._guidelines.get(slug) or next(iter(self._guidelines.values()))

    def _keeper(self, comment: Comment) -> User:
        """Return who decides: most of it the moderator, and nobody about themselves."""
        parent = comment.parent.author_id if comment.parent else None
        roles = ("moderator", "senior") if self._rng.random() < 0.8 else ("senior", "moderator")
        free = [self._staff[role] for role in roles if self._staff[role].pk not in (comment.author_id, parent)]
        return free[0] if free else self._staff["admin"]

    def _reporters(self, comment: Comment, wanted: int) -> list[User]:
        involved = set(Comment.objects.filter(Q(pk=comment.pk) | Q(parent=comment)).values_list("author", flat=True))
        drawn = self._rng.sample(self._readers, min(wanted + len(involved), len(self._readers)))
        return [reader for reader in drawn if reader.pk not in involved][:wanted]

    def _wait(self) -> timedelta:
        """Return how long something waited: half under fifty minutes, one in ten over two hours."""
        return timedelta(minutes=min(self._rng.lognormvariate(3.9, 0.75), 600))

    def _soon(self, comment: Comment) -> datetime:
        return comment.created_at + self._wait()

    def _lately(self, comment: Comment) -> datetime:
        """Return some time between the comment and now, within the last hours."""
        since = max(comment.created_at, self._now - timedelta(hours=7))
        return since + (self._now - since) * self._rng.random()
