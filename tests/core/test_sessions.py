"""Sessions are Django's, found by a kept statement."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core.sessions import SessionStore

pytestmark = pytest.mark.django_db


def begun(**facts: object) -> str:
    """Return the key of a new session that holds `facts`."""
    store = SessionStore()
    store.update(facts)
    store.create()
    assert store.session_key is not None
    return store.session_key


def test_what_django_wrote_we_read_and_the_other_way_round() -> None:
    key = begun(n=1)
    assert db.SessionStore(key)["n"] == 1
    theirs = db.SessionStore()
    theirs["n"] = 2
    theirs.create()
    assert SessionStore(theirs.session_key)["n"] == 2


def test_a_session_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    store = SessionStore(begun(n=1))
    with django_assert_num_queries(1):
        assert (store["n"], store.get("m")) == (1, None)


def test_one_that_is_over_or_was_never_there_holds_nothing() -> None:
    key = begun(n=1)
    with time_machine.travel(timezone.now() + timedelta(days=365)):
        over = SessionStore(key)
        assert (over.get("n"), over.session_key) == (None, None)
    unknown = SessionStore("x" * 32)
    assert (unknown.get("n"), unknown.session_key) == (None, None)


def test_it_gets_a_new_key_and_is_flushed() -> None:
    store = SessionStore(begun(n=1))
    old = str(store.session_key)
    store.cycle_key()
    assert (store.exists(old), SessionStore(store.session_key)["n"]) == (False, 1)
    store.flush()
    assert not Session.objects.exists()
