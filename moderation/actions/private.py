"""Reading what a person has told us alone; each time is written down."""

from __future__ import annotations

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Guest, User
from core.errors import Refused
from moderation import access, audit
from moderation.actions.sanction import check_target


class Why(models.TextChoices):
    """The reasons for which staff may look; a closed list, because the log holds no text that a person has written."""

    ASKED = "asked", gettext_lazy("the person asks about their data")
    AUTHORITY = "authority", gettext_lazy("an authority asks for it")
    DANGER = "danger", gettext_lazy("somebody is in danger")
    EVASION = "evasion", gettext_lazy("it may be somebody who was banned")


def read_address(person: User | Guest, *, by: User, why: str) -> str:
    """Return the e-mail address of a person, empty when there is none, and write into the log that `by` has read it.

    Raises `NotAllowed` below the role for "see_private" and by `check_target`, `Refused` without a reason of `Why`.
    """
    check_target(person, by, access.check(by, "see_private"))
    if why not in Why:
        raise Refused(_("Please say why you need the address: it is written into the log."), code="why")
    with transaction.atomic():
        if isinstance(person, Guest):
            audit.record("private.read", by=by, what="email", why=why, guest=person.pk)
        else:
            audit.record("private.read", by=by, subject=person, what="email", why=why)
    return person.email
