"""When somebody is written to: quiet hours, the next full hour, the next morning, all by the person's own clock."""

from __future__ import annotations

import zoneinfo
from datetime import datetime, time, timedelta

from django.conf import settings

from accounts.models import MailFrequency, User
from accounts.participants import Participant

#: When daily mails go out: read at breakfast, and after the night's quiet hours of most people.
MORNING = time(8)


def zone_of(person: Participant) -> zoneinfo.ZoneInfo:
    """Return the time zone that a member has chosen, else the site's."""
    name = person.time_zone if isinstance(person, User) else ""
    try:
        return zoneinfo.ZoneInfo(name or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)


def due_at(frequency: str, person: Participant, now: datetime) -> datetime:
    """Return when news that comes `now` is to be mailed: at once, at the next full hour or on the next morning."""
    if frequency == MailFrequency.HOURLY:
        return next_hour(zone_of(person), now)
    if frequency == MailFrequency.DAILY:
        return next_morning(zone_of(person), now)
    return now


def next_hour(zone: zoneinfo.ZoneInfo, now: datetime) -> datetime:
    """Return the next full hour of `zone`, which need not be one elsewhere."""
    local = now.astimezone(zone)
    return now - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond - 3_600_000_000)


def next_morning(zone: zoneinfo.ZoneInfo, now: datetime) -> datetime:
    """Return the next time that the clocks of `zone` show eight."""
    return _next(MORNING, zone, now)


def quiet_until(person: Participant, now: datetime) -> datetime | None:
    """Return when the quiet hours end that `now` is in, or None: guests have none."""
    if not isinstance(person, User) or person.quiet_from is None or person.quiet_until is None:
        return None
    zone = zone_of(person)
    at, start, end = now.astimezone(zone).time(), person.quiet_from, person.quiet_until
    is_quiet = start <= at < end if start <= end else at >= start or at < end
    return _next(end, zone, now) if is_quiet else None


def _next(at: time, zone: zoneinfo.ZoneInfo, now: datetime) -> datetime:
    """Return the first moment after `now` at which the clocks of `zone` show `at`, be it the second time that day."""
    today = now.astimezone(zone).date()
    moments = [
        datetime.combine(today + timedelta(days=days), at, zone).replace(fold=fold).astimezone(now.tzinfo)
        for days in (0, 1)
        for fold in (0, 1)
    ]
    return min(moment for moment in moments if moment > now)
