"""Forms that are poured are those that the templates draw."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from accounts.models import Guest, MailFrequency, User
from core import moulds
from discussions import composing
from discussions.composing import fresh_composer, fresh_follow
from discussions.forms import CommentForm
from discussions.queries.viewer import viewer_of
from discussions.subscription_forms import SubscribeForm
from tests.factories import make_article, make_guest, make_user

pytestmark = pytest.mark.django_db
KEY = re.compile(r'name="key" value="([0-9a-f-]{36})"')


def asked_by(writer: User | Guest | None) -> Any:
    """Return a request of a visitor, or of somebody who has a session."""
    request: Any = RequestFactory().get("/articles/x/?sort=newest")
    request.participant = writer
    if writer is not None:
        request.COOKIES["sessionid"] = "s"
        request.META["CSRF_COOKIE"] = "x" * 32
    return request


def writers() -> list[User | Guest | None]:
    """Return one of each kind of reader."""
    return [
        None, make_user("ada"), make_guest('Nils "<Holgersson>"'), make_guest("Nora", email="nora@example.org"),
        make_user("sam", mail_frequency=MailFrequency.DAILY),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_poured_composer_is_a_drawn_one(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [make_article(slug="first"), make_article(slug="größe"), make_article(who_may_comment="members")]
    monkeypatch.setattr(composing, "get_token", lambda _request: "token")
    with override(language):
        for article in articles * 2:
            for writer in writers() if User.objects.count() == 0 else [None, *User.objects.all(), *Guest.objects.all()]:
                request, viewer = asked_by(writer), viewer_of(writer, article, ())
                poured = fresh_composer(request, article, viewer, writer)
                form = CommentForm(article=article, participant=writer)
                key = KEY.search(poured)
                form.initial["key"] = key[1] if key else None
                known = {"form": form, "article": article, "viewer": viewer, "csrf_token": "token" if writer else ""}
                assert poured == render_to_string(composing.COMPOSER, known, None if viewer.can_write else request), (
                    article,
                    writer,
                )
                assert (key is not None) == (writer is not None and viewer.can_write)


def test_no_two_forms_have_one_key() -> None:
    article, ada = make_article(), make_user()
    request, viewer = asked_by(ada), viewer_of(ada, article, ())
    keys = {KEY.findall(fresh_composer(request, article, viewer, ada))[0] for _n in range(20)}
    assert len(keys) == 20


def test_a_poured_form_for_mails_is_a_drawn_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "get_token", lambda _request: "token")
    people = writers()
    for article in (make_article(), make_article(slug="größe")):
        for reader in people * 2:
            known = {"article": article, "comment": None, "subscribe_form": SubscribeForm(participant=reader)}
            token = "token" if reader else ""
            drawn = render_to_string(composing.FOLLOW, {**known, "csrf_token": token})
            assert fresh_follow(asked_by(reader), article) == drawn


def test_a_page_after_another_readers_has_nothing_of_theirs(client: Any) -> None:
    moulds.forget()
    article, ada, sam = make_article(), make_user("ada"), make_user("sam")
    client.force_login(ada)
    first = client.get(article.get_absolute_url()).content.decode()
    client.force_login(sam)
    second = client.get(article.get_absolute_url()).content.decode()
    assert ">ada<" in first
    assert ">ada<" not in second
    assert not set(KEY.findall(first)) & set(KEY.findall(second))
