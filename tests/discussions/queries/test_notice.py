"""The notice above every discussion."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils.safestring import SafeString
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from discussions.actions.notice import save_notice
from discussions.models import Notice
from discussions.queries.notice import notice_html

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_without_a_row_the_built_in_words_are_shown(language: str) -> None:
    html = notice_html(language)
    assert isinstance(html, SafeString)
    assert html.startswith("<p>")
    assert len(html) > 50


def test_the_built_in_words_say_whose_views_these_are() -> None:
    assert "views of their authors, not of the editors" in notice_html("en")


def test_the_editors_words_replace_them_in_their_language_only() -> None:
    save_notice(Notice(language="en", body="Be *kind*.\n\n<script>alert(1)</script>"))
    html = notice_html("en")
    assert "<em>kind</em>" in html
    assert "<script" not in html
    assert "kind" not in notice_html("es")


def test_a_notice_can_be_switched_off() -> None:
    save_notice(Notice(language="en", body="Be kind.", is_shown=False))
    assert notice_html("en") == ""


def test_it_is_read_once_a_minute_and_again_after_an_edit(
    django_assert_num_queries: DjangoAssertNumQueries,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    notice = Notice(language="en", body="First.")
    save_notice(notice)
    with django_assert_num_queries(1):
        notice_html("en")
    with django_assert_num_queries(0):
        assert notice_html("en") == "<p>First.</p>\n"
    notice.body = "Second."
    with django_capture_on_commit_callbacks(execute=True):
        save_notice(notice)
    assert notice_html("en") == "<p>Second.</p>\n"


def test_a_switched_off_notice_is_remembered_too(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    save_notice(Notice(language="en", body="Be kind.", is_shown=False))
    notice_html("en")
    with django_assert_num_queries(0):
        notice_html("en")
