"""Posting."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Guest, User
from core.errors import BadRequest, Conflict, NotAllowed, Refused, TooMany
from discussions import tree
from discussions.actions.lock import lock_branch
from discussions.actions.post import Nudged
from discussions.actions.withdraw import withdraw_comment
from discussions.markup import MAX_LENGTH, RENDERER_VERSION
from discussions.models import Article, Comment, Submission, Visibility
from discussions.screening import Allow, Draft, Hold, Nudge, Refuse, Verdict
from discussions.signals import comment_submitted
from tests.discussions.actions.conftest import Post, counts_are_right
from tests.factories import make_article, make_comment, make_guest, make_user

Say = Callable[[Verdict], list[Draft]]


def test_posts_a_comment(post: Post, article: Article, reader: User) -> None:
    before = timezone.now()
    posted = post("I walk there *every* morning, and the benches are always wet.")

    assert posted.created
    comment = Comment.objects.get()
    assert comment == posted.comment
    assert comment.article == article
    assert (comment.author, comment.guest, comment.author_name) == (reader, None, "Rea Der")
    assert comment.html == "<p>I walk there <em>every</em> morning, and the benches are always wet.</p>\n"
    assert (comment.renderer_version, comment.revision, comment.language) == (RENDERER_VERSION, 1, "en")
    assert (comment.parent, comment.root, comment.depth) == (None, None, 0)
    assert tree.ids_of(comment.path) == [comment.pk]
    assert before <= comment.created_at <= timezone.now()
    assert (comment.visibility, comment.is_listed, comment.published_at) == ("public", True, comment.created_at)
    article.refresh_from_db()
    assert article.comment_count == posted.comment.article.comment_count == 1


def test_same_words_from_another_form_within_a_minute_are_one_comment(post: Post) -> None:
    first = post("Wet again.")
    again = post("Wet again.")
    assert (again.comment, again.created) == (first.comment, False)
    assert Comment.objects.count() == 1


def test_same_words_elsewhere_or_by_others_or_later_are_others(post: Post, guest: Guest) -> None:
    first = post("Wet again.").comment
    assert post("Wet again.", parent=first).created
    assert post("Wet again.", by=guest).created
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert post("Wet again.").created


def test_who_took_their_words_back_may_say_them_again(post: Post, reader: User) -> None:
    withdraw_comment(post("Wet again.").comment, by=reader)
    assert post("Wet again.").created


def test_posts_replies_on_any_level(post: Post, guest: Guest) -> None:
    root = post().comment
    reply = post(parent=root).comment
    deeper = post(parent=reply, by=guest).comment

    deeper.refresh_from_db()
    assert (deeper.parent, deeper.root, deeper.depth) == (reply, root, 2)
    assert tree.ids_of(deeper.path) == [root.pk, reply.pk, deeper.pk]
    assert (deeper.author, deeper.guest, deeper.author_name) == (None, guest, "Passer-by")
    root.refresh_from_db()
    reply.refresh_from_db()
    assert (root.reply_count, root.branch_count) == (1, 2)
    assert (reply.reply_count, reply.branch_count) == (1, 0)
    assert counts_are_right()


def test_stores_the_normalised_text(post: Post) -> None:
    comment = post("One\u202e two\x00\r\n\r\n\r\n\r\n\r\nthree   ").comment
    assert comment.body == "One two\n\n\nthree"


def test_a_name_is_one_line_without_controls(post: Post) -> None:
    comment = post(by=make_user("sly", name="Mod\u202eerator\n\tTwo")).comment
    assert comment.author_name == "Moderator Two"


def test_links_the_handles_of_members_only(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "get_absolute_url", lambda user: f"/people/{user.username}/")
    make_user("ann.lee")
    make_user("gone", is_active=False)

    html = post("@Ann.Lee, @gone and @nobody: is it wet?").comment.html

    assert '<a href="/people/ann.lee/"' in html
    assert html.count("<a ") == 1


def test_same_form_again_finds_the_same_comment(post: Post) -> None:
    key = uuid.uuid4()
    first = post("Wet again.", key=key)
    again = post("Wet again.\r\n", key=key)

    assert (first.created, again.created) == (True, False)
    assert again.comment == first.comment
    assert Comment.objects.count() == Submission.objects.count() == 1
    assert counts_are_right()


def test_same_form_of_a_guest_who_is_new_with_every_click(post: Post) -> None:
    key = uuid.uuid4()
    first = post(by=make_guest("Ann", email="ann@example.org"), key=key)
    again = post(by=make_guest("Ann", email="ann@example.org"), key=key)

    assert again.comment == first.comment
    assert again.comment.guest == first.comment.guest


@pytest.mark.parametrize("other", ["body", "parent", "by", "article", "guest"])
def test_same_form_with_anything_else_is_a_conflict(post: Post, reader: User, other: str) -> None:
    key = uuid.uuid4()
    root = post().comment
    post("Wet again.", key=key)
    others: dict[str, dict[str, Any]] = {
        "body": {"body": "Dry again."},
        "parent": {"parent": root},
        "by": {"by": make_user()},
        "article": {"article": make_article()},
        "guest": {"by": make_guest("Rea Der")},
    }

    with pytest.raises(Conflict, match="already posted with this form") as refusal:
        post(**{"body": "Wet again.", "key": key, **others[other]})

    assert refusal.value.code == "form_used"
    assert Comment.objects.count() == 2


def test_a_refused_form_may_be_sent_again(post: Post, say: Say) -> None:
    key = uuid.uuid4()
    say(Refuse("Links are not for first comments."))
    with pytest.raises(Refused, match="Links are not for first comments"):
        post(key=key)
    assert not Submission.objects.exists()

    say(Allow())
    assert post("Without links.", key=key).created


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "empty"), (" \n\u200b\u3164", "empty"), ("> &nbsp;\n\n&#8203;", "empty"), ("a" * 5001, "too_long")],
)
def test_refuses_a_text_that_shows_nothing_or_too_much(post: Post, body: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        post(body)
    assert refusal.value.code == code
    assert not Comment.objects.exists()
    assert not Submission.objects.exists()


def test_accepts_the_longest_text(post: Post) -> None:
    assert len(post("a" * MAX_LENGTH).comment.body) == MAX_LENGTH


def test_closed_in_every_way(post: Post, article: Article) -> None:
    parent = make_comment(article)
    for closing in (
        {"is_locked": True},
        {"is_locked": False, "who_may_comment": Article.Who.NOBODY},
        {"who_may_comment": Article.Who.EVERYONE, "close_after_days": 0},
    ):
        # The caller's row is the one that was read when the page was made.
        Article.objects.filter(pk=article.pk).update(**closing)
        with pytest.raises(NotAllowed, match="closed"):
            post()
        with pytest.raises(NotAllowed, match="closed"):
            post(parent=parent)
    assert Comment.objects.count() == 1


def test_guests_where_only_members_write(post: Post, article: Article, guest: Guest, settings: Settings) -> None:
    settings.GUESTS_MAY_COMMENT = False
    with pytest.raises(NotAllowed, match="Only members"):
        post(by=guest)
    assert post().created

    settings.GUESTS_MAY_COMMENT = True
    Article.objects.filter(pk=article.pk).update(who_may_comment=Article.Who.MEMBERS)
    with pytest.raises(NotAllowed, match="Only members"):
        post(by=guest)


@pytest.mark.parametrize("visibility", [Visibility.HELD, Visibility.REMOVED, Visibility.WITHDRAWN])
def test_parent_gone_since_the_page_was_made(post: Post, article: Article, visibility: str) -> None:
    parent = make_comment(article)
    Comment.objects.filter(pk=parent.pk).update(visibility=visibility)
    with pytest.raises(NotAllowed, match="no longer there") as refusal:
        post(parent=parent)
    assert refusal.value.code == "parent_gone"


def test_parent_that_is_not_in_the_database(post: Post, article: Article) -> None:
    parent = make_comment(article)
    Comment.objects.all().delete()
    with pytest.raises(NotAllowed, match="no longer there"):
        post(parent=parent)


def test_parent_in_another_discussion(post: Post) -> None:
    with pytest.raises(BadRequest, match="another discussion"):
        post(parent=make_comment(make_article()))


def test_replies_to_a_collapsed_comment(post: Post, article: Article) -> None:
    assert post(parent=make_comment(article, visibility=Visibility.COLLAPSED)).created


def test_locked_branch(post: Post, article: Article, moderator: User) -> None:
    root = make_comment(article)
    deep = make_comment(parent=make_comment(parent=root))
    lock_branch(root, by=moderator)

    with pytest.raises(NotAllowed, match="branch is locked"):
        post(parent=deep)
    assert post(parent=make_comment(article)).created


def test_branch_that_is_too_deep(post: Post, article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_DEPTH", 2)
    reply = make_comment(parent=make_comment(article))
    with pytest.raises(Refused, match="too deep") as refusal:
        post(parent=reply)
    assert refusal.value.code == "too_deep"
    assert counts_are_right()


def test_screen_sees_what_will_be_shown(post: Post, article: Article, reader: User, say: Say) -> None:
    asked = say(Hold("First comment."))
    parent = make_comment(article)
    post("So *wet*.", parent=parent)
    assert [(d.article, d.parent, d.by, d.text, d.html, d.editing, d.insists) for d in asked] == [
        (article, parent, reader, "So *wet*.", "<p>So <em>wet</em>.</p>\n", None, False)
    ]


def test_held_comment_waits_and_counts_nowhere(post: Post, article: Article, say: Say) -> None:
    say(Hold("First\ncomment."))
    root = make_comment(article)
    comment = post(parent=root).comment

    assert (comment.visibility, comment.visibility_reason) == (Visibility.HELD, "First comment.")
    assert (comment.is_listed, comment.published_at) == (False, None)
    root.refresh_from_db()
    article.refresh_from_db()
    assert (root.reply_count, root.branch_count, article.comment_count) == (0, 0, 1)
    assert counts_are_right()


def test_holding_without_a_reason_says_something(post: Post, say: Say) -> None:
    say(Hold(""))
    comment = post().comment
    assert (comment.visibility, comment.visibility_reason) == (Visibility.HELD, "A moderator reads it first.")


def test_nudge_stops_once_and_insisting_holds(post: Post, say: Say) -> None:
    asked = say(Nudge("Is that about the person or about the idea?"))
    with pytest.raises(Nudged, match="about the person") as nudge:
        post()
    assert (nudge.value.code, nudge.value.status) == ("nudge", 422)
    assert not Comment.objects.exists()

    comment = post(insists=True).comment
    assert comment.visibility == Visibility.HELD
    assert "after a hint" in comment.visibility_reason
    assert [draft.insists for draft in asked] == [False, True]


def test_refusal_of_a_screen_in_its_words(post: Post, say: Say) -> None:
    say(Refuse("This text was posted here today."))
    with pytest.raises(Refused, match="posted here today") as refusal:
        post(insists=True)
    assert not isinstance(refusal.value, Nudged)
    assert not Comment.objects.exists()


@pytest.mark.usefixtures("limits_on")
def test_limit_counts_comments_not_clicks(post: Post, guest: Guest) -> None:
    keys = [uuid.uuid4() for _ in range(6)]
    for key in (*keys, *keys):
        post(f"My number is {key}.", key=key)
    with pytest.raises(TooMany, match="very fast") as refusal:
        post()
    assert 1 <= refusal.value.retry_after <= 60
    assert Comment.objects.count() == 6
    assert post(by=guest).created


def test_tells_after_the_commit(post: Post, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    heard: list[dict[str, object]] = []

    def listen(sender: object, comment_id: int, revision: int, **kwargs: object) -> None:
        heard.append({"comment_id": comment_id, "revision": revision})

    comment_submitted.connect(listen)
    try:
        key = uuid.uuid4()
        with django_capture_on_commit_callbacks(execute=True):
            comment = post(key=key).comment
            assert heard == []
        with django_capture_on_commit_callbacks(execute=True):
            post(key=key)
    finally:
        comment_submitted.disconnect(listen)
    assert heard == [{"comment_id": comment.pk, "revision": 1}]


def test_costs_the_same_in_a_large_discussion(
    post: Post, article: Article, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    deep = make_comment(article)
    for _ in range(12):
        deep = make_comment(parent=deep)
    # One of them lets open pages know, one lets followers be told.
    with django_assert_max_num_queries(18):
        post(parent=deep)


def test_an_article_that_closes_by_itself(post: Post, article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(close_after_days=3, published_at=timezone.now() - timedelta(days=2))
    assert post().created
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now() - timedelta(days=3))
    with pytest.raises(NotAllowed, match="closed"):
        post("One more.")
