from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.models import Outbox
from core.outbox import drain
from discussions.actions import follow
from discussions.actions.follow import follow_passages
from discussions.actions.render import render_article_row
from discussions.models import Article, ArticleRevision, Passage, PassageHistory, PassageStatus
from tests.discussions.passages_stage import BODY, WORDS, comment_on, passage_of, rewrite, write_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    return write_article()


def test_words_that_nobody_touched_stay_in_their_place(article: Article) -> None:
    comment = comment_on(article)
    rewrite(article, "The ferry runs again", "Good news for commuters: the ferry will run again")
    passage = passage_of(comment)
    assert (passage.status, passage.now, passage.exact) == ("anchored", WORDS, WORDS)
    assert passage.at_revision.number == 2
    assert passage.at_revision.text[passage.start : passage.end] == WORDS


def test_changed_words_keep_what_the_commenter_saw(article: Article) -> None:
    comment = comment_on(article)
    rewrite(article, "at five in the morning", "long before dawn, at five in the morning")
    passage = passage_of(comment)
    assert passage.status == PassageStatus.EDITED
    assert passage.exact == WORDS
    assert passage.now == "They hear the engine long before dawn, at five in the morning"
    assert 0.6 < passage.confidence <= 1


def test_words_in_another_section_have_moved(article: Article) -> None:
    last = "The harbour office says that a quieter engine was ordered in spring."
    comment = comment_on(article, last)
    rewrite(article, BODY, f"{last}\n\n{BODY.replace(last, '')}")
    assert passage_of(comment).status == PassageStatus.MOVED
    rewrite(article, "everybody on the quay", "everybody")
    assert passage_of(comment).status == PassageStatus.MOVED


def test_deleted_words_are_an_orphan_and_a_revert_brings_them_back(article: Article) -> None:
    comment = comment_on(article)
    before = (passage_of(comment).start, passage_of(comment).end)
    sentence = BODY.split("\n\n")[1]
    rewrite(article, sentence, "A paragraph about something else entirely, with a new headline and a photograph.")
    lost = passage_of(comment)
    assert (lost.status, lost.now, lost.exact) == ("orphaned", "", WORDS)
    rewrite(article, "everybody on the quay", "everybody")
    assert passage_of(comment).status == PassageStatus.ORPHANED
    rewrite(article, "A paragraph about something else entirely, with a new headline and a photograph.", sentence)
    back = passage_of(comment)
    assert (back.status, back.now) == ("anchored", WORDS)
    rewrite(article, "everybody is", "everybody on the quay is")
    assert (passage_of(comment).start, passage_of(comment).end) == before


def test_a_repeated_sentence_is_not_taken_for_the_deleted_one() -> None:
    article = write_article(
        "In the north it rains. Thank you for reading us.\n\nIn the south it is dry.\n\nThank you for reading us."
    )
    comment = comment_on(article, "Thank you for reading us.", nth=1)
    rewrite(article, "dry.\n\nThank you for reading us.", "dry.")
    assert passage_of(comment).status == PassageStatus.ORPHANED


def test_following_again_changes_nothing(article: Article) -> None:
    comment_on(article)
    comment_on(article, "a quieter engine was ordered")
    rewrite(article, "a quieter engine", "another engine")
    rows = list(Passage.objects.order_by("pk").values())
    history = PassageHistory.objects.count()
    with transaction.atomic():
        assert follow_passages(Article.objects.get()) == []
    assert list(Passage.objects.order_by("pk").values()) == rows
    assert PassageHistory.objects.count() == history


def test_the_history_tells_each_place(article: Article) -> None:
    comment = comment_on(article)
    rewrite(article, "The ferry runs", "Ferries run")
    rewrite(article, "They hear the engine", "They hear the old engine")
    places = PassageHistory.objects.filter(passage=comment.passage).order_by("pk")
    assert [(row.revision.number, row.status) for row in places] == [(1, "anchored"), (2, "anchored"), (3, "edited")]


def test_the_authors_mark_keeps_the_passage_whatever_becomes_of_its_words() -> None:
    article = write_article("Before it. [[?steps Would you swim here?]]The new steps lead into the water.[[/?]] After.")
    prompt = Passage.objects.get()
    assert (prompt.kind, prompt.mark, prompt.question) == ("author", "steps", "Would you swim here?")
    assert prompt.exact == "The new steps lead into the water."
    article = rewrite(article, "The new steps lead into the water.", "A ladder.")
    article = rewrite(article, "Would you swim here?", "Would you dive here?")
    prompt.refresh_from_db()
    assert (prompt.status, prompt.now, prompt.question) == ("edited", "A ladder.", "Would you dive here?")
    rewrite(article, "[[?steps Would you dive here?]]A ladder.[[/?]]", "A ladder.")
    prompt.refresh_from_db()
    assert (prompt.is_placed, prompt.now) == (True, "A ladder.")
    assert Passage.objects.count() == 1


def test_a_mark_that_comes_back_is_the_same_passage() -> None:
    article = write_article("Before it. [[?steps Would you swim here?]]The new steps lead into the water.[[/?]] After.")
    rewrite(article, "[[?steps Would you swim here?]]The new steps lead into the water.[[/?]]", "")
    assert Passage.objects.get().status == PassageStatus.ORPHANED
    rewrite(article, "Before it.", "Before it. [[?steps And now?]]Stairs.[[/?]]")
    assert (Passage.objects.get().now, Passage.objects.get().question) == ("Stairs.", "And now?")


def test_many_passages_follow_in_the_background(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "AT_ONCE", 2)
    monkeypatch.setattr("core.outbox.poke", lambda: None)
    comments = [comment_on(article, words) for words in (WORDS, "a quieter engine was ordered")]
    rewrite(article, "The ferry runs again", "Ferries run again")
    assert passage_of(comments[0]).at_revision.number == 1
    assert Outbox.objects.get(topic="discussions.follow_passages").payload == {"article_id": article.pk, "by": None}
    drain()
    assert [passage_of(comment).at_revision.number for comment in comments] == [2, 2]


def test_an_article_from_before_gets_its_text_with_its_first_passage(article: Article) -> None:
    old = Article.objects.create(title="Old", slug="old", body=BODY)
    render_article_row(old)
    old.save()
    assert not old.text_revisions.exists()
    comment = comment_on(old)
    assert passage_of(comment).at_revision.number == 1
    assert old.text_revisions.count() == 1


def test_formatting_alone_is_no_new_text(article: Article) -> None:
    comment = comment_on(article)
    rewrite(article, "*eleven years*", "eleven **years**")
    assert article.text_revisions.count() == 1
    assert passage_of(comment).status == PassageStatus.ANCHORED


def test_saving_costs_the_same_queries_with_many_passages(article: Article) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            rewrite(article, "The ferry runs again", "The ferry runs again and again")
        return len(context)

    text = article.text_revisions.get()
    make_passage(text, 40)
    few = queries()
    for n in range(41, 60):
        make_passage(text, n)
    assert queries() == few


def make_passage(text: ArticleRevision, start: int) -> Passage:
    words = text.text[start : start + 20]
    return Passage.objects.create(
        article=text.article, at_revision=text, origin_revision=text, start=start, end=start + 20, exact=words,
        now=words, origin_start=start, origin_end=start + 20,
    )  # fmt: skip
