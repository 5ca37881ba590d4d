"""A comment poured into a mould is the comment that the template draws."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from core import moulds as core_moulds
from discussions import moulds
from discussions.models import Article
from discussions.queries.cards import Branch, Byline, Card, InReplyTo, Viewer

NAMES = ("Ada", "A <b>bold</b> name", "Quote \" ' & co", "عمر", "", "w0x1w")
TEXTS = ("<p>Hello.</p>", "<p>x</p>" * 20, "<p>{{ no }} {% tag %}</p>")
NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)


def some_card(rng: random.Random, *, replies: tuple[Card, ...] = (), level: int = 0) -> Card:
    number, depth = rng.randrange(1, 5000), rng.randrange(4)
    return Card(
        id=number, parent_id=number - 1 if depth else None, depth=depth, level=level,
        visibility=rng.choice(["public"] * 12 + ["collapsed", "held", "removed", "withdrawn"]),
        byline=Byline(rng.choice(NAMES), rng.choice(["", "ada", "omar-1"]), rng.random() < 0.2, rng.random() < 0.2),
        created_at=rng.choice([NOW - timedelta(minutes=rng.randrange(900_000)), timezone.now()]),
        edited_at=rng.choice([None, NOW]), html=rng.choice(TEXTS),
        language=rng.choice(["", "en", "ar"]), up_count=rng.choice([0, 1, 2, 1234]),
        down_count=rng.choice([0, 0, 1, 17]),
        score=0, reply_count=len(replies), is_pinned=rng.random() < 0.2, is_locked=rng.random() < 0.2,
        reason=rng.choice(["", "Because <of> this"]), changed_at=NOW,
        in_reply_to=InReplyTo(number - 1, rng.choice(NAMES)) if depth else None,
        replies=replies, continues=rng.random() < 0.2,
    )  # fmt: skip


def some_viewer(rng: random.Random, cards: list[Card]) -> Viewer:
    can_write = rng.random() < 0.5
    return Viewer(
        is_member=True, is_moderator=rng.random() < 0.1, can_write=can_write, can_vote=rng.random() < 0.5,
        why_not_code="" if can_write else rng.choice(["members_only", "closed"]),
        votes={card.id: rng.choice([-1, 1]) for card in cards if rng.random() < 0.4},
        own=frozenset(card.id for card in cards if rng.random() < 0.1),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_poured_comment_is_a_drawn_one(seed: int, language: str) -> None:
    rng, article = random.Random(seed), Article(slug="talk", is_locked=seed == 3)
    with translation.override(language):
        for _n in range(150):
            card = some_card(rng)
            viewer = some_viewer(rng, [card])
            place = moulds.Place(*(rng.random() < 0.3 for _flag in moulds.Place._fields))
            page = moulds.Page(viewer, article, language, {"next": "/x/"})
            drawn = moulds.drawn(card, page, place, moulds.words_of(card, language))
            assert moulds.card_html(card, page, place) == drawn


@pytest.mark.parametrize("seed", range(3))
def test_poured_replies_are_drawn_ones(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, article = random.Random(seed), Article(slug="talk")
    for _n in range(60):
        replies = tuple(some_card(rng, level=rng.choice([1, 2, 4])) for _m in range(rng.randrange(4)))
        top = some_card(rng, replies=replies, level=rng.choice([0, 1]))
        branch = rng.choice([None, Branch(top, more=rng.choice([0, 3, 1000]), after="77")])
        page = moulds.Page(some_viewer(rng, list(top.walk())), article, "en")
        poured = moulds.card_html(top, page, moulds.Place(), branch)
        with monkeypatch.context() as patch:
            patch.setattr(moulds, "poured", lambda _shape, words, draw: draw(words))
            assert moulds.card_html(top, page, moulds.Place(), branch) == poured


def test_what_a_reader_wrote_is_never_taken_for_a_mark() -> None:
    rng, page = random.Random(1), moulds.Page(Viewer(), Article(slug="talk"), "en")
    plain = next(card for card in iter(lambda: some_card(rng), None) if card.visibility == "public")
    moulds.card_html(plain, page, moulds.Place())
    hostile = moulds.Words._fields.index("html")
    text = f"<p>w{core_moulds._MARK}x{hostile}w</p>"
    assert text in moulds.card_html(replace(plain, html=text), page, moulds.Place())


def test_most_comments_of_a_page_share_a_mould() -> None:
    rng, page = random.Random(5), moulds.Page(Viewer(), Article(slug="talk"), "en")
    plain = next(card for card in iter(lambda: some_card(rng), None) if card.visibility == "public")
    for number in range(50):
        card = replace(plain, id=number + 1, html=f"<p>No. {number}</p>", up_count=number)
        html = moulds.card_html(card, page, moulds.Place())
        assert f"<p>No. {number}</p>" in html
        assert f'id="c{number + 1}"' in html
    assert len(core_moulds._moulds) == 1
