"""`manage.py seed_demo`: when it writes, and what it says when it does not."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError
from pytest_django import Settings

from accounts.models import User
from discussions.management.commands import seed_demo
from discussions.management.commands.seed_demo import Bar
from discussions.models import Article, Comment
from tests.factories import make_article, make_user


@pytest.fixture(autouse=True)
def _a_laptop(settings: Settings) -> None:
    settings.DEBUG = True


def _run(*options: str) -> str:
    out = io.StringIO()
    call_command("seed_demo", "--comments-scale=0.01", *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_it_prints_what_it_made_and_how_to_log_in() -> None:
    out = _run()
    assert f"6 articles, {Comment.objects.count()} comments" in out
    for address in ("reader@example.org", "moderator@example.org", "admin@example.org"):
        assert address in out
    assert "password on-the-bench" in out


@pytest.mark.django_db
def test_it_refuses_a_site_with_articles() -> None:
    make_article("Not of the demo")
    with pytest.raises(CommandError, match=r"There are articles already\. --replace deletes those of the demo"):
        _run()
    assert Article.objects.count() == 1
    assert not User.objects.exists()


@pytest.mark.django_db
def test_if_empty_leaves_a_site_with_articles_as_it_is() -> None:
    make_article("Not of the demo")
    out = _run("--if-empty")
    assert "nothing was changed" in out
    assert "password" not in out
    assert Article.objects.count() == 1


@pytest.mark.django_db
def test_if_empty_says_the_accounts_again_where_the_demo_is() -> None:
    _run("--if-empty")
    before = list(Comment.objects.values_list("pk", flat=True))
    assert "reader@example.org" in _run("--if-empty")
    assert list(Comment.objects.values_list("pk", flat=True)) == before


@pytest.mark.django_db
def test_replace_makes_the_demo_anew_and_nothing_else() -> None:
    mine = make_article("Not of the demo")
    _run("--replace")
    before = set(Article.objects.values_list("pk", flat=True))
    out = _run("--replace")
    after = set(Article.objects.values_list("pk", flat=True))
    assert "Deleted 6 articles of the demo." in out
    assert before & after == {mine.pk}
    assert len(after) == 7


@pytest.mark.django_db
def test_replace_says_when_something_must_not_be_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    def protected() -> int:
        raise ProtectedError("a decision points at a comment", set())

    _run()
    monkeypatch.setattr(seed_demo, "remove_demo", protected)
    with pytest.raises(CommandError, match="must not be deleted: a decision points at a comment"):
        _run("--replace")


@pytest.mark.django_db
def test_a_site_that_may_be_real_gets_no_known_passwords(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG is off, so this may be a real site"):
        _run("--if-empty")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_force_does_it_all_the_same(settings: Settings) -> None:
    settings.DEBUG = False
    _run("--force")
    assert Article.objects.count() == 6


@pytest.mark.django_db
def test_a_strangers_handle_is_said_in_words() -> None:
    make_user("juniper_vale", email="someone@example.com")
    with pytest.raises(CommandError, match="Nothing was changed: @juniper_vale"):
        _run()


@pytest.mark.parametrize(("scale", "message"), [("-1", "from 0 to 100"), ("many", "'many' is no number")])
def test_a_scale_that_makes_no_sense_is_refused(scale: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("seed_demo", f"--comments-scale={scale}")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_is_drawn_in_place_on_a_terminal() -> None:
    out = _Terminal()
    bar = Bar(out)
    for done in (0, 50, 100):
        bar.show(done, 100, "news")
    bar.end()
    assert out.getvalue().count("\r") == 3
    assert out.getvalue().count("\n") == 1
    assert "[" + "#" * 15 + "." * 15 + "]     50 of 100 comments  news" in out.getvalue()


def test_a_log_gets_at_most_eleven_lines() -> None:
    out = io.StringIO()
    bar = Bar(out)
    for done in range(1_001):
        bar.show(done, 1_000, "news")
    bar.end()
    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert "\r" not in out.getvalue()
    assert lines[-1].endswith("1,000 of 1,000 comments  news")
