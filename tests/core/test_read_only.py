"""While the database takes no writes, or is away: reading goes on where it can, and text is given back."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test import Client

from discussions.models import Comment
from tests.factories import make_article, make_comment, make_user

TEXT = "What I had <b>thought</b> about for an hour."


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_database_that_takes_no_writes_is_read_from(client: Client) -> None:
    comment = make_comment(body="It can be read.")
    article = comment.article
    client.force_login(make_user())
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before; SET TRANSACTION READ ONLY")
    page = client.get(article.get_absolute_url())
    assert page.status_code == 200
    assert "It can be read." in page.content.decode()
    refused = client.post(f"{article.get_absolute_url()}comment/", {"body": TEXT, "key": str(uuid4())})
    assert (refused.status_code, refused["Retry-After"]) == (503, "30")
    assert "&lt;b&gt;thought&lt;/b&gt; about for an hour." in refused.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO before")
    assert Comment.objects.count() == 1


@pytest.mark.django_db
def test_a_database_that_is_away_before_any_view_gives_the_text_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who the reader is stands in the database too: then not even the middlewares come to an end."""
    article = make_article()

    def away(request: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("accounts.middleware.participant_of", away)
    client.raise_request_exception = False
    page = client.get(article.get_absolute_url())
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    refused = client.post(f"{article.get_absolute_url()}comment/", {"body": TEXT})
    assert refused.status_code == 503
    assert "&lt;b&gt;thought&lt;/b&gt; about for an hour." in refused.content.decode()
    assert "connection refused" not in refused.content.decode()


@pytest.mark.django_db
def test_a_bug_is_no_outage(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("accounts.middleware.participant_of", wrong)
    client.raise_request_exception = False
    response = client.get("/")
    assert (response.status_code, "Retry-After" in response.headers) == (500, False)
