"""What readers type to the house."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from discussions.markup import normalise_text
from moderation.actions.unlawful import LENGTH, NAME_LENGTH, Claim
from moderation.models import Guideline
from moderation.queries.guidelines import FALLBACK_LANGUAGE, GuidelineCard, guidelines_in_force

NOTE_LENGTH = 500


class _Words(forms.CharField):
    """Some lines of text. Its form calls it `body`, the name by which every page of the site gives a text back."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(strip=False, widget=forms.Textarea({"rows": 5, "dir": "auto"}), **kwargs)

    def clean(self, value: Any) -> str:
        """Return the normalised text. Raises `ValidationError` for one that is too long; nothing is cut off."""
        text = normalise_text(str(super().clean(value) or "")).strip()
        if self.required and not text:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if (over := len(text) - self.most) > 0:
            words = ngettext(
                "At most %(max)d characters, please; that is %(over)d too many. Nothing was cut off.",
                "At most %(max)d characters, please; that is %(over)d too many. Nothing was cut off.",
                over,
            )
            raise forms.ValidationError(words % {"max": self.most, "over": over}, code="too_long")
        return text


class ReportForm(forms.Form):
    """Which guideline a comment breaks, in the language of the page, and a note."""

    guideline = forms.ChoiceField(
        label=gettext_lazy("Which guideline does it break?"), widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose a guideline."),
            "invalid_choice": gettext_lazy("This guideline no longer applies. Please choose another."),
        },
    )  # fmt: skip
    body = _Words(most=NOTE_LENGTH, required=False, label=gettext_lazy("A note to the moderators (optional)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the guidelines that apply now: one query."""
        super().__init__(*args, **kwargs)
        self.cards: tuple[GuidelineCard, ...] = guidelines_in_force(get_language() or FALLBACK_LANGUAGE)
        self.fields["guideline"].choices = [(card.slug, card.title) for card in self.cards]  # type: ignore[attr-defined]

    def clean_guideline(self) -> Guideline:
        """Return the guideline."""
        return Guideline.objects.get(slug=self.cleaned_data["guideline"])


class UnlawfulForm(forms.Form):
    """A notice of unlawful content. `key` makes sending it twice harmless."""

    body = _Words(
        most=LENGTH, label=gettext_lazy("What is unlawful about it, and why"),
        help_text=gettext_lazy("The words that you mean, and the law if you know it."),
        error_messages={"required": gettext_lazy("Please explain which law it breaks, and how.")},
    )  # fmt: skip
    name = forms.CharField(
        required=False, validators=[MaxLengthValidator(NAME_LENGTH)], label=gettext_lazy("Your name (optional)"),
        widget=forms.TextInput({"autocomplete": "name", "dir": "auto"}),
    )  # fmt: skip
    email = forms.EmailField(
        required=False, label=gettext_lazy("E-mail (optional)"), widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("We send you the receipt and the outcome. Only moderators see name and address."),
    )  # fmt: skip
    is_sincere = forms.BooleanField(
        label=gettext_lazy("I believe in good faith that what I say here is right and complete."),
        error_messages={"required": gettext_lazy("Please confirm that you believe this to be right and complete.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start with a fresh key."""
        kwargs["initial"] = {"key": uuid.uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def clean_email(self) -> str:
        """Return the address, at most as long as the column holds."""
        email = str(self.cleaned_data.get("email") or "")
        if len(email) > 254:
            raise forms.ValidationError(_("This address is too long."), code="too_long")
        return email

    @property
    def claim(self) -> Claim:
        """Return what was typed in a valid form."""
        data = self.cleaned_data
        return Claim(data["body"], data["is_sincere"], data["name"], data["email"])
