"""What is left of somebody who was erased."""

from __future__ import annotations

from django.utils.translation import gettext as _

#: Begins the handle of an account whose person was erased. No handle can begin so, and the mark needs no other column.
FORMER = "~"


def former_reader() -> str:
    """Return what is shown in the place of a name that was erased."""
    return _("A former reader")


def name_or_former(name: str) -> str:
    """Return the name that was kept with a text; a name that was erased is an empty one."""
    return name or former_reader()


def member_name(username: str, name: str) -> str:
    """Return the name that readers see of an account with this handle and name."""
    return former_reader() if username.startswith(FORMER) else name or username
