"""What operators see and do in the admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from discussions.models import Article, Comment, Notice, Passage, Revision, Section, Submission, Visibility, Vote
from discussions.queries.notice import notice_html
from tests.discussions.passages_stage import WORDS, comment_on, write_article
from tests.factories import make_article, make_comment, make_guest, make_section, make_user

pytestmark = pytest.mark.django_db

COMMENTS = "/admin/discussions/comment/"
ARTICLES = "/admin/discussions/article/"


@pytest.fixture
def operator() -> User:
    """Return somebody who may do everything in the admin."""
    return make_user("operator", is_staff=True, is_superuser=True)


@pytest.fixture
def admin(client: Client, operator: User) -> Client:
    """Return the browser in which the operator is logged in."""
    client.force_login(operator)
    return client


def _article_form(article: Article | None = None, **typed: str) -> dict[str, str]:
    form = {
        "title": "Title", "slug": "title", "section": "", "language": "en", "summary": "", "body": "", "url": "",
        "byline": "", "author": "", "who_may_comment": "everyone", "passages_by": "everyone",
        "close_after_days": "", "is_locked": "",
        "depth_shown": "6", "published_at_0": "2026-11-01", "published_at_1": "10:00:00",
    }  # fmt: skip
    if article:
        form |= {"title": article.title, "slug": article.slug}
    return form | typed


def test_an_article_is_rendered_when_it_is_saved(admin: Client) -> None:
    answer = admin.post(f"{ARTICLES}add/", _article_form(body="# Head\n\n<script>x</script>"))
    assert answer.status_code == 302
    article = Article.objects.get(slug="title")
    assert article.body_html.startswith("<h2>Head</h2>")
    assert "<script" not in article.body_html
    assert article.renderer_version > 0


def test_who_saves_a_question_asks_it(admin: Client, operator: User) -> None:
    admin.post(f"{ARTICLES}add/", _article_form(body="[[?steps Would you swim?]]The new steps are here.[[/?]]"))
    assert Passage.objects.get(mark="steps").member == operator


def test_saving_an_article_leaves_the_counters_alone(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    article = make_article()
    original = Article.save

    def save(self: Article, *args: object, **kwargs: object) -> None:
        # A comment arrives between reading the row for the form and writing it.
        Article.objects.filter(pk=self.pk).update(comment_count=12)
        original(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Article, "save", save)
    answer = admin.post(f"{ARTICLES}{article.pk}/change/", _article_form(article, body="New *text*.", is_locked="on"))
    assert answer.status_code == 302
    article.refresh_from_db()
    assert (article.comment_count, article.is_locked, article.body_html) == (12, True, "<p>New <em>text</em>.</p>\n")


def test_an_article_to_come_has_a_preview_link(admin: Client) -> None:
    article = make_article(published_at=timezone.now() + timedelta(days=2))
    page = admin.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert f'href="{article.get_absolute_url()}"' in page


def test_an_article_with_comments_is_not_deleted(admin: Client) -> None:
    article = make_comment().article
    assert admin.get(f"{ARTICLES}{article.pk}/delete/").status_code == 403
    assert admin.get(f"{ARTICLES}{make_article().pk}/delete/").status_code == 200


def test_sections_and_notices_are_edited(admin: Client) -> None:
    assert admin.post("/admin/discussions/section/add/", {"name": "Parks", "slug": "parks"}).status_code == 302
    assert Section.objects.filter(slug="parks").exists()
    form = {"language": "en", "body": "Be **kind**.", "is_shown": "on"}
    assert admin.post("/admin/discussions/notice/add/", form).status_code == 302
    assert Notice.objects.get().html == "<p>Be <strong>kind</strong>.</p>\n"
    assert notice_html("en") == "<p>Be <strong>kind</strong>.</p>\n"


@pytest.mark.parametrize("model", [Comment, Vote, Revision, Submission])
def test_what_readers_did_is_only_looked_at(admin: Client, model: type[Model]) -> None:
    base = f"/admin/discussions/{model._meta.model_name}/"
    comment = make_comment()
    make: dict[type[Model], Callable[[], Model]] = {
        Comment: lambda: comment,
        Vote: lambda: Vote.objects.create(comment=comment, member=make_user(), value=1),
        Revision: lambda: Revision.objects.create(comment=comment, number=1, body="x", created_at=timezone.now()),
        Submission: lambda: Submission.objects.create(
            key="2f0c3b6e-0000-4000-8000-000000000001", article=comment.article, comment=comment, digest="x"
        ),
    }
    row = make[model]()
    assert admin.get(base).status_code == 200
    assert admin.get(f"{base}{row.pk}/change/").status_code == 200
    assert admin.get(f"{base}add/").status_code == 403
    assert admin.post(f"{base}{row.pk}/change/", {"body": "changed"}).status_code == 403
    assert admin.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_every_model_of_the_discussions_is_there() -> None:
    registered = {model for model in site._registry if model._meta.app_label == "discussions"}
    assert registered == {*apps.get_app_config("discussions").get_models()}


@pytest.mark.parametrize("action", ["publish", "hold", "collapse", "remove", "delete_selected"])
def test_nobody_decides_about_comments_here(admin: Client, action: str) -> None:
    """Every decision names its guideline, at the moderators' desk."""
    comment = make_comment()
    assert f'<option value="{action}">' not in admin.get(COMMENTS).content.decode()
    admin.post(COMMENTS, {"action": action, "_selected_action": [str(comment.pk)], "reason": "x"})
    assert Comment.objects.get(pk=comment.pk).visibility == Visibility.PUBLIC


@pytest.mark.parametrize("asked", ["needle", "ned flint", "#{id}", "{id}"])
def test_comments_are_found_by_words_name_and_number(admin: Client, asked: str) -> None:
    make_comment(body="hay")
    found = make_comment(by=make_guest("Ned Flint"), body="a needle in it")
    page = admin.get(COMMENTS, {"q": asked.format(id=found.pk)}).content.decode()
    assert "a needle in it" in page
    assert "hay" not in page


def test_a_hostile_text_is_escaped_in_list_and_page(admin: Client) -> None:
    comment = make_comment(by=make_guest("<b>Eve</b>"), body="<script>alert(1)</script>")
    for address in (COMMENTS, f"{COMMENTS}{comment.pk}/change/"):
        page = admin.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "<b>Eve</b>" not in page
        assert "&lt;b&gt;Eve&lt;/b&gt;" in page


def _comments(n: int) -> None:
    for _i in range(n):
        make_comment(make_article(section=make_section()), by=make_user())


def _articles(n: int) -> None:
    for _i in range(n):
        make_article(section=make_section(), author=make_user())


def _votes(n: int) -> None:
    for _i in range(n):
        Vote.objects.create(comment=make_comment(), member=make_user(), value=1)


def _revisions(n: int) -> None:
    for _i in range(n):
        Revision.objects.create(comment=make_comment(), number=1, body="x", created_at=timezone.now())


def _sections(n: int) -> None:
    for i in range(n):
        make_section(f"Section-{i}")


@pytest.mark.parametrize(
    ("name", "make", "queries"),
    [
        # session, member, count, rows; then what the filters offer: sections, languages
        ("comment", _comments, 5),
        ("article", _articles, 6),
        ("vote", _votes, 4),
        ("revision", _revisions, 4),
        ("section", _sections, 5),
    ],
)
def test_a_list_of_fifty_takes_as_many_queries_as_one_of_five(
    admin: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    name: str,
    make: Callable[[int], None],
    queries: int,
) -> None:
    address = f"/admin/discussions/{name}/"
    for n in (5, 45):
        make(n)
        with django_assert_num_queries(queries):
            assert admin.get(address).status_code == 200


def test_an_editor_is_told_which_passages_would_be_lost(admin: Client) -> None:
    article = write_article()
    comment_on(article)
    form = _article_form(article, body="Nothing of the kind was written here <b>today</b>.")
    url = f"{ARTICLES}{article.pk}/change/"
    asked = admin.post(url, form)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "1 commented passage will lose its place" in page
    assert f"<del>{WORDS}</del>" in page
    assert "Nothing of the kind was written here &lt;b&gt;today" in page
    assert 'type="checkbox" name="lets_go"' in page
    article.refresh_from_db()
    assert WORDS in article.body
    assert admin.post(url, form | {"lets_go": "on"}).status_code == 302
    assert Passage.objects.get().status == "orphaned"


def test_an_edit_that_loses_nothing_asks_nothing(admin: Client) -> None:
    article = write_article()
    comment_on(article)
    form = _article_form(article, body=article.body.replace("The ferry", "Our ferry"))
    assert admin.post(f"{ARTICLES}{article.pk}/change/", form).status_code == 302
    assert Passage.objects.get().at_revision.number == 2
