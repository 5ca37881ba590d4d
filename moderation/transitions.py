"""The states of a case and how one leads to another, as data. Pure; checked when it is imported."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", _("open")
    CLAIMED = "claimed", _("being worked on")
    ESCALATED = "escalated", _("escalated")
    DECIDED = "decided", _("decided")
    UNDONE = "undone", _("undone")
    APPEALED = "appealed", _("appealed")
    UPHELD = "upheld", _("upheld on appeal")
    OVERTURNED = "overturned", _("overturned on appeal")
    VOID = "void", _("void")


class Event(models.TextChoices):
    """What happens to a case."""

    CLAIM = "claim", _("claimed")
    RELEASE = "release", _("released")
    ESCALATE = "escalate", _("escalated")
    DECIDE = "decide", _("decided")
    UNDO = "undo", _("undone")
    REOPEN = "reopen", _("opened again")
    APPEAL = "appeal", _("appealed")
    UPHOLD = "uphold", _("upheld")
    OVERTURN = "overturn", _("overturned")
    ERASE = "erase", _("erased")


#: A moderator has still to look at these.
WAITING = frozenset({State.OPEN, State.CLAIMED, State.ESCALATED})
#: Nothing leads out of these.
FINAL = frozenset({State.UPHELD, State.OVERTURNED, State.VOID})

TABLE: dict[tuple[State, Event], State] = {
    (State.OPEN, Event.CLAIM): State.CLAIMED,
    # A lease that has run out is taken over.
    (State.CLAIMED, Event.CLAIM): State.CLAIMED,
    (State.CLAIMED, Event.RELEASE): State.OPEN,
    (State.OPEN, Event.DECIDE): State.DECIDED,
    (State.CLAIMED, Event.DECIDE): State.DECIDED,
    (State.OPEN, Event.ESCALATE): State.ESCALATED,
    (State.CLAIMED, Event.ESCALATE): State.ESCALATED,
    (State.ESCALATED, Event.DECIDE): State.DECIDED,
    (State.DECIDED, Event.UNDO): State.UNDONE,
    (State.UNDONE, Event.REOPEN): State.OPEN,
    (State.DECIDED, Event.APPEAL): State.APPEALED,
    (State.APPEALED, Event.UPHOLD): State.UPHELD,
    (State.APPEALED, Event.OVERTURN): State.OVERTURNED,
    **{(state, Event.ERASE): State.VOID for state in State if state not in FINAL},
}


class IllegalTransition(Exception):
    """The table has no such way."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(f"a case that is {state.value} cannot be {event.value}d")
        self.state, self.event = state, event


def after(state: State | str, event: Event) -> State:
    """Return the state that `event` leads to. Raises `IllegalTransition` where the table has no way."""
    state = State(state)
    try:
        return TABLE[state, event]
    except KeyError:
        raise IllegalTransition(state, event) from None


def _check() -> None:
    reached, todo = {State.OPEN}, [State.OPEN]
    while todo:
        here = todo.pop()
        news = {to for (state, _event), to in TABLE.items() if state == here} - reached
        reached |= news
        todo += news
    assert reached == set(State), f"never reached: {set(State) - reached}"
    stuck = {state for state in State if not any(start == state for start, _event in TABLE)}
    assert stuck == FINAL, f"nothing leads out of {stuck}"


_check()
