"""The states of a rule and how one leads to another, as data. Pure; checked when it is imported."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleState(models.TextChoices):
    """Where a rule stands."""

    DRAFT = "draft", _("draft")
    #: Asked about every comment, and what it says is written down; nothing follows.
    SHADOW = "shadow", _("being watched")
    LIVE = "live", _("live")
    PAUSED = "paused", _("paused")
    ARCHIVED = "archived", _("archived")


class RuleEvent(models.TextChoices):
    """What happens to a rule."""

    WATCH = "watch", _("watched")
    GO_LIVE = "go_live", _("set live")
    PAUSE = "pause", _("paused")
    ARCHIVE = "archive", _("archived")


#: A rule is asked in these.
ASKED = frozenset({RuleState.SHADOW, RuleState.LIVE})

TABLE: dict[tuple[RuleState, RuleEvent], RuleState] = {
    (RuleState.DRAFT, RuleEvent.WATCH): RuleState.SHADOW,
    # Another version of it is watched, or goes live in the place of the one that is.
    (RuleState.SHADOW, RuleEvent.WATCH): RuleState.SHADOW,
    (RuleState.LIVE, RuleEvent.GO_LIVE): RuleState.LIVE,
    (RuleState.SHADOW, RuleEvent.GO_LIVE): RuleState.LIVE,
    (RuleState.PAUSED, RuleEvent.WATCH): RuleState.SHADOW,
    (RuleState.PAUSED, RuleEvent.GO_LIVE): RuleState.LIVE,
    (RuleState.SHADOW, RuleEvent.PAUSE): RuleState.PAUSED,
    (RuleState.LIVE, RuleEvent.PAUSE): RuleState.PAUSED,
    (RuleState.DRAFT, RuleEvent.ARCHIVE): RuleState.ARCHIVED,
    (RuleState.SHADOW, RuleEvent.ARCHIVE): RuleState.ARCHIVED,
    (RuleState.PAUSED, RuleEvent.ARCHIVE): RuleState.ARCHIVED,
}


def leads_to(state: RuleState | str, event: RuleEvent) -> RuleState | None:
    """Return the state that `event` leads to, or None where the table has no way."""
    return TABLE.get((RuleState(state), event))


def _check() -> None:
    assert set(TABLE.values()) | {RuleState.DRAFT} == set(RuleState), "a state is never reached"
    assert {state for state, _event in TABLE} == set(RuleState) - {RuleState.ARCHIVED}, "only what is archived stays"
    assert (RuleState.DRAFT, RuleEvent.GO_LIVE) not in TABLE, "a rule is watched before it is live"


_check()
