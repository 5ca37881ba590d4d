"""What keeps somebody who was given a role from acting on it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotAllowed


class SecondFactorMissing(NotAllowed):
    """The person has the right, but staff of this site need a second factor; the page leads to where to set one up."""

    def __init__(self) -> None:
        super().__init__(
            _("Set up a second factor first: an app with codes or a passkey. Everybody of the staff needs one here."),
            code="second_factor",
        )
        self.link, self.link_words = reverse("mfa_index"), _("Set up a second factor")
