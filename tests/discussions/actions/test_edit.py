"""Editing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Guest, User
from core.errors import Conflict, NotAllowed, Refused, TooMany
from discussions.actions.edit import edit_comment
from discussions.actions.post import Nudged
from discussions.actions.visibility import set_visibility
from discussions.models import Article, Comment, Revision, Visibility
from discussions.screening import Allow, Draft, Hold, Nudge, Refuse, Verdict
from discussions.signals import comment_submitted, visibility_changed
from tests.discussions.actions.conftest import Post, counts_are_right
from tests.factories import make_comment, make_user

Say = Callable[[Verdict], list[Draft]]


@pytest.fixture
def comment(post: Post) -> Comment:
    return post("The benches are dry.").comment


def test_replaces_the_text_and_keeps_the_old_one(comment: Comment, reader: User) -> None:
    edited = edit_comment(comment, by=reader, body="The benches are *wet*, I was wrong about that.", revision=1)

    assert edited == comment
    comment.refresh_from_db()
    assert comment.body == "The benches are *wet*, I was wrong about that."
    assert comment.html == "<p>The benches are <em>wet</em>, I was wrong about that.</p>\n"
    assert (comment.revision, comment.language) == (2, "en")
    assert comment.edited_at is not None
    assert comment.edited_at > comment.created_at
    kept = Revision.objects.get()
    assert (kept.comment, kept.number, kept.body) == (comment, 1, "The benches are dry.")
    assert kept.created_at == comment.created_at


def test_every_text_is_kept_with_the_time_it_was_written(comment: Comment, reader: User) -> None:
    first = edit_comment(comment, by=reader, body="Second.", revision=1)
    assert first is not None
    edit_comment(first, by=reader, body="Third.", revision=2)

    assert [(r.number, r.body, r.created_at) for r in Revision.objects.filter(comment=comment)] == [
        (1, "The benches are dry.", comment.created_at),
        (2, "Second.", first.edited_at),
    ]


def test_same_text_changes_nothing(comment: Comment, reader: User) -> None:
    assert edit_comment(comment, by=reader, body="The benches are dry.  \r\n", revision=1) is None
    comment.refresh_from_db()
    assert (comment.revision, comment.edited_at) == (1, None)


def test_same_edit_twice_is_one(comment: Comment, reader: User) -> None:
    as_both_windows_read_it = Comment.objects.get(pk=comment.pk)
    assert edit_comment(comment, by=reader, body="Second.", revision=1)
    assert edit_comment(as_both_windows_read_it, by=reader, body="Second.", revision=1) is None
    assert Revision.objects.count() == 1


def test_edit_of_an_older_text_is_a_conflict(comment: Comment, reader: User) -> None:
    edit_comment(comment, by=reader, body="Second.", revision=1)
    with pytest.raises(Conflict, match="changed in another window"):
        edit_comment(comment, by=reader, body="Third.", revision=1)
    comment.refresh_from_db()
    assert comment.body == "Second."


@pytest.mark.parametrize("revision", [0, 2, -1])
def test_a_made_up_revision_is_a_conflict(comment: Comment, reader: User, revision: int) -> None:
    with pytest.raises(Conflict):
        edit_comment(comment, by=reader, body="Second.", revision=revision)


def test_only_the_author(comment: Comment, moderator: User, guest: Guest) -> None:
    for other in (make_user(), moderator, guest):
        with pytest.raises(NotAllowed, match="Only the author"):
            edit_comment(comment, by=other, body="Mine now.", revision=1)


def test_a_guest_edits_too(post: Post, guest: Guest) -> None:
    comment = post(by=guest).comment
    assert edit_comment(comment, by=guest, body="Second.", revision=1)


def test_not_after_the_window(comment: Comment, reader: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=14, seconds=50)):
        assert edit_comment(comment, by=reader, body="Second.", revision=1)
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=10)),
        pytest.raises(NotAllowed, match="can be edited for 15 minutes"),
    ):
        edit_comment(comment, by=reader, body="Third.", revision=2)


@pytest.mark.parametrize("visibility", [Visibility.REMOVED, Visibility.WITHDRAWN])
def test_not_when_it_is_gone_since_the_page_was_made(comment: Comment, reader: User, visibility: Visibility) -> None:
    set_visibility(Comment.objects.get(pk=comment.pk), visibility, by=None, reason="")
    with pytest.raises(NotAllowed, match="no longer in the discussion"):
        edit_comment(comment, by=reader, body="Second.", revision=1)


def test_not_when_the_discussion_is_closed_since(comment: Comment, reader: User, article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(is_locked=True)
    with pytest.raises(NotAllowed, match="closed"):
        edit_comment(comment, by=reader, body="Second.", revision=1)


@pytest.mark.parametrize("body", ["", "\u200b", "a" * 5001])
def test_refuses_a_text_that_could_not_be_posted(comment: Comment, reader: User, body: str) -> None:
    with pytest.raises(Refused):
        edit_comment(comment, by=reader, body=body, revision=1)
    assert not Revision.objects.exists()


@pytest.mark.usefixtures("limits_on")
def test_limit(comment: Comment, reader: User) -> None:
    for revision in range(1, 11):
        comment = edit_comment(comment, by=reader, body=f"Text {revision}.", revision=revision) or comment
    with pytest.raises(TooMany):
        edit_comment(comment, by=reader, body="Text 11.", revision=11)


def test_a_screen_may_hold_what_was_public(comment: Comment, reader: User, article: Article, say: Say) -> None:
    reply = make_comment(parent=comment)
    asked = say(Hold("A link was added."))

    edited = edit_comment(comment, by=reader, body="See https://example.org", revision=1)

    assert [(d.editing, d.text, d.parent) for d in asked] == [(comment, "See https://example.org", None)]
    assert edited is not None
    assert (edited.visibility, edited.visibility_reason) == (Visibility.HELD, "A link was added.")
    assert edited.is_listed  # a stub, for the reply's sake
    assert reply.is_listed
    article.refresh_from_db()
    assert article.comment_count == 1
    assert counts_are_right()


def test_a_held_comment_stays_held_whatever_the_screen_says_now(post: Post, reader: User, say: Say) -> None:
    say(Hold("First comment."))
    comment = post().comment
    say(Allow())
    edited = edit_comment(comment, by=reader, body="Second.", revision=1)
    assert edited is not None
    assert (edited.visibility, edited.visibility_reason) == (Visibility.HELD, "First comment.")


def test_nudge_and_refusal_save_nothing(comment: Comment, reader: User, say: Say) -> None:
    say(Refuse("No."))
    with pytest.raises(Refused, match="No"):
        edit_comment(comment, by=reader, body="Second.", revision=1)
    say(Nudge("Sure?"))
    with pytest.raises(Nudged, match="Sure"):
        edit_comment(comment, by=reader, body="Second.", revision=1)
    comment.refresh_from_db()
    assert comment.revision == 1

    edited = edit_comment(comment, by=reader, body="Second.", revision=1, insists=True)
    assert edited is not None
    assert edited.visibility == Visibility.HELD


def test_tells_after_the_commit(
    comment: Comment,
    reader: User,
    say: Say,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    heard: list[object] = []

    def listen_text(sender: object, comment_id: int, revision: int, **kwargs: object) -> None:
        heard.append((comment_id, revision))

    def listen_visibility(sender: object, comment_id: int, before: str, after: str, **kwargs: object) -> None:
        heard.append((comment_id, before, after))

    comment_submitted.connect(listen_text)
    visibility_changed.connect(listen_visibility)
    say(Hold("A link was added."))
    try:
        with django_capture_on_commit_callbacks(execute=True):
            edit_comment(comment, by=reader, body="Second.", revision=1)
            assert heard == []
    finally:
        comment_submitted.disconnect(listen_text)
        visibility_changed.disconnect(listen_visibility)
    assert heard == [(comment.pk, "public", "held"), (comment.pk, 2)]
