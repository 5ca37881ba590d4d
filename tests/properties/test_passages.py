"""Random edits of an article: passages follow, are lost, and are where they were when the article is what it was."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings

from accounts import inbox
from accounts.models import User
from core.outbox import drain
from discussions.actions.article import save_article
from discussions.actions.follow import follow_passages
from discussions.demo.passages import write_passages
from discussions.models import Article, Passage, PassageHistory, PassageStatus, PromptNotice
from discussions.models.passage import PLACED
from discussions.passages.align import fold
from tests.factories import make_user

pytestmark = pytest.mark.django_db

Text = list[list[str]]

START: Text = [
    ["The ferry runs again from Monday.", "Everybody on the quay is glad of it.", "Thank you for reading us."],
    ["Nobody asked the people above the slipway.", "They hear the engine at five.", "Some of them keep a list."],
    ["[[?steps Would you swim here?]]The new steps lead into the water.[[/?]]", "They are made of oak."],
    ["渡轮从星期一起恢复运行。", "没有人问过住在坡道上面的居民。", "Thank you for reading us, all the same."],
]
WANTED = (
    "The ferry runs again from Monday.", "glad of it. Thank you for reading us.", "the people above the slipway",
    "They hear the engine at five. Some of them", "made of oak", "没有人问过住在坡道上面的居民。", "all the same",
)  # fmt: skip
FRESH = "A sentence that nobody had expected to be written."


def _sentence(text: Text, n: int) -> tuple[list[str], int]:
    """Return the paragraph and the place in it of the nth sentence, counted round and round."""
    places = [(paragraph, at) for paragraph in text for at in range(len(paragraph))]
    return places[n % len(places)]


def _delete(text: Text, n: int, _m: int) -> None:
    paragraph, at = _sentence(text, n)
    paragraph[at : at + 1] = [] if len(paragraph) > 1 else ["Short."]


def _insert(text: Text, n: int, m: int) -> None:
    paragraph, at = _sentence(text, n)
    paragraph.insert(at, f"{FRESH} {m}.")


def _move(text: Text, n: int, m: int) -> None:
    paragraph, at = _sentence(text, n)
    sentence = paragraph[at]
    _delete(text, n, m)
    text[m % len(text)].append(sentence)


def _repeat(text: Text, n: int, m: int) -> None:
    paragraph, at = _sentence(text, n)
    if "[[" not in paragraph[at]:
        text[m % len(text)].insert(0, paragraph[at])


def _reword(text: Text, n: int, m: int) -> None:
    paragraph, at = _sentence(text, n)
    words = paragraph[at].split(" ")
    inside = m % len(words)
    if "[[" not in paragraph[at]:
        words[inside] = "otherwise"
    paragraph[at] = " ".join(words)


def _shuffle(text: Text, n: int, m: int) -> None:
    text.insert(m % len(text), text.pop(n % len(text)))


def _empty(text: Text, _n: int, _m: int) -> None:
    text[:] = [["Nothing of it is left."]]


EDITS: list[Callable[[Text, int, int], None]] = [_delete, _insert, _move, _repeat, _reword, _shuffle, _empty]
edits = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=5)


def body(text: Text) -> str:
    return "\n\n".join(" ".join(paragraph) for paragraph in text)


def begin() -> tuple[Article, User]:
    author, n = make_user(), uuid.uuid4().hex[:10]
    article = save_article(Article(title="Ferry", slug=f"ferry-{n}", body=body(START), author=author))
    with transaction.atomic():
        write_passages(article, [*WANTED, "?steps"])
    return article, author


def save(article: Article, text: Text) -> None:
    article.body = body(text)
    save_article(article, fields=["body"])
    while drain():
        pass


def check(article: Article) -> None:
    """Assert what holds whatever was edited."""
    newest = article.text_revisions.latest("number")
    for row in Passage.objects.filter(article=article).select_related("at_revision"):
        if row.is_placed:
            assert row.at_revision == newest
            assert row.now == newest.text[row.start : row.end] != ""
            is_same = fold(row.now) == fold(row.exact)
            assert is_same == (row.status != PassageStatus.EDITED)
        else:
            assert (row.status, row.now) == (PassageStatus.ORPHANED, "")
        history = [*PassageHistory.objects.filter(passage=row).select_related("revision").order_by("pk")]
        assert history[-1].status == row.status
        assert [one.revision.number for one in history] == sorted(one.revision.number for one in history)
        facts = [(one.status, one.start, one.end) for one in history]
        assert all(before != after for before, after in pairwise(facts)), "nothing is written twice"
        for one in history:
            assert (one.start is not None) == (one.status in PLACED)
            assert one.start is None or one.end is None or 0 <= one.start < one.end <= len(one.revision.text)
        assert PromptNotice.objects.filter(passage=row, read_at=None).count() <= 1


def places(article: Article) -> list[tuple[object, ...]]:
    return list(Passage.objects.filter(article=article).order_by("pk").values_list())


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits=edits)
@example([(_move, 3, 1), (_move, 3, 1)])
def test_what_is_reverted_is_where_it_was(edits: list[tuple[Callable[[Text, int, int], None], int, int]]) -> None:
    article, author = begin()
    origins = [*Passage.objects.filter(article=article).order_by("pk").values_list("pk", "start", "end", "exact")]
    assert len(origins) == len(WANTED) + 1
    text = [[*paragraph] for paragraph in START]
    for edit, n, m in edits:
        edit(text, n, m)
        save(article, text)
        check(article)
        before, history = places(article), PassageHistory.objects.count()
        with transaction.atomic():
            assert follow_passages(article) == []
        assert (places(article), PassageHistory.objects.count()) == (before, history)
    save(article, START)
    check(article)
    back = Passage.objects.filter(article=article).order_by("pk")
    assert [*back.values_list("pk", "start", "end", "now")] == origins
    assert {row.status for row in back} == {PassageStatus.ANCHORED}
    assert inbox.unread_count(author) == 0, "what was undone is no news"
