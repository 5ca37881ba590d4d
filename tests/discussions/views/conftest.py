"""People and pages for the tests of the views."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from discussions.models import Article
from tests.factories import make_article, make_moderator, make_user


@pytest.fixture
def article(db: None) -> Article:
    return make_article("The lights went out")


@pytest.fixture
def reader(db: None) -> User:
    return make_user("reader")


@pytest.fixture
def member(client: Client, reader: User) -> Client:
    """Return a browser in which `reader` is logged in."""
    client.force_login(reader)
    return client


@pytest.fixture
def moderator(db: None) -> Client:
    """Return a browser in which a moderator is logged in."""
    client = Client()
    client.force_login(make_moderator("keeper"))
    return client


def form(body: str = "I walk there every morning.", **fields: Any) -> dict[str, Any]:
    """Return the fields of a composer with a key of its own."""
    return {"body": body, "key": str(uuid.uuid4()), **fields}
