"""When somebody is written to, by their own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pytest_django import Settings

from accounts.hours import due_at, next_hour, next_morning, quiet_until, zone_of
from accounts.models import Guest, MailFrequency, User

#: Whole hours, half hours, three quarters, and clocks that are changed.
ZONES = ["UTC", "Europe/Madrid", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca"]
moments = some.integers(0, 3 * 365 * 24 * 60).map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
zones = some.sampled_from(ZONES)


@given(moments, zones)
def test_the_next_hour_is_full_and_near(now: datetime, zone: str) -> None:
    then = next_hour(ZoneInfo(zone), now)
    assert now < then <= now + timedelta(hours=1)
    # Lord Howe's clocks go forward by half an hour: that once, the hour is not full.
    assert then.astimezone(ZoneInfo(zone)).minute in ((0, 30) if zone == "Australia/Lord_Howe" else (0,))


@given(moments, zones)
def test_the_next_morning_is_at_eight(now: datetime, zone: str) -> None:
    then = next_morning(ZoneInfo(zone), now)
    assert now < then <= now + timedelta(hours=25)
    assert then.astimezone(ZoneInfo(zone)).time() == time(8)


@given(moments, zones, some.times(), some.times())
def test_quiet_hours_end(now: datetime, zone: str, start: time, end: time) -> None:
    person = User(time_zone=zone, quiet_from=start.replace(fold=0), quiet_until=end.replace(fold=0))
    then = quiet_until(person, now)
    at = now.astimezone(ZoneInfo(zone)).time()
    inside = start <= at < end if start <= end else not end <= at < start
    assert (then is not None) == inside
    if then is not None:
        assert now < then <= now + timedelta(hours=25)


def test_over_midnight() -> None:
    person = User(time_zone="Europe/Madrid", quiet_from=time(22), quiet_until=time(7))
    madrid = ZoneInfo("Europe/Madrid")
    assert quiet_until(person, datetime(2026, 7, 1, 23, tzinfo=madrid)) == datetime(2026, 7, 2, 7, tzinfo=madrid)
    assert quiet_until(person, datetime(2026, 7, 2, 6, tzinfo=madrid)) == datetime(2026, 7, 2, 7, tzinfo=madrid)
    assert quiet_until(person, datetime(2026, 7, 2, 7, tzinfo=madrid)) is None


@pytest.mark.parametrize("person", [Guest(), User(), User(time_zone="Mars/Olympus"), User(time_zone="../etc")])
def test_who_has_chosen_nothing_has_the_sites_clock(person: User | Guest, settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Madrid"
    now = datetime(2026, 7, 1, 5, 59, tzinfo=UTC)
    assert zone_of(person).key == "Europe/Madrid"
    assert quiet_until(person, now) is None
    assert due_at(MailFrequency.IMMEDIATELY, person, now) == now
    assert due_at(MailFrequency.DAILY, person, now) == datetime(2026, 7, 1, 6, tzinfo=UTC)
