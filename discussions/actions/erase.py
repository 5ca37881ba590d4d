"""What becomes of comments and votes when their author is erased. The place in the tree stays."""

from __future__ import annotations

from django.db import transaction

from accounts.privacy import Subject
from discussions.actions import rows
from discussions.actions.guests import tally
from discussions.actions.live import record_event
from discussions.actions.render import render_body
from discussions.actions.rerender import rerender
from discussions.actions.visibility import change_line
from discussions.models import Article, Comment, LiveEvent, Revision, Submission, Visibility, Vote
from discussions.signals import announce, comment_submitted

#: In one go: some seconds of work, after which the outbox has time for others.
BATCH = 200


def erase_writings(subject: Subject, keeps_texts: bool) -> bool:
    """Erase the person from comments, votes and links; return False when there is more to do.

    Texts that stay belong to nobody, and nothing ties one to another. Votes go and the scores follow: a vote that
    stayed without a voter could be given again by the same person.
    """
    theirs = list(Comment.objects.filter(subject.rows("author")).order_by("article", "pk")[:BATCH])
    for comment in theirs:
        _erase_comment(comment, subject, keeps_texts)
    if len(theirs) == BATCH or not _withdraw_votes(subject):
        return False
    Article.objects.filter(author=subject.user, author__isnull=False).update(author=None)
    _unlink(subject)
    return True


def _erase_comment(comment: Comment, subject: Subject, keeps_texts: bool) -> None:
    with transaction.atomic():
        line = rows.locked_line(comment)
        comment = line[-1]
        if keeps_texts:
            _take_addresses_out(comment, subject)
        else:
            if comment.visibility != Visibility.REMOVED:
                change_line(line, Visibility.WITHDRAWN, by=None, reason="")
            Revision.objects.filter(comment=comment).delete()
            comment.body = comment.html = comment.language = ""
        Submission.objects.filter(comment=comment).delete()
        comment.author = comment.guest = None
        comment.author_name, comment.source_meta = "", {}
        comment.visibility_reason = subject.scrub(comment.visibility_reason)
        if comment.visibility_by == subject.user:
            comment.visibility_by = None
        comment.save(
            update_fields=[
                "author", "guest", "author_name", "source_meta", "body", "html", "language", "visibility_reason",
                "visibility_by",
            ]
        )  # fmt: skip
        if comment.is_listed:
            # No page that is kept for visitors shows the name any longer.
            record_event(comment.article, comment, LiveEvent.Kind.CHANGED)
        announce(comment_submitted, comment_id=comment.pk, revision=comment.revision)


def _take_addresses_out(comment: Comment, subject: Subject) -> None:
    """Leave the words and take the e-mail address and the handle out of them; a name may be an ordinary word."""
    text = subject.scrub_addresses(comment.body)
    if text != comment.body:
        comment.body = text
        comment.html = render_body(text, comment.body_format).html
    for revision in Revision.objects.filter(comment=comment):
        Revision.objects.filter(pk=revision.pk).update(body=subject.scrub_addresses(revision.body))


def _withdraw_votes(subject: Subject) -> bool:
    votes = Vote.objects.filter(subject.rows("member"))
    ids = sorted(set(votes.values_list("comment_id", flat=True)[:BATCH]))
    with transaction.atomic():
        rows.locked_comments(ids)
        votes.filter(comment__in=ids).delete()
        tally(ids)
    return len(ids) < BATCH


def _unlink(subject: Subject) -> None:
    """Take the links to the person's page out of what others wrote; their words stay. The account is closed already."""
    if not subject.user:
        return
    last = 0
    linked = Comment.objects.filter(html__contains=f'href="{subject.user.get_absolute_url()}"').order_by("pk")
    while batch := list(linked.filter(pk__gt=last).only("body", "body_format", "revision")[:BATCH]):
        rerender(batch)
        last = batch[-1].pk
