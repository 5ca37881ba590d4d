from __future__ import annotations

import time
from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from discussions.demo.comment import DemoComment
from discussions.demo.composer import MAX_LENGTH
from discussions.demo.newsroom import DemoArticle, load_articles
from discussions.demo.people import readers
from discussions.demo.plan import fates, plan_discussion, plan_for
from discussions.demo.script import load_script

MIX = {"en": 70.0, "es": 8.0, "ar": 5.0, "de": 5.0, "fr": 4.0, "he": 2.0, "fa": 2.0, "zh": 2.0, "hi": 2.0}


def _plan(seed: int = 1, comments: int = 1_000) -> list[DemoComment]:
    return list(plan_discussion(Random(seed), comments=comments, language_mix=MIX))


@pytest.fixture(scope="module")
def planned() -> list[DemoComment]:
    return _plan(comments=3_000)


def _depths(planned: list[DemoComment]) -> list[int]:
    depths: list[int] = []
    for comment in planned:
        depths.append(0 if comment.parent_index is None else depths[comment.parent_index] + 1)
    return depths


def _readable(planned: list[DemoComment]) -> int:
    return sum(comment.visibility in {"public", "collapsed"} for comment in planned)


def test_the_same_seed_gives_the_same_discussion() -> None:
    assert _plan(5) == _plan(5)


def test_another_seed_gives_another_discussion() -> None:
    assert _plan(5) != _plan(6)


@pytest.mark.parametrize("comments", [0, 1, 2, 7, 21, 135])
def test_as_many_comments_can_be_read_as_asked_for(comments: int) -> None:
    assert _readable(_plan(comments=comments)) == comments


def test_indexes_count_and_parents_come_before_their_replies(planned: list[DemoComment]) -> None:
    assert [comment.index for comment in planned] == list(range(len(planned)))
    assert all(comment.parent_index is None or comment.parent_index < comment.index for comment in planned)


def test_comments_are_in_time_order_and_nobody_answers_before_reading(planned: list[DemoComment]) -> None:
    times = [comment.minutes_after_publication for comment in planned]
    assert times == sorted(times)
    assert times[0] > 0
    assert times[-1] < 4_560
    for comment in planned:
        if comment.parent_index is not None:
            assert comment.minutes_after_publication > times[comment.parent_index]


def test_the_deepest_branch_has_exactly_the_depth_asked_for(planned: list[DemoComment]) -> None:
    assert max(_depths(planned)) == 12


def test_a_discussion_can_be_kept_shallow() -> None:
    planned = list(plan_discussion(Random(1), comments=800, language_mix={"en": 1}, topic="library", max_depth=4))
    assert max(_depths(planned)) == 4


def test_replies_are_heavy_tailed(planned: list[DemoComment]) -> None:
    replies = Counter(comment.parent_index for comment in planned if comment.parent_index is not None)
    assert max(replies.values()) >= 40
    assert sum(1 for comment in planned if comment.index not in replies) > len(planned) / 2


def test_votes_are_heavy_tailed(planned: list[DemoComment]) -> None:
    ups = sorted((comment.ups for comment in planned), reverse=True)
    top = sum(ups[: len(ups) // 100])
    assert top > sum(ups) * 0.2
    assert ups[len(ups) // 2] <= 5
    assert any(comment.downs > comment.ups for comment in planned)


def test_lengths_are_heavy_tailed_and_within_the_limit(planned: list[DemoComment]) -> None:
    lengths = sorted(len(comment.text) for comment in planned)
    assert lengths[0] >= 1
    assert lengths[len(lengths) // 4] < 160
    assert lengths[-len(lengths) // 100] > 1_000
    assert lengths[-1] <= MAX_LENGTH


def test_every_language_of_the_mix_is_heard(planned: list[DemoComment]) -> None:
    heard = Counter(comment.language for comment in planned)
    assert set(heard) == set(MIX)
    assert heard["en"] > len(planned) / 2


def test_people_write_languages_that_they_know(planned: list[DemoComment]) -> None:
    for comment in planned:
        assert comment.language in readers()[comment.author_index].languages, comment


def test_guests_are_marked_as_guests(planned: list[DemoComment]) -> None:
    assert {comment.is_guest for comment in planned} == {True, False}
    assert all(comment.is_guest == readers()[comment.author_index].is_guest for comment in planned)


def test_every_state_occurs(planned: list[DemoComment]) -> None:
    states = Counter(comment.visibility for comment in planned)
    assert set(states) == {"public", "held", "removed", "withdrawn", "collapsed"}
    assert states["public"] > len(planned) * 0.95
    assert any(comment.edited_from for comment in planned)


def test_handwritten_comments_get_their_handwritten_replies_first() -> None:
    planned = _plan(comments=2_000)
    written = {line.text for line in load_script("streets")}
    pinned = next(comment for comment in planned if comment.pinned)
    replies = [comment for comment in planned if comment.parent_index == pinned.index]
    assert len(replies) > 5
    assert [reply.text in written for reply in replies[:3]] == [True, True, False]


def test_fates_leave_as_many_readable_as_asked_for_and_hold_the_last() -> None:
    planned = fates(Random(1), 2_000)
    assert sum(fate in {"public", "collapsed"} for fate in planned) == 2_000
    assert planned.count("held") == 6
    assert planned.index("held") > len(planned) * 0.9


def test_what_moderators_did_has_a_reason(planned: list[DemoComment]) -> None:
    for comment in planned:
        assert bool(comment.reason) == (comment.visibility in {"held", "removed", "collapsed"}), comment


def test_nobody_answers_or_votes_on_what_is_held(planned: list[DemoComment]) -> None:
    held = {comment.index for comment in planned if comment.visibility == "held"}
    assert not held & {comment.parent_index for comment in planned}
    assert all(planned[index].ups == planned[index].downs == 0 for index in held)


def test_an_edit_changed_something(planned: list[DemoComment]) -> None:
    edited = [comment for comment in planned if comment.edited_from is not None]
    assert edited
    assert all(comment.edited_from and comment.edited_from != comment.text for comment in edited)


def test_only_roots_are_pinned_and_only_readable_ones(planned: list[DemoComment]) -> None:
    pinned = [comment for comment in planned if comment.pinned]
    assert len(pinned) == 1
    assert pinned[0].parent_index is None
    assert pinned[0].visibility == "public"


def test_neighbours_do_not_repeat_each_other(planned: list[DemoComment]) -> None:
    for comment, following in pairwise(planned):
        assert comment.text != following.text
    siblings = Counter((comment.parent_index, comment.text) for comment in planned)
    assert max(siblings.values()) == 1


def test_no_comment_repeats_the_one_it_answers(planned: list[DemoComment]) -> None:
    for comment in planned:
        if comment.parent_index is not None:
            assert comment.text != planned[comment.parent_index].text


def test_no_template_is_left_unfilled(planned: list[DemoComment]) -> None:
    for comment in planned:
        assert "{" not in comment.text
        assert "}" not in comment.text
        assert "<" not in comment.text.replace("<https://", "")


@pytest.mark.parametrize("article", load_articles(), ids=lambda article: article.slug)
def test_each_article_has_its_discussion(article: DemoArticle) -> None:
    scale = 0.05 if article.comments > 1_000 else 1
    planned = list(plan_for(Random(3), article, scale=scale))
    assert _readable(planned) == round(article.comments * scale)
    assert all(0 < comment.minutes_after_publication < article.talk_minutes for comment in planned)


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(LookupError, match="'en' about 'whales'"):
        list(plan_discussion(Random(1), comments=5, language_mix={"en": 1}, topic="whales"))


def test_ten_thousand_comments_are_planned_in_seconds() -> None:
    before = time.process_time()
    assert _readable(_plan(comments=10_000)) == 10_000
    assert time.process_time() - before < 6  # 1.5 on an idle machine
