"""What readers type to be told of comments by mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import MailFrequency, User
from accounts.participants import Participant
from discussions.models import Comment, Subscription

Scope = Subscription.Scope


class SubscribeForm(forms.Form):
    """Of what, how often, and for who has no address here yet: where to."""

    scope = forms.ChoiceField(
        choices=[(scope, scope.label) for scope in (Scope.ARTICLE, Scope.REPLIES)], required=False,
        label=gettext_lazy("Subscribe:"),
    )  # fmt: skip
    frequency = forms.ChoiceField(choices=MailFrequency.choices, required=False, label=gettext_lazy("How often"))
    email = forms.EmailField(
        required=False, max_length=254, label=gettext_lazy("Your e-mail"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("We send you a link first, to see that it is yours. Never shown to anybody."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, participant: Participant | None, branch: Comment | None = None) -> None:
        self.participant, self.branch = participant, branch
        frequency = participant.mail_frequency if isinstance(participant, User) else MailFrequency.IMMEDIATELY
        initial = {"scope": Scope.ARTICLE.value, "frequency": str(frequency)}
        super().__init__(data, initial=initial, auto_id="follow-%s")

    @property
    def needs_address(self) -> bool:
        """Return whether we do not know where to write to."""
        return self.participant is None or not self.participant.email

    @property
    def offers_replies(self) -> bool:
        """Return whether there are comments of one's own that could be answered."""
        return self.branch is None and not self.needs_address

    def clean_scope(self) -> str:
        """Return the scope; a branch is one by itself."""
        return Scope.BRANCH.value if self.branch else str(self.cleaned_data["scope"] or Scope.ARTICLE)

    def clean_frequency(self) -> str:
        """Return how often, at once unless something else was chosen."""
        return str(self.cleaned_data["frequency"] or self.initial["frequency"])

    def clean_email(self) -> str:
        """Return the address, which who has none here has to give."""
        email = str(self.cleaned_data["email"])
        if self.needs_address and not email:
            raise forms.ValidationError(_("Please tell us where to write to."), code="required")
        return email
