"""What moderators do to a passage: merge it into another, take it from its place, put it elsewhere, lock it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Refused
from discussions import access
from discussions.actions import rows
from discussions.actions.follow import note_places, settle
from discussions.actions.texts import text_of
from discussions.models import ArticleRevision, Comment, Passage, PassageStatus
from discussions.passages.align import fold
from discussions.passages.canon import Canonical, Span
from discussions.passages.follow import Outcome, Status
from discussions.passages.selecting import what_is_wrong
from discussions.signals import record, staff_acted

#: How a place was found that a person has chosen.
BY_HAND = "hand"


def merge_passages(passage: Passage, into: Passage, *, by: User) -> Passage | None:
    """Move the comments on `passage` to `into`, of the same article, and delete it; return `into`.

    None when it is gone already. Raises `NotAllowed` to anybody but moderators, `Refused` for two articles or for one
    passage with itself.
    """
    access.check_is_moderator(by)
    if passage.pk == into.pk or passage.article_id != into.article_id:
        raise Refused(_("Please name another passage of the same article."), code="not_mergeable")
    with transaction.atomic():
        fresh = _locked(passage)
        if fresh is None:
            return None
        rows.locked_comments(Comment.objects.filter(passage=fresh).values_list("pk", flat=True))
        Comment.objects.filter(passage=fresh).update(passage=into)
        fresh.delete()
        record(staff_acted, act="passage.merged", by=by, article_id=into.article_id, comment_id=None)
    return into


def detach_passage(passage: Passage, *, by: User) -> Passage | None:
    """Take the passage from its place: its comments stay, with the words they were about. None when it has none.

    It is not looked for again until a moderator puts it back. Raises `NotAllowed` to anybody but moderators.
    """

    def take(fresh: Passage, revision: ArticleRevision, _text: Canonical) -> bool:
        if fresh.status == PassageStatus.DETACHED:
            return False
        settle(fresh, Outcome(Status.ORPHANED, None, 0.0, ""), revision)
        fresh.status = PassageStatus.DETACHED
        return True

    return _place(passage, by, "passage.detached", take)


def reattach_passage(passage: Passage, span: Span, number: int, *, by: User) -> Passage | None:
    """Put the passage to `span` of the text `number`, which must be the newest; None when it is there already.

    Raises `NotAllowed` to anybody but moderators, `Conflict` when the article has changed, `Refused` for words that
    cannot be a passage.
    """

    def put(fresh: Passage, revision: ArticleRevision, text: Canonical) -> bool:
        if revision.number != number:
            raise Conflict(_("The article has changed since. Please choose the words again."), code="stale")
        if not 0 <= span.start < span.end <= len(text.text) or what_is_wrong(text, span):
            raise Refused(_("These words cannot be a passage. Please choose others."), code="not_a_passage")
        if (
            fresh.is_placed
            and fresh.at_revision_id == revision.pk
            and (fresh.start, fresh.end) == (span.start, span.end)
        ):
            return False
        is_same = fold(text.text[span.start : span.end]) == fold(fresh.exact)
        settle(fresh, Outcome(Status.MOVED if is_same else Status.EDITED, span, 1.0, BY_HAND), revision)
        return True

    return _place(passage, by, "passage.reattached", put)


def lock_passage(passage: Passage, *, by: User, is_locked: bool) -> Passage | None:
    """Let nobody begin another thread on the passage, or let them again; None when it is so already.

    Raises `NotAllowed` to anybody but moderators.
    """
    access.check_is_moderator(by)
    with transaction.atomic():
        fresh = _locked(passage)
        if fresh is None or fresh.is_locked == is_locked:
            return None
        fresh.is_locked = is_locked
        fresh.save(update_fields=["is_locked"])
        act = "passage.locked" if is_locked else "passage.unlocked"
        record(staff_acted, act=act, by=by, article_id=fresh.article_id, comment_id=None)
    return fresh


def _place(
    passage: Passage, by: User, act: str, change: Callable[[Passage, ArticleRevision, Canonical], bool]
) -> Passage | None:
    access.check_is_moderator(by)
    with transaction.atomic():
        fresh = _locked(passage)
        if fresh is None:
            return None
        revision, text = text_of(fresh.article)
        if not change(fresh, revision, text):
            return None
        fresh.save()
        note_places([fresh], revision, by=by)
        record(staff_acted, act=act, by=by, article_id=fresh.article_id, comment_id=None)
    return fresh


def _locked(passage: Passage) -> Passage | None:
    """Return the passage as it is now, its article's row locked; whoever changes a passage holds that row."""
    article = rows.locked_article(passage.article_id)
    fresh = Passage.objects.filter(pk=passage.pk).first()
    if fresh is not None:
        fresh.article = article
    return fresh
