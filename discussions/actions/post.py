"""Posting a comment or a reply."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Guest
from accounts.participants import Participant
from core.database import exclusively
from core.errors import BadRequest, Conflict, NotAllowed, Refused
from core.ids import allocate_ids
from core.inserts import insert
from core.kept import kept, kept_update, param
from core.limits import check_limit
from core.outbox import put
from core.together import together
from discussions import access, tree
from discussions.actions import rows
from discussions.actions.judge import Nudged, hold_reason
from discussions.actions.passages import Wanted, wanted_passage
from discussions.actions.render import clean_body, render_body
from discussions.actions.subscribe import follow_replies
from discussions.actions.tell import may_be_heard
from discussions.markup import normalise_line
from discussions.models import Article, Comment, Submission, Visibility
from discussions.screening import Draft
from discussions.signals import announce, comment_submitted, comment_written, record

__all__ = ["Nudged", "Posted", "post_comment"]

#: How long the same words of the same person in the same place are one comment.
AGAIN_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Posted:
    """The comment that the form made, and whether this call made it."""

    comment: Comment
    created: bool


def post_comment(
    *,
    article: Article,
    by: Participant,
    body: str,
    parent: Comment | None = None,
    key: UUID,
    insists: bool = False,
    mail_replies: bool = False,
    passage: Wanted | None = None,
    network: str = "",
) -> Posted:
    """Write a comment, or find the one that this form has already written.

    `key` is the form's own: the same form sent again returns the same comment, and so does another form with the same
    words in the same place within a minute. `insists` posts what a screen asked to think over; the comment is then
    held. `mail_replies` lets a guest be told of what is answered here. `passage` are the words that a comment of its
    own is about. `network` is the writer's, for the screens. Raises `Refused`: a text that cannot be posted (422),
    `Nudged` by a screen (422), a closed discussion, a locked branch or a vanished parent (`NotAllowed`), the form used
    for another text (`Conflict`), a limit (`TooMany`), and what `wanted_passage` raises.
    """
    text = clean_body(body)
    passage = None if parent else passage
    digest = _digest(article, parent, by, text, passage)
    with transaction.atomic():
        # The row comes first: of twenty requests with one key, nineteen wait here for the first to commit.
        form = Submission(key=key, article=article, digest=digest)
        if not insert(form, unless_there=True):
            return Posted(_posted_before(Submission.objects.get(key=key), digest), created=False)
        check_limit("post", by.identity)
        comment, findings = _compose(Draft(article, parent, by, text, "", insists=insists, network=network))
        # Asked before anybody has to wait for us: see there.
        is_heard = comment.visibility == Visibility.PUBLIC and may_be_heard(comment)
        # The same words from another form wait here.
        exclusively(digest)
        twin = _placed_about(passage, comment, by) if passage else _placed(comment, by)
        with together():
            if twin is None:
                _insert(comment, by)
                if mail_replies and isinstance(by, Guest):
                    follow_replies(by, article=comment.article)
                record(comment_written, comment=comment, findings=findings)
                if is_heard:
                    put("discussions.tell", comment=comment.pk)
                announce(comment_submitted, comment_id=comment.pk, revision=comment.revision)
            made = twin or comment
            _made.later(form.pk, made.pk)
    return Posted(made, created=twin is None)


def _placed(comment: Comment, by: Participant) -> Comment | None:
    """Lock the article and give the comment its id; when the same was said just now, return that and do neither."""
    twin = _said_just_now(comment, by)
    if twin is None:
        comment.pk = rows.lock_for_new(comment.article)
    return twin


def _placed_about(passage: Wanted, comment: Comment, by: Participant) -> Comment | None:
    """Do as `_placed` for a comment about words: they are looked for in the article as it is when it is locked."""
    comment.article = rows.locked_article(comment.article_id)
    comment.passage = wanted_passage(comment.article, by, passage)
    twin = _said_just_now(comment, by)
    if twin is None:
        comment.pk = allocate_ids(Comment, 1)[0]
    return twin


@kept_update
def _made() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    return Submission.objects.filter(pk=param()), {"comment_id": param(1)}


def _digest(article: Article, parent: Comment | None, by: Participant, text: str, passage: Wanted | None) -> str:
    # A guest without a cookie becomes a new guest with every click, so a guest is who gives this name and address.
    who = ["guest", by.name, by.email] if isinstance(by, Guest) else ["member", by.pk]
    what = json.dumps([article.pk, parent.pk if parent else None, who, text, *(passage.as_words if passage else ())])
    return hashlib.sha256(what.encode()).hexdigest()


def _posted_before(form: Submission, digest: str) -> Comment:
    if form.digest != digest or form.comment_id is None:
        raise Conflict(
            _("You have already posted with this form. To post this as another comment, press Post again."),
            code="form_used",
        )
    return _whole(form.comment_id)


def _said_just_now(comment: Comment, by: Participant) -> Comment | None:
    """Return the same words in the same place by the same person: the page was loaded again and its form sent twice."""
    since = timezone.now() - AGAIN_WITHIN
    where = (comment.article_id, by.pk, comment.body, since, comment.parent_id, comment.passage_id)
    shape = (by.is_guest, comment.parent_id is None, comment.passage_id is None)
    twin = _twins.row(*where, shape=shape)
    return None if twin is None else _whole(twin[0])


@kept
def _twins(is_guest: bool, is_root: bool, is_about_all: bool) -> QuerySet[Comment, Any]:
    said = Comment.objects.filter(
        article=param(), body=param(2), created_at__gt=param(3, DateTimeField()),
        **{"guest" if is_guest else "author": param(1)},
        parent=None if is_root else param(4), passage=None if is_about_all else param(5),
    )  # fmt: skip
    said = said.exclude(visibility__in=(Visibility.WITHDRAWN, Visibility.REMOVED))
    # Nearly always there is none, so nothing is joined to find that out. Two cannot be, so there is no order: by it,
    # PostgreSQL might look for one among all comments.
    return said.order_by().values_list("pk", flat=True)[:1]


def _whole(comment_id: int) -> Comment:
    return Comment.objects.select_related("article", "author", "guest", "parent").get(pk=comment_id)


def _compose(draft: Draft) -> tuple[Comment, list[object]]:
    """Return the comment without its place, and what the screens found.

    What takes time is done before the article's row is locked.
    """
    rendered, by = render_body(draft.text), draft.by
    draft = replace(draft, html=rendered.html)
    reason = hold_reason(draft)
    comment = Comment(
        article=draft.article, parent=draft.parent, author_name=normalise_line(by.display_name, 60), body=draft.text,
        html=rendered.html, renderer_version=rendered.version, language=rendered.language,
        visibility=Visibility.HELD if reason else Visibility.PUBLIC,
        visibility_reason=normalise_line(reason, 500), is_listed=not reason,
    )  # fmt: skip
    comment.author, comment.guest = (None, by) if isinstance(by, Guest) else (by, None)
    return comment, draft.findings


def _insert(comment: Comment, by: Participant) -> None:
    # The rules are asked only now, with the article locked: asked before, a moderator could close the discussion
    # between the answer and the comment. The lock costs nothing more than its count needs anyway, and is held for one
    # statement of a root. Ids are handed out under it, so within an article their order is that of committing.
    if comment.parent is None:
        access.check_can_write(by, comment.article)
    else:
        comment.parent = _locked_parent(comment.parent, comment.article)
        access.check_can_reply(by, comment.parent)
    comment.path = _path(comment)
    comment.depth = tree.depth_of(comment.path)
    comment.root_id = (comment.parent.root_id or comment.parent.pk) if comment.parent else None
    comment.created_at = timezone.now()
    comment.published_at = comment.created_at if comment.is_readable else None
    insert(comment, later=True)
    if comment.is_readable:
        _count(comment)


def _locked_parent(parent: Comment, article: Article) -> Comment:
    if parent.article_id != article.pk:
        raise BadRequest(_("The comment you reply to is in another discussion."), code="parent_elsewhere")
    # The root is locked with its parent, because its count changes too: ascending ids, as `rows` asks for.
    locked = rows.locked_comments({parent.pk, parent.root_id or parent.pk})
    if parent.pk not in locked:
        raise NotAllowed(_("The comment you reply to is no longer there. Your text is kept."), code="parent_gone")
    parent = locked[parent.pk]
    parent.article = article
    return parent


def _path(comment: Comment) -> bytes:
    try:
        return tree.child_path(comment.parent.path if comment.parent else b"", comment.pk)
    except ValueError as error:
        message = _("This branch has become too deep for another reply. Please reply to a comment further up.")
        raise Refused(message, code="too_deep") from error


def _count(comment: Comment) -> None:
    _counted.later(comment.article_id)
    comment.article.comment_count += 1  # what the page will show; the row was locked, so it is exact
    if comment.parent is None:
        return
    comment.parent.reply_count += 1
    if comment.parent.root_id is None:
        _answered_root.later(comment.parent.pk)
    else:
        _answered.later(comment.parent.pk)
        _grown.later(comment.parent.root_id)


@kept_update
def _counted() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    return Article.objects.filter(pk=param()), {"comment_count": F("comment_count") + 1}


@kept_update
def _answered_root() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    more = {name: F(name) + 1 for name in ("reply_count", "branch_count")}
    return Comment.objects.filter(pk=param()), more


@kept_update
def _answered() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    return Comment.objects.filter(pk=param()), {"reply_count": F("reply_count") + 1}


@kept_update
def _grown() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    return Comment.objects.filter(pk=param()), {"branch_count": F("branch_count") + 1}
