"""What tests of accounts share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.accounts.people import PASSWORD, make_member


@pytest.fixture(autouse=True)
def no_tries_yet() -> None:
    """Start without log-in attempts: allauth counts them in the cache."""
    cache.clear()


@pytest.fixture
def one_minute() -> Iterator[None]:
    """Let no time pass, so that on a slow machine, too, everything is tried in one minute."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.fixture
def member(db: None) -> User:
    """Return a member with a confirmed address and a password."""
    return make_member("ann", name="Ann Lee")


@pytest.fixture
def member_client(member: User) -> Client:
    """Return a browser in which that member has logged in by the form."""
    client = Client()
    response = client.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    assert response.status_code == 302
    return client
