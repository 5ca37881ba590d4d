"""What the screens' verdict means for whoever writes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Refused
from discussions.screening import Allow, Draft, Hold, Nudge, ask_screens


class Nudged(Refused):
    """The author is asked to think again; sending the form with `insists` posts the comment and holds it."""

    def __init__(self, hint: Nudge) -> None:
        super().__init__(hint.message, code="nudge")
        self.hint = hint


def hold_reason(draft: Draft) -> str:
    """Return why the comment is to be held, in words; an empty string shows it at once.

    Raises `Nudged`, unless the author insists, and `Refused`, both with the words of the screen.
    """
    verdict = ask_screens(draft)
    if isinstance(verdict, Allow):
        return ""
    if isinstance(verdict, Hold):
        return verdict.reason or _("A moderator reads it first.")
    if isinstance(verdict, Nudge):
        if draft.insists:
            return after_hint()
        raise Nudged(verdict)
    raise Refused(verdict.message, code="refused")


def after_hint() -> str:
    """Return why a comment is held whose author was asked to think again, and posted it."""
    return _("You posted it after a hint, so a moderator reads it first.")
