"""Live events: one for each change that readers may see, none for what they may not."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from discussions.actions.edit import edit_comment
from discussions.actions.live import KEEP, record_event, sweep_events
from discussions.actions.lock import lock_article, lock_branch
from discussions.actions.pin import pin_comment
from discussions.actions.post import post_comment
from discussions.actions.visibility import set_visibility
from discussions.actions.vote import cast_vote
from discussions.actions.withdraw import withdraw_comment
from discussions.models import Article, Comment, LiveEvent, Visibility
from tests.factories import make_article, make_comment, make_moderator, make_user
from tests.threads import all_well, at_once

pytestmark = pytest.mark.django_db
Kind = LiveEvent.Kind


def told(article: Article) -> list[tuple[int | None, str]]:
    return list(LiveEvent.objects.filter(article=article).order_by("pk").values_list("comment_id", "kind"))


def posted(article: Article, body: str = "I walk there.") -> Comment:
    return post_comment(article=article, by=make_user(), body=body, key=uuid.uuid4()).comment


def test_posting_and_editing() -> None:
    comment = posted(make_article())
    assert told(comment.article) == [(comment.pk, Kind.ADDED)]
    edit_comment(comment, by=comment.author, body="I drive there.", revision=1)  # type: ignore[arg-type]
    assert told(comment.article)[1:] == [(comment.pk, Kind.CHANGED)]
    assert LiveEvent.objects.latest("pk").revision == 2


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        # What waits is nobody's news, and neither is its refusal.
        ([Visibility.HELD, Visibility.REMOVED], []),
        ([Visibility.HELD, Visibility.PUBLIC], [Kind.ADDED]),
        # A removed comment leaves a stub; a held one vanishes and comes back.
        ([Visibility.PUBLIC, Visibility.REMOVED, Visibility.PUBLIC], [Kind.CHANGED, Kind.ADDED]),
        ([Visibility.PUBLIC, Visibility.HELD, Visibility.PUBLIC], [Kind.GONE, Kind.ADDED]),
        ([Visibility.PUBLIC, Visibility.COLLAPSED], [Kind.CHANGED]),
    ],
)
def test_visibility(path: list[Visibility], kinds: list[Kind]) -> None:
    comment = make_comment(visibility=path[0])
    for to in path[1:]:
        set_visibility(comment, to, by=None, reason="")
    assert [kind for _pk, kind in told(comment.article)] == kinds


def test_a_withdrawn_comment_is_gone_unless_it_holds_replies() -> None:
    leaf, above = make_comment(), make_comment()
    make_comment(parent=above)
    for comment in (leaf, above):
        withdraw_comment(comment, by=comment.author)  # type: ignore[arg-type]
    assert told(leaf.article) == [(leaf.pk, Kind.GONE)]
    assert told(above.article) == [(above.pk, Kind.CHANGED)]


def test_an_edit_of_a_held_comment_is_nobodys_news() -> None:
    comment = make_comment(visibility=Visibility.HELD)
    edit_comment(comment, by=comment.author, body="Other words.", revision=1)  # type: ignore[arg-type]
    assert told(comment.article) == []


def test_what_moderators_do_in_a_discussion() -> None:
    keeper, comment = make_moderator(), make_comment()
    pin_comment(comment, by=keeper)
    lock_branch(comment, by=keeper)
    lock_article(comment.article, by=keeper)
    assert told(comment.article) == [(comment.pk, Kind.CHANGED), (comment.pk, Kind.CHANGED), (None, Kind.CHANGED)]


def test_votes_are_no_news() -> None:
    comment = make_comment()
    cast_vote(comment, by=make_user(), value=1)
    assert told(comment.article) == []


def test_taken_back_with_its_transaction() -> None:
    article = make_article()
    with transaction.atomic():
        record_event(article, None, Kind.CHANGED)
        transaction.set_rollback(True)
    assert told(article) == []


def test_swept_after_two_days_but_for_the_newest_of_each_article() -> None:
    article, other = make_article(), make_article()
    for row in (article, article, other):
        record_event(row, None, Kind.CHANGED)
    newest = LiveEvent.objects.filter(article=article).latest("pk")
    assert sweep_events() == 0
    with time_machine.travel(timezone.now() + KEEP + timedelta(seconds=1)):
        assert sweep_events() == 1
    assert LiveEvent.objects.get(article=article) == newest


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_within_an_article_the_ids_are_in_the_order_of_the_commits() -> None:
    """A reader who has seen event 7 never meets a 6 that was committed later."""
    article, writers = make_article(), [make_user() for _ in range(8)]
    seen: list[int] = []

    def write(n: int) -> None:
        for turn in range(5):
            post_comment(article=article, by=writers[n], body=f"{n}, turn {turn}.", key=uuid.uuid4())

    def watch() -> None:
        while len(seen) < 40:
            rows = LiveEvent.objects.filter(article=article, pk__gt=seen[-1] if seen else 0)
            seen.extend(rows.order_by("pk").values_list("pk", flat=True))

    all_well(at_once([lambda n=n: write(n) for n in range(8)] + [watch]))
    assert seen == sorted(LiveEvent.objects.filter(article=article).values_list("pk", flat=True))
