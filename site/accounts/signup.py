"""Signing up, by oneself or with another site's account: allauth's forms with a handle and a name."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm as AccountSignupForm
from allauth.socialaccount.forms import SignupForm as SocialAccountSignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.fields import NameField
from accounts.models import User
from accounts.names import clean_name


class PersonForm(forms.Form):
    """What both forms ask besides the address."""

    field_order = ("email", "username", "name", "password1")

    name = NameField(
        required=False,
        label=_("Name (optional)"),
        help_text=_("Shown beside your comments. Without one, your handle is shown."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handle = self.fields["username"]
        handle.label = _("Handle")
        handle.help_text = _("Small letters, digits, dots and dashes. Others mention you with it: @ann.lee")
        handle.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["email"].help_text = _("Never shown. We send a link to it, to see that it is yours.")

    def clean_name(self) -> str:
        """Return the name, refused when it looks like somebody of the house."""
        return clean_name(self.cleaned_data["name"])

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """Take over the name."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class SignupForm(PersonForm, AccountSignupForm):  # type: ignore[misc]
    """Sign-up with a password."""


class SocialSignupForm(PersonForm, SocialAccountSignupForm):  # type: ignore[misc]
    """The last step after another site has said who this is."""
