"""Asking somebody to look into the outbox: by urgency, quickly, and whatever the broker is doing."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from celery import Celery
from pytest_django import Settings
from redis import Redis

from core import background, outbox, tasks
from core.background import has_begun, poke
from core.breaker import FAILURES, Breaker
from core.models import Outbox
from tests.core.test_outbox import Ears, ears, put

__all__ = ["ears"]


@pytest.fixture
def celery(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Celery]:
    """Return an application like ours that publishes to `settings.REDIS_URL`, in queues of this test alone."""
    settings.OUTBOX_RUNNER = "celery"
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": f"test-{uuid4().hex}:"}
    settings.CELERY_BROKER_URL, settings.CELERY_TASK_ALWAYS_EAGER = settings.REDIS_URL, False
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = options
    app = Celery("test", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    monkeypatch.setattr(tasks, "drain_outbox", app.task(name=tasks.drain_outbox.name)(tasks.drain_outbox.run))
    monkeypatch.setattr(background, "breaker", Breaker("test broker"))
    yield app
    app.close()


@pytest.fixture
def at_redis(redis_url: str, celery: Celery) -> Celery:
    for urgency in (*Outbox.Urgency, None):
        has_begun(urgency)
    return celery


def test_each_urgency_has_its_queue(at_redis: Celery, redis_url: str) -> None:
    for urgency in (Outbox.Urgency.NOW, Outbox.Urgency.NOW, Outbox.Urgency.LATER, None):
        poke(urgency)
    prefix = at_redis.conf.broker_transport_options["global_keyprefix"]
    with Redis.from_url(redis_url) as redis:
        assert [redis.llen(f"{prefix}{name}") for name in ("urgent", "default", "later")] == [1, 1, 1]
        redis.delete(*redis.keys(f"{prefix}*"))


def test_one_task_is_asked_for_until_it_begins(at_redis: Celery, redis_url: str) -> None:
    prefix = at_redis.conf.broker_transport_options["global_keyprefix"]
    with Redis.from_url(redis_url) as redis:
        for _ in range(5):
            poke(Outbox.Urgency.SOON)
        assert redis.llen(f"{prefix}default") == 1
        has_begun(Outbox.Urgency.SOON)
        poke(Outbox.Urgency.SOON)
        assert redis.llen(f"{prefix}default") == 2
        redis.delete(*redis.keys(f"{prefix}*"))


def test_who_asked_and_could_not_send_lets_the_next_one_ask(
    at_redis: Celery, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*args: object, **options: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(tasks.drain_outbox, "apply_async", down)
        poke(Outbox.Urgency.SOON)
    prefix = at_redis.conf.broker_transport_options["global_keyprefix"]
    with Redis.from_url(redis_url) as redis:
        poke(Outbox.Urgency.SOON)
        assert redis.llen(f"{prefix}default") == 1
        redis.delete(*redis.keys(f"{prefix}*"))


@pytest.mark.django_db
def test_what_is_asked_for_from_the_moment_a_drain_looks_is_asked_for_anew(
    at_redis: Celery, redis_url: str, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    poke(Outbox.Urgency.SOON)
    prefix = at_redis.conf.broker_transport_options["global_keyprefix"]
    with Redis.from_url(redis_url) as redis:
        put(n=1)
        monkeypatch.setitem(outbox._HANDLERS, "test.told", lambda **facts: poke(Outbox.Urgency.SOON))
        assert tasks.drain_outbox.run(Outbox.Urgency.SOON) == 1
        assert redis.llen(f"{prefix}default") == 2
        redis.delete(*redis.keys(f"{prefix}*"))


@pytest.fixture
def at_frozen_redis(frozen_redis: str, celery: Celery) -> Celery:
    return celery


def test_a_frozen_broker_costs_three_short_waits_in_all(at_frozen_redis: Celery) -> None:
    began = time.monotonic()
    for _ in range(50):
        poke(Outbox.Urgency.NOW)
    assert background.breaker.is_open
    # A quarter of a second each time; a second more for a busy machine.
    assert 0.25 * FAILURES <= time.monotonic() - began < 2 * 0.25 * FAILURES + 1


@pytest.mark.django_db
def test_a_drain_that_takes_long_lets_others_have_the_worker(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[int | None] = []
    monkeypatch.setattr(background, "poke", again.append)
    monkeypatch.setattr(tasks, "PATIENCE", -1)
    for n in range(25):
        put(n=n, urgency=Outbox.Urgency.LATER)
    assert tasks.drain_outbox(Outbox.Urgency.LATER) == 20
    assert again == [Outbox.Urgency.LATER]
    monkeypatch.setattr(tasks, "PATIENCE", 20)
    assert tasks.drain_outbox(Outbox.Urgency.LATER) == 5
    assert len(again) == 1


@pytest.mark.parametrize("entry", ["config.wsgi", "config.asgi"])
def test_whoever_serves_pages_looks_at_the_outbox_from_its_start(entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process before left behind is not left until somebody posts."""
    asked: list[str] = []
    monkeypatch.setattr(background, "watch", lambda: asked.append(entry))
    monkeypatch.setattr("django.setup", lambda **options: None)
    monkeypatch.delitem(sys.modules, entry, raising=False)
    importlib.import_module(entry)
    assert asked == [entry]
