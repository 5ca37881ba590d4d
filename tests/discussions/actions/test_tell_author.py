"""Whoever asks something about words of an article is told, once, what an edit made of these words."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import inbox
from accounts.models import User
from core.models import Outbox
from core.outbox import drain
from discussions.actions import follow
from discussions.actions.article import save_article
from discussions.actions.passage_keeping import detach_passage
from discussions.actions.tell_author import tell_author
from discussions.models import Article, Passage, PromptNotice
from discussions.queries.prompt_notices import PromptNews
from tests.discussions.passages_stage import comment_on, rewrite, write_article
from tests.factories import make_moderator, make_user
from tests.moderation.readers import browser_of

pytestmark = pytest.mark.django_db

WORDS = "The new steps lead into the water."
BODY = f"Before the steps there was mud. [[?steps Would you swim here?]]{WORDS}[[/?]] After them there is a bench."
MARKED = f"[[?steps Would you swim here?]]{WORDS}[[/?]] "


@pytest.fixture
def author() -> User:
    return make_user()


@pytest.fixture
def article(author: User) -> Article:
    return write_article(BODY, author=author)


def edit(article: Article, old: str, new: str) -> Article:
    article = rewrite(article, old, new)
    drain()
    return article


def told(person: User) -> list[str]:
    """Return what is new in the inbox, in words."""
    entries = inbox.inbox_page(person).entries
    assert inbox.unread_count(person) == sum(entry.is_new for entry in entries)
    assert all(isinstance(entry.shown, PromptNews) for entry in entries)
    return [entry.shown.headline for entry in entries if entry.is_new]


def read_all(person: User) -> None:
    inbox.mark_read(person, until=timezone.now())


def test_the_author_is_told_once_of_a_new_status(article: Article, author: User) -> None:
    article = edit(article, WORDS, "A ladder leads into the water.")
    assert told(author) == ["The words you ask about have changed"]
    read_all(author)
    article = edit(article, "Before the steps there was mud.", "Before that there was mud and nothing else.")
    edit(article, "A ladder leads into the water.", "A ladder leads down.")
    assert told(author) == [], "it is still the same: changed"
    assert PromptNotice.objects.count() == 1


def test_words_that_go_and_come_back(article: Article, author: User) -> None:
    article = edit(article, MARKED, "")
    assert told(author) == ["The words you ask about are no longer in the article"]
    read_all(author)
    edit(article, "mud. ", f"mud. {MARKED}")
    assert told(author) == ["The words you ask about are in the article again"]


def test_what_is_undone_before_it_is_read_is_not_told(article: Article, author: User) -> None:
    article = edit(article, MARKED, "")
    assert told(author) != []
    article = edit(article, "mud. ", f"mud. {MARKED}")
    assert told(author) == []
    edit(article, WORDS, "A ladder leads into the water.")
    assert told(author) == ["The words you ask about have changed"]
    assert PromptNotice.objects.count() == 1


def test_telling_again_or_late_changes_nothing(article: Article, author: User) -> None:
    article = edit(article, WORDS, "A ladder leads into the water.")
    article = edit(article, "[[?steps Would you swim here?]]A ladder leads into the water.[[/?]] ", "")
    rows = list(PromptNotice.objects.values())
    for row in Outbox.objects.filter(topic="discussions.tell_author").order_by("-pk"):
        tell_author(event=uuid.uuid4(), **row.payload)
    assert list(PromptNotice.objects.values()) == rows
    assert told(author) == ["The words you ask about are no longer in the article"]


def test_who_saved_the_question_is_told_where_the_article_has_no_author() -> None:
    editor, other = make_user(), make_user()
    article = save_article(Article(title="Steps", slug="steps", body=BODY), by=editor)
    assert Passage.objects.get().member == editor
    article.body = BODY.replace(WORDS, "A ladder leads into the water.")
    save_article(article, fields=["body"], by=other)
    drain()
    assert (told(editor), told(other)) == (["The words you ask about have changed"], [])


def test_nobody_is_told_of_what_nobody_asks_or_of_what_a_moderator_did(author: User) -> None:
    edit(write_article(BODY), WORDS, "A ladder leads into the water.")
    assert not PromptNotice.objects.exists()
    article = write_article(BODY, author=author)
    comment_on(article, "After them there is a bench.")
    edit(article, " After them there is a bench.", "")
    detach_passage(Passage.objects.get(article=article, kind="author"), by=make_moderator())
    drain()
    assert told(author) == [], "a reader's passage is nobody's question"


def test_a_closed_account_is_not_told(article: Article, author: User) -> None:
    author.is_active = False
    author.save()
    edit(article, MARKED, "")
    assert not PromptNotice.objects.exists()


def test_many_passages_are_told_of_from_the_background(
    article: Article, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "AT_ONCE", 1)
    edit(article, MARKED, "")
    while drain():
        pass
    assert told(author) == ["The words you ask about are no longer in the article"]


def test_the_inbox_leads_to_then_and_now(
    article: Article, author: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    edit(article, WORDS, "A ladder leads into the water.")
    browser = browser_of(author)
    html = browser.get("/notifications/").content.decode()
    assert "The words you ask about have changed" in html
    assert "Would you swim here?" in html
    passage = Passage.objects.get()
    address = f"{article.get_absolute_url()}passages/{passage.pk}/"
    assert f'href="{address}"' in html
    assert "<del>" in browser.get(address).content.decode()
    until = str(inbox.inbox_page(author).entries[0].position)
    browser.post("/notifications/read/", {"until": until})
    assert told(author) == []
    with django_assert_num_queries(1):
        assert inbox.unread_count(author) == 0


def test_nobody_reads_or_marks_what_somebody_else_was_told(article: Article, author: User) -> None:
    edit(article, MARKED, "")
    stranger = make_user()
    position = str(inbox.inbox_page(author).entries[0].position)
    assert told(stranger) == []
    browser_of(stranger).post("/notifications/read/", {"entry": position})
    assert len(told(author)) == 1
