"""What the templates ask about a card and its reader."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from pytest_django import Settings

from discussions import moulds
from discussions.models import Article, Visibility
from discussions.queries.cards import Branch, Byline, Card, Viewer
from discussions.templatetags import discussions as tags


def card(pk: int = 1, *, replies: tuple[Card, ...] = (), age: timedelta = timedelta()) -> Card:
    return Card(
        id=pk, parent_id=None, depth=0, level=0, visibility=Visibility.PUBLIC, byline=Byline("Ada"),
        created_at=timezone.now() - age, edited_at=None, html="<p>Hello.</p>", language="", up_count=0, down_count=0,
        score=0, reply_count=0, is_pinned=False, is_locked=False, reason="", changed_at=None, in_reply_to=None,
        replies=replies,
    )  # fmt: skip


def test_a_vote_is_known_or_none() -> None:
    viewer = Viewer(votes={1: -1})
    assert tags.vote_on(viewer, card(1)) == -1
    assert tags.vote_on(viewer, card(2)) == 0


def test_own_comments_are_known() -> None:
    viewer = Viewer(own=frozenset({1}), held=(card(2),))
    assert [tags.wrote(viewer, card(pk)) for pk in (1, 2)] == [True, False]


@pytest.mark.parametrize(
    ("own", "can_write", "minutes", "may"),
    [(True, True, 14, True), (True, True, 16, False), (True, False, 1, False), (False, True, 1, False)],
)
def test_one_may_edit_ones_own_comment_for_a_while(
    settings: Settings, own: bool, can_write: bool, minutes: int, may: bool
) -> None:
    settings.COMMENT_EDIT_WINDOW_MINUTES = 15
    viewer = Viewer(can_write=can_write, own=frozenset({1}) if own else frozenset())
    assert tags.may_edit(viewer, card(1, age=timedelta(minutes=minutes))) is may


@pytest.mark.parametrize(
    ("html", "long"),
    [
        ("<p>Agreed.</p>", False),
        (f"<p>{'word ' * 300}</p>", False),
        (f"<p>{'word ' * 330}</p>", True),
        ("<p>.</p>" * 16, False),
        ("<p>.</p>" * 17, True),
        ("<p>" + "a<br>" * 33 + "</p>", True),
        ("<ul>" + "<li>a</li>" * 33 + "</ul>", True),
    ],
)
def test_more_than_about_twenty_lines_is_long(html: str, long: bool) -> None:
    assert moulds.is_long(html) is long


def test_a_branch_counts_what_is_shown_and_what_is_not() -> None:
    top = card(1, replies=(card(2, replies=(card(3),)), card(4)))
    page = moulds.Page(Viewer(), Article(slug="talk"), "en")
    html = moulds.card_html(top, page, moulds.Place(), Branch(top, more=5, after="4"))
    assert "View Replies</span>" not in html
    assert "<span>View Replies (8)</span>" in html
    assert '<a href="/comments/1/?after=4" hx-get="/comments/1/branch/?after=4"' in html


def test_votes_are_counted_in_words() -> None:
    assert [moulds.votes_up(n) for n in (0, 1, 2)] == ["0 votes up", "1 vote up", "2 votes up"]
    assert [moulds.votes_down(n) for n in (0, 1, 2)] == ["0 votes down", "1 vote down", "2 votes down"]
    with translation.override("es"):
        assert "2" in moulds.votes_up(2)
