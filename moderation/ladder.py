"""What may follow next for a person, worked out from their record. Pure: it suggests, a person decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from moderation.models import Sanction

Kind = Sanction.Kind

#: The act of `access.TABLE` that each step asks for.
ACTS: dict[str, str] = {Kind.WARNING: "warn", Kind.PREMODERATION: "premoderate", Kind.MUTE: "mute", Kind.BAN: "ban"}
#: From the mildest step to the hardest.
LADDER: tuple[Kind, ...] = (Kind.WARNING, Kind.PREMODERATION, Kind.MUTE, Kind.BAN)
#: Days that a step lasts by default; a warning lasts until it is read.
DAYS: dict[str, int | None] = {Kind.WARNING: None, Kind.PREMODERATION: 14, Kind.MUTE: 7, Kind.BAN: 90}
#: Who had no sanction for so many days begins at the bottom again.
FORGOTTEN_AFTER_DAYS = 365
#: Steps that must have an end last no longer: what is meant for good is a ban, and says so.
LONGEST_DAYS = 365


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The next step; `days` is None for a warning and for a ban without an end."""

    kind: Kind
    days: int | None


def next_step(before: Collection[str], restrictions: int) -> Suggestion | None:
    """Return the step after the highest of `before`; None when nothing has happened that would call for one.

    `before` holds the kinds of the last year's sanctions that were not lifted, `restrictions` counts the comments that
    were removed or collapsed since the last of them.
    """
    if not restrictions:
        return None
    if Kind.BAN in before:
        return Suggestion(Kind.BAN, None)
    reached = max((LADDER.index(Kind(kind)) for kind in before), default=-1)
    kind = LADDER[reached + 1]
    return Suggestion(kind, DAYS[kind])
