"""Who may do what in a discussion.

The table is the policy. Getting a comment and passing its rule are one call: nobody reaches a row that they may not
see. `check_…` raise with the sentence that is shown; `can_…` turn the same rule into a boolean for templates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.duty import SecondFactorMissing
from accounts.models import Guest, User
from accounts.participants import Participant
from core.errors import NotAllowed, Refused
from core.kept import kept, padded, param, params
from discussions import tree
from discussions.models import Article, Comment, Passage, Visibility

MODERATE = "discussions.moderate"


def is_moderator(participant: Participant | None) -> bool:
    """Return whether this person keeps the house."""
    return isinstance(participant, User) and participant.holds(MODERATE) and participant.is_ready_for_duty


def get_article(participant: Participant | None, slug: str) -> Article:
    """Return a published article by its slug; moderators see those to come. Raises `Http404`."""
    article = _article_at.one(slug)
    if article is None or (article.published_at > timezone.now() and not is_moderator(participant)):
        raise Http404
    return article


@kept
def _article_at() -> QuerySet[Article, Article]:
    return Article.objects.filter(slug=param()).select_related("section", "author")


def check_is_published(article_id: int) -> None:
    """Raise `Http404` unless everybody may read the article."""
    if not Article.objects.filter(pk=article_id, published_at__lte=timezone.now()).exists():
        raise Http404


def get_comment(participant: Participant | None, comment_id: int) -> Comment:
    """Return a comment that this person may know of, with article, author and guest joined.

    Everybody may know of what is listed; the author and moderators of everything else. Raises `Http404`.
    """
    return _seen(participant, _comment.one(comment_id))


@kept
def _comment() -> QuerySet[Comment, Any]:
    joined = "article__section", "article__author", "author", "guest", "parent"
    return Comment.objects.filter(pk=param()).select_related(*joined)


def get_comment_to_vote(participant: Participant | None, comment_id: int, *, lock: bool = False) -> Comment:
    """Return a comment that this person may know of, with nothing but what `check_can_vote` and the counts ask.

    With `lock` nobody else votes on it until the transaction ends; its article is joined and not locked. Raises
    `Http404`.
    """
    return _seen(participant, _to_vote.one(comment_id, shape=(lock,)))


#: The texts of comment and article stay in the database.
_TO_VOTE = (
    *("article_id", "author_id", "guest_id", "visibility", "is_listed", "up_count", "down_count", "score"),
    *("article__is_locked", "article__published_at"),
)


@kept
def _to_vote(lock: bool) -> QuerySet[Comment, Any]:
    rows = Comment.objects.filter(pk=param()).select_related("article").only(*_TO_VOTE)
    return rows.select_for_update(no_key=True, of=("self",)) if lock else rows


def _seen(participant: Participant | None, comment: Comment | None) -> Comment:
    if comment is None or not can_see(participant, comment):
        raise Http404
    return comment


def get_passage(participant: Participant | None, slug: str, passage_id: int) -> Passage:
    """Return a passage of a published article, the article joined; moderators see those to come. Raises `Http404`."""
    article = get_article(participant, slug)
    passage = Passage.objects.filter(article=article, pk=passage_id).select_related("at_revision", "origin_revision")
    found = passage.first()
    if found is None or not can_see_passage(participant, found):
        raise Http404
    found.article = article
    return found


def can_see_passage(participant: Participant | None, passage: Passage) -> bool:
    """Return whether this person may know of the passage: a reader's stays unseen until somebody's comment is."""
    if passage.kind == Passage.Kind.AUTHOR or is_moderator(participant):
        return True
    comments = passage.comments.all()
    own = comments.by(participant) if participant else comments.none()
    return comments.listed().exists() or own.exists()


def get_open_passage(participant: Participant | None, article: Article, passage_id: int) -> Passage:
    """Return a passage of the article that this person may begin a thread on. Raises `Http404` and `NotAllowed`."""
    passage = Passage.objects.filter(article=article, pk=passage_id).first()
    if passage is None or not can_see_passage(participant, passage):
        raise Http404
    check_can_answer(passage, article)
    return passage


def check_can_answer(passage: Passage, article: Article) -> None:
    """Raise `NotAllowed` unless threads may begin on the passage; whether this person may write is another question."""
    if article.passages_by == Article.Passages.OFF or passage.is_locked:
        raise NotAllowed(_("No more comments are taken on these words. Your text is kept."), code="passage_locked")


def check_can_mark(participant: Participant | None, article: Article) -> None:
    """Raise `NotAllowed` unless this person may choose words of the article to comment on."""
    check_can_write(participant, article)
    if article.passages_by != Article.Passages.EVERYONE:
        raise NotAllowed(_("Here, only the author's own questions can be answered."), code="no_passages")


def can_see(participant: Participant | None, comment: Comment) -> bool:
    """Return whether this person may know that the comment is there."""
    if comment.article.published_at > timezone.now() and not is_moderator(participant):
        return False
    return comment.is_listed or comment.is_by(participant) or is_moderator(participant)


def can_read(participant: Participant | None, comment: Comment) -> bool:
    """Return whether this person may read the text: everybody what is readable, the author and moderators the rest."""
    return comment.is_readable or comment.is_by(participant) or is_moderator(participant)


def check_can_write(participant: Participant | None, article: Article) -> None:
    """Raise `NotAllowed` unless this person may write under the article; None is a visitor about to give a name."""
    if article.is_closed:
        raise NotAllowed(_("This discussion is closed. You can still read it."), code="closed")
    is_member = participant is not None and not participant.is_guest
    if not is_member and (article.who_may_comment == Article.Who.MEMBERS or not settings.GUESTS_MAY_COMMENT):
        raise NotAllowed(_("Only members can comment here. Please log in; your text is kept."), code="members_only")


def check_can_reply(participant: Participant | None, parent: Comment) -> None:
    """Raise `NotAllowed` unless this person may reply to `parent`. One query looks for locks above, none for a root."""
    check_can_write(participant, parent.article)
    if not parent.is_readable:
        raise NotAllowed(_("The comment you reply to is no longer there. Your text is kept."), code="parent_gone")
    if parent.is_locked or _is_locked_above(parent):
        raise NotAllowed(_("This branch is locked: it can be read, not answered."), code="branch_locked")


def _is_locked_above(comment: Comment) -> bool:
    ids = padded(tree.ancestor_ids(comment.path))
    return bool(ids) and _locked_of.row(*ids, shape=(len(ids),)) is not None


@kept
def _locked_of(count: int) -> QuerySet[Comment, Any]:
    return Comment.objects.filter(pk__in=params(count), is_locked=True).values_list("pk")[:1]


def check_can_edit(participant: Participant | None, comment: Comment) -> None:
    """Raise `NotAllowed` unless this is the author, in the edit window, and the comment is still in the discussion."""
    if not comment.is_by(participant):
        raise NotAllowed(_("Only the author can edit a comment."), code="not_author")
    if comment.visibility not in (Visibility.PUBLIC, Visibility.COLLAPSED, Visibility.HELD):
        raise NotAllowed(_("This comment is no longer in the discussion, so it cannot be edited."), code="gone")
    if comment.returned_at is not None:
        return  # a moderator has asked for it, so neither the clock nor a closed discussion is in the way
    if comment.article.is_closed:
        raise NotAllowed(_("This discussion is closed. You can still read it."), code="closed")
    if timezone.now() > comment.editable_until:
        raise NotAllowed(
            _("A comment can be edited for %(n)d minutes. You can still withdraw it, or reply to it.")
            % {"n": settings.COMMENT_EDIT_WINDOW_MINUTES},
            code="too_late",
        )


def check_can_withdraw(participant: Participant | None, comment: Comment) -> None:
    """Raise `NotAllowed` unless this is the author of a comment that nobody removed."""
    if not comment.is_by(participant):
        raise NotAllowed(_("Only the author can withdraw a comment."), code="not_author")
    if comment.visibility == Visibility.REMOVED:
        raise NotAllowed(_("A moderator has removed this comment, so it cannot be withdrawn."), code="gone")


def check_can_vote(participant: Participant | None, comment: Comment) -> None:
    """Raise `NotAllowed` unless this person may vote on `comment`, up or down."""
    if participant is None:
        raise NotAllowed(_("Please log in to vote."), code="log_in")
    if isinstance(participant, Guest) and not settings.GUESTS_MAY_VOTE:
        raise NotAllowed(_("Only members can vote. Please log in."), code="members_only")
    if comment.is_by(participant):
        raise NotAllowed(_("You cannot vote on your own comment."), code="own")
    if not comment.is_readable:
        raise NotAllowed(_("This comment is no longer in the discussion, so it cannot be voted on."), code="gone")
    if comment.article.is_locked:
        raise NotAllowed(_("This discussion is locked. You can still read it."), code="closed")


def check_is_moderator(participant: Participant | None) -> None:
    """Raise `NotAllowed` unless this person keeps the house."""
    if not is_moderator(participant):
        if isinstance(participant, User) and participant.holds(MODERATE) and not participant.is_ready_for_duty:
            raise SecondFactorMissing
        raise NotAllowed(_("Only moderators can do this."), code="not_moderator")


def allows(check: Callable[..., None], *args: object) -> bool:
    """Return whether `check(*args)` lets it pass: the same rule as a boolean, for showing or hiding a button."""
    try:
        check(*args)
    except Refused:
        return False
    return True
