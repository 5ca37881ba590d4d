"""What many requests at the same moment do to the same rows."""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.participants import Participant
from core.errors import Conflict, NotAllowed, Refused
from discussions.actions.edit import edit_comment
from discussions.actions.guests import claim_comments, count_guest_votes
from discussions.actions.lock import lock_article
from discussions.actions.pin import pin_comment
from discussions.actions.post import Posted, post_comment
from discussions.actions.visibility import set_visibility
from discussions.actions.vote import cast_vote
from discussions.actions.withdraw import withdraw_comment
from discussions.models import Comment, Revision, Submission, Visibility, Vote
from tests.discussions.actions.conftest import counts_are_right
from tests.factories import make_article, make_comment, make_guest, make_moderator, make_user
from tests.threads import PATIENCE, all_well, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_same_form_twenty_times_is_one_comment() -> None:
    article, reader, key = make_article(), make_user(), uuid.uuid4()
    parent = make_comment(article)
    jobs = [partial(post_comment, article=article, by=reader, body="Wet.", parent=parent, key=key)] * 20

    answers = all_well(at_once(jobs))

    comment = Comment.objects.get(author=reader)
    assert {answer.comment.pk for answer in answers} == {comment.pk}
    assert Counter(answer.created for answer in answers) == {True: 1, False: 19}
    assert Submission.objects.count() == 1
    assert counts_are_right()


def test_same_form_of_a_guest_without_a_cookie_is_one_comment() -> None:
    article, key = make_article(), uuid.uuid4()

    def click() -> Posted:
        return post_comment(article=article, by=make_guest("Ann"), body="Wet.", key=key)

    answers = all_well(at_once([click] * 8))

    assert {answer.comment.pk for answer in answers} == {Comment.objects.get().pk}
    assert counts_are_right()


def test_same_form_with_two_texts_is_one_comment_and_one_conflict() -> None:
    article, reader, key = make_article(), make_user(), uuid.uuid4()
    jobs = [partial(post_comment, article=article, by=reader, body=body, key=key) for body in ("Wet.", "Dry.")]

    answers = at_once(jobs)

    assert {type(answer) for answer in answers} == {Posted, Conflict}
    assert Comment.objects.count() == 1


def test_the_same_words_from_eight_pages_are_one_comment() -> None:
    article, by = make_article(), make_user()
    say = partial(post_comment, article=article, by=by, body="The lamps are out again.")
    answers = all_well(at_once([lambda: say(key=uuid.uuid4()) for _n in range(8)]))
    assert len({answer.comment.pk for answer in answers}) == 1
    assert sum(answer.created for answer in answers) == 1
    article.refresh_from_db()
    assert article.comment_count == Comment.objects.count() == 1


def vote_at_once(*, votes: int, threads: int, readers: int, comments: int) -> None:
    article, dice = make_article(), random.Random(7)
    people = [make_user() for _ in range(readers)]
    rows = [make_comment(article, by=dice.choice(people)) for _ in range(comments)]

    def vote(seed: int) -> int:
        dice, done = random.Random(seed), 0
        while done < votes // threads:
            row, by = dice.choice(rows), dice.choice(people)
            if row.author_id != by.pk:
                cast_vote(row, by=by, value=dice.choice([1, 1, -1, 0]))
                done += 1
        return done

    assert sum(all_well(at_once([partial(vote, seed) for seed in range(threads)]))) == votes

    assert Vote.objects.count() > comments
    assert Comment.objects.filter(up_count__gt=0).count() > comments // 2
    assert counts_are_right()


@pytest.mark.postgres
def test_two_thousand_votes_from_sixteen_threads() -> None:
    vote_at_once(votes=2000, threads=16, readers=50, comments=20)


def test_votes_from_many_threads() -> None:
    vote_at_once(votes=160, threads=8, readers=12, comments=5)


def test_one_reader_clicks_in_many_windows() -> None:
    comment, reader = make_comment(), make_user()
    jobs = [partial(cast_vote, comment, by=reader, value=value) for value in (1, -1, 1, 0) * 4]

    all_well(at_once(jobs))

    assert Vote.objects.filter(member=reader).count() <= 1
    assert counts_are_right()


def somebody_waits() -> bool:
    """Return whether a statement of this database waits for a lock."""
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL goes on telling what it told before.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.postgres
@pytest.mark.parametrize("change", [{"reply_count": 1}, {"up_count": 1, "score": 1}])
def test_a_vote_waits_for_who_writes_the_comment(change: dict[str, int]) -> None:
    comment, reader, is_locked = make_comment(), make_user(), Event()

    def write() -> None:
        with transaction.atomic():
            Comment.objects.filter(pk=comment.pk).update(**change)
            is_locked.set()
            until = time.monotonic() + 20
            while not somebody_waits() and time.monotonic() < until:
                time.sleep(0.01)

    def vote() -> None:
        is_locked.wait(PATIENCE)
        assert cast_vote(comment, by=reader, value=-1).down == 1

    all_well(at_once([write, vote]))

    row = Comment.objects.get(pk=comment.pk)
    up = change.get("up_count", 0)
    assert (row.up_count, row.down_count, row.score) == (up, 1, up - 1)
    assert row.reply_count == change.get("reply_count", 0)
    assert Vote.objects.count() == 1


def test_replies_to_one_parent() -> None:
    article = make_article()
    root = make_comment(article)
    parent = make_comment(parent=root)
    people = [make_user() for _ in range(8)]

    def reply(by: User) -> list[int]:
        return [
            post_comment(article=article, by=by, body=f"Reply {n}.", parent=parent, key=uuid.uuid4()).comment.pk
            for n in range(3)
        ]

    ids = [pk for pks in all_well(at_once([partial(reply, by) for by in people])) for pk in pks]

    assert len(set(ids)) == 24
    parent.refresh_from_db()
    root.refresh_from_db()
    article.refresh_from_db()
    assert (parent.reply_count, root.reply_count, root.branch_count, article.comment_count) == (24, 1, 25, 26)
    assert counts_are_right()


def test_nothing_is_saved_after_an_article_is_locked() -> None:
    article, moderator = make_article(), make_moderator()

    def post_until_refused(by: User) -> int:
        for n in range(1000):
            try:
                post_comment(article=article, by=by, body=f"Comment {n}.", key=uuid.uuid4())
            except NotAllowed:
                return n
        raise AssertionError("the lock did not come")

    def lock() -> int:
        while Comment.objects.count() < 10:
            pass
        assert lock_article(article, by=moderator)
        return Comment.objects.count()

    writers: list[Callable[[], int]] = [partial(post_until_refused, make_user()) for _ in range(4)]
    *posted, when_locked = all_well(at_once([*writers, lock]))

    assert sum(posted) == when_locked == Comment.objects.count()
    assert counts_are_right()


def test_two_edits_of_one_text_have_one_winner() -> None:
    reader = make_user()
    comment = make_comment(by=reader)
    jobs = [partial(edit_comment, comment, by=reader, body=f"Text {n}.", revision=1) for n in range(6)]

    results = at_once(jobs)

    winners = [result for result in results if isinstance(result, Comment)]
    assert len(winners) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 5
    comment.refresh_from_db()
    assert (comment.body, comment.revision) == (winners[0].body, 2)
    assert Revision.objects.get().body == "I walk there every morning."


def test_author_and_moderator_take_it_down_at_once() -> None:
    reader, moderator = make_user(), make_moderator()
    comment = make_comment(by=reader)
    results = at_once(
        [
            partial(withdraw_comment, comment, by=reader),
            partial(set_visibility, comment, Visibility.REMOVED, by=moderator, reason="Off topic"),
        ]
    )

    assert Counter(isinstance(result, Refused) for result in results) == {True: 1, False: 1}
    assert counts_are_right()


def test_the_same_decision_from_two_moderators_is_one() -> None:
    comment, moderators = make_comment(), [make_moderator() for _ in range(6)]
    results = at_once(
        [partial(set_visibility, comment, Visibility.REMOVED, by=by, reason="Off topic") for by in moderators]
    )
    assert sum(change is not None for change in all_well(results)) == 1
    assert counts_are_right()


def test_no_more_pins_than_there_are_places(settings: Settings) -> None:
    settings.COMMENT_MAX_PINNED = 3
    article, moderator = make_article(), make_moderator()
    results = at_once([partial(pin_comment, make_comment(article), by=moderator) for _ in range(8)])

    assert sum(isinstance(result, Comment) for result in results) == 3
    assert Comment.objects.filter(is_pinned=True).count() == 3


def test_everything_at_once_and_nobody_waits_for_ever(settings: Settings) -> None:
    """Run every action that holds several rows against the others: a wrong order of locks ends in a deadlock."""
    settings.GUESTS_MAY_VOTE = True
    article, moderator = make_article(), make_moderator()
    people, guests = [make_user() for _ in range(4)], [make_guest(email_confirmed_at=timezone.now()) for _ in range(4)]
    line = [make_comment(article)]
    for n in range(7):
        line.append(make_comment(parent=line[-1], by=guests[n % 4]))
    readers: list[Participant] = [*people, *guests]
    actions: dict[str, Callable[[Comment, random.Random], object]] = {
        "vote": lambda comment, dice: cast_vote(comment, by=dice.choice(readers), value=dice.choice([1, -1])),
        "hide": lambda comment, dice: set_visibility(comment, Visibility.HELD, by=moderator, reason="x"),
        "show": lambda comment, dice: set_visibility(comment, Visibility.PUBLIC, by=moderator, reason=""),
        "claim": lambda comment, dice: claim_comments(user=people[0], guest=dice.choice(guests)),
        "confirm": lambda comment, dice: count_guest_votes(guest=dice.choice(guests)),
        "reply": lambda comment, dice: post_comment(
            article=article, by=dice.choice(people), body="So it is.", parent=comment, key=uuid.uuid4()
        ),
    }
    rounds = 12 if connection.vendor == "postgresql" else 4

    def take_part(seed: int) -> Counter[str]:
        dice, done = random.Random(seed), Counter[str]()
        for _ in range(rounds):
            name = dice.choice(list(actions))
            try:
                actions[name](Comment.objects.get(pk=dice.choice(line).pk), dice)
            except Refused:
                name = "refused"
            done[name] += 1
        return done

    done = sum(all_well(at_once([partial(take_part, seed) for seed in range(8)])), Counter[str]())

    assert sum(done.values()) == 8 * rounds
    assert {"vote", "hide", "show", "claim", "reply"} <= set(done)
    assert counts_are_right()
