from __future__ import annotations

import pytest

from discussions.importing.passages import FORM_ID, UNKNOWN
from discussions.models import Article, Comment
from tests.discussions.importing.test_wordpress import get, run
from tests.discussions.importing.wxr_files import comment, export, item

pytestmark = pytest.mark.django_db

ONE = '[wpdiscuz-feedback id="k3" question="Too <b>green</b>?" opened="0"]a green bench[/wpdiscuz-feedback]'
TWO = '[wpdiscuz-feedback opened="1" question="Which gate?" id="k9"]the <em>old</em> gate[/wpdiscuz-feedback]'


def words_of(number: str) -> str:
    passage = get(number).passage
    return passage.exact if passage else ""


def on(form: str) -> dict[str, str]:
    return {FORM_ID: form}


def test_comments_on_the_only_passage_of_an_article_find_it() -> None:
    comments = comment(1, notes=on("12")), comment(2, 1, notes=on("12")), comment(3)
    run(export(item(*comments, content=f"At {ONE}.")))
    assert [words_of(n) for n in "123"] == ["a green bench", "", ""]


def test_of_several_passages_none_is_guessed_until_the_owner_says_so() -> None:
    data = export(item(comment(1, notes=on("15")), comment(2, notes=on("12")), content=f"{ONE} by {TWO}."))
    assert run(data, dry_run=True).repaired[UNKNOWN] == run(data).repaired[UNKNOWN] == 2
    assert [words_of(n) for n in "12"] == ["", ""]
    Comment.objects.all().delete()
    Article.objects.update(comment_count=0)
    assert run(data, passages_in_order=True).repaired[UNKNOWN] == 0
    assert [words_of(n) for n in "12"] == ["the old gate", "a green bench"]


def test_a_mark_over_two_paragraphs_leaves_its_words() -> None:
    content = '<p>One [wpdiscuz-feedback id="k" question="Q"]two</p><p>three[/wpdiscuz-feedback] four.</p>'
    run(export(item(content=content)))
    assert Article.objects.get().body == "One two\n\nthree four."
    assert not Article.objects.get().passages.exists()
