"""Forms of those who keep the house."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.actions.guidelines import AUTHOR_NOTE_LENGTH, TITLE_LENGTH, Wording, latest_wordings
from moderation.models import Guideline

# Django's class takes no type parameter at run time; its stubs want one.
if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Guideline]
else:
    ModelForm = forms.ModelForm


class GuidelineForm(ModelForm):
    """A guideline and what it says in every language of the site; `wordings` is what was typed."""

    effective_at = forms.SplitDateTimeField(
        label=_("in effect from"), widget=AdminSplitDateTime, required=False, help_text=_("Empty: from now on.")
    )
    note = forms.CharField(
        label=_("what changed"), max_length=300, required=False, help_text=_("Readers see it in the history.")
    )

    class Meta:
        model = Guideline
        fields = ("number", "slug", "dsa_category", "retired_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the latest words, which the next version starts from."""
        super().__init__(*args, **kwargs)
        self.latest = latest_wordings(self.instance) if self.instance.pk else {}
        for code, wording in self.latest.items():
            self.initial[f"title_{code}"] = wording.title
            self.initial[f"body_{code}"] = wording.body
            self.initial[f"tell_{code}"] = wording.author_note

    @property
    def wordings(self) -> dict[str, Wording]:
        """Return the words by language; those in languages that the site no longer offers are carried along."""
        offered = dict(settings.LANGUAGES)
        texts = {code: wording for code, wording in self.latest.items() if code not in offered}
        for code in offered:
            typed = (self.cleaned_data.get(f"{part}_{code}", "") for part in ("title", "body", "tell"))
            wording = Wording(*typed)
            if wording.title and wording.body:
                texts[code] = wording
        return texts

    @property
    def is_reworded(self) -> bool:
        """Return whether the words differ from the latest version."""
        return any(name.startswith(("title_", "body_", "tell_")) for name in self.changed_data)

    def clean(self) -> dict[str, Any]:
        """Ask for line and text together, for one language at least, and for the reason of a change."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for code in dict(settings.LANGUAGES):
            title, body, tell = (data.get(f"{part}_{code}") for part in ("title", "body", "tell"))
            if bool(title) != bool(body) or (tell and not title):
                self.add_error(f"title_{code}", _("A wording needs both a line and a text."))
        if not self.wordings:
            raise ValidationError(_("Write the guideline in at least one language."))
        if self.latest and self.is_reworded and not data.get("note"):
            self.add_error("note", _("Say what changed: a new version is shown with its reason."))
        effective_at = data.get("effective_at")
        if effective_at and self.is_reworded and effective_at < timezone.now() - timedelta(minutes=5):
            self.add_error("effective_at", _("A new version cannot have applied already."))
        return data


def guideline_form() -> type[GuidelineForm]:
    """Return `GuidelineForm` with a line, a text and a note for each of `settings.LANGUAGES`."""
    fields: dict[str, Any] = {}
    for code, _name in settings.LANGUAGES:
        fields[f"title_{code}"] = forms.CharField(
            label=_("in one line"), max_length=TITLE_LENGTH, required=False, widget=_wide(forms.TextInput, code)
        )
        fields[f"body_{code}"] = forms.CharField(
            label=_("text (Markdown)"), max_length=2000, required=False, widget=_wide(forms.Textarea, code)
        )
        fields[f"tell_{code}"] = forms.CharField(
            label=_("what to tell the author"), max_length=AUTHOR_NOTE_LENGTH, required=False,
            widget=_wide(forms.Textarea, code), help_text=_("A moderator starts from it, and may change it each time."),
        )  # fmt: skip
    return type("GuidelineFormInAllLanguages", (GuidelineForm,), fields)


def _wide(widget: type[forms.Widget], language: str) -> forms.Widget:
    return widget(attrs={"class": "vLargeTextField", "lang": language, "dir": "auto"})
