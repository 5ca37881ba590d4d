"""What keeps somebody from acting on what they may do, and where to go about it."""

from __future__ import annotations

from urllib.parse import urlencode

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


class LogInFirst(NotAllowed):
    """Nobody is logged in, and this needs to know who it is; the page leads to the log-in and back."""

    def __init__(self, path: str) -> None:
        super().__init__(_("Please log in first."), code="log_in")
        self.link, self.link_words = f"{reverse('account_login')}?{urlencode({'next': path})}", _("Log in")
