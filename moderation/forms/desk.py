"""What moderators send from the desk: filters, decisions, notes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.actions.decide import Verdict
from moderation.models import Case, GuidelineVersion, Outcome
from moderation.queries.card_guidelines import author_note
from moderation.queries.queue import Filters, Place, Tab
from moderation.queries.queue_rows import PER_PAGE

AGES = [
    (1, gettext_lazy("over an hour")),
    (4, gettext_lazy("over 4 hours")),
    (24, gettext_lazy("over a day")),
    (72, gettext_lazy("over 3 days")),
]
#: A card that was open for longer was not being read.
LONGEST_READ = 3600.0
_SALT = "moderation.card.opened"


class FilterForm(forms.Form):
    """What of a queue is shown. A wrong word in an address is no error: that filter is left out."""

    section = forms.IntegerField(label=gettext_lazy("Section"), required=False, widget=forms.Select)
    article = forms.CharField(label=gettext_lazy("Article"), required=False, max_length=200)
    guideline = forms.IntegerField(label=gettext_lazy("Guideline"), required=False, widget=forms.Select)
    age = forms.IntegerField(label=gettext_lazy("Age"), required=False, widget=forms.Select)
    author = forms.CharField(label=gettext_lazy("Author's handle"), required=False, max_length=40)
    language = forms.RegexField(
        r"^[A-Za-z-]{2,12}\Z", label=gettext_lazy("Language (en, ar, …)"), required=False, max_length=12
    )

    @property
    def filters(self) -> Filters:
        """Return what is to be shown."""
        self.is_valid()
        numbers = {"section", "guideline", "age"}
        return Filters(**{
            name: value
            for name, value in self.cleaned_data.items()
            if value and (name not in numbers or value in range(1, 2**31))
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to choose from among filters. The form of an address without any is drawn once for each offer."""

    #: Number and name.
    sections: tuple[tuple[int, str], ...]
    guidelines: tuple[tuple[int, str], ...]

    @property
    def unset(self) -> FilterForm:
        """Return the form with no filter set."""
        return self.form({})

    def form(self, query: Mapping[str, Any]) -> FilterForm:
        """Return the form as an address fills it."""
        form, everything = FilterForm(query), ("", _("all"))
        choices: Mapping[str, list[tuple[Any, Any]]] = {
            "section": [everything, *self.sections],
            "guideline": [everything, *((number, f"{number}. {title}") for number, title in self.guidelines)],
            "age": [("", _("any")), *AGES],
        }
        for name, offered in choices.items():
            widget = form.fields[name].widget
            assert isinstance(widget, forms.Select)
            widget.choices = offered
        return form


def sets_filters(query: Mapping[str, Any]) -> bool:
    """Return whether an address says anything of filters, right or wrong."""
    return any(query.get(name) for name in FilterForm.base_fields)


def place_of(query: Mapping[str, Any], *, default: str = Tab.HELD) -> Place:
    """Return the tab and the filters that an address names."""
    tab = query.get("queue", "")
    return Place(tab if tab in Tab else default, FilterForm(query).filters if sets_filters(query) else Filters())


class DecisionForm(forms.Form):
    """A decision as it is typed; `actions.decide` says what is missing."""

    outcome = forms.CharField(required=False, max_length=10)
    guideline = forms.IntegerField(required=False)
    note = forms.CharField(label=gettext_lazy("Note to the author"), required=False, max_length=1000, strip=False)
    span = forms.CharField(label=gettext_lazy("The words in question"), required=False, max_length=600)
    internal_note = forms.CharField(label=gettext_lazy("Note for staff"), required=False, max_length=1000, strip=False)
    key = forms.UUIDField()
    lock_version = forms.IntegerField()
    revision = forms.IntegerField()
    opened = forms.CharField(required=False)

    @property
    def chosen(self) -> int | None:
        """Return the id of the guideline version that was chosen, valid or not."""
        value = self.data.get("guideline", "")
        return int(value) if value.isdecimal() and len(value) < 12 else None

    @property
    def seconds(self) -> float | None:
        """Return how long the card was looked at; None when the form does not say so in our hand."""
        opened = read_stamp(self.data.get("opened", ""))
        return None if opened is None else min(max(timezone.now().timestamp() - opened, 0.0), LONGEST_READ)

    def verdict(self, case: Case) -> Verdict:
        """Return what was chosen; without a note, the guideline's own words for the author."""
        data = self.cleaned_data
        version = version_in_force(data["guideline"])
        return Verdict(
            outcome=data["outcome"], guideline=version, span=data["span"], internal_note=data["internal_note"],
            note=data["note"].strip() or _default_note(data["outcome"], version, case),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChosenRow:
    """One row of a list that is decided on: the case, and what was seen of it."""

    case_id: int
    lock_version: int
    revision: int


class BulkForm(forms.Form):
    """One decision for several rows; each gets a line of its own."""

    outcome = forms.ChoiceField(choices=Outcome, error_messages={"required": gettext_lazy("Please choose a decision.")})
    guideline = forms.IntegerField(required=False, widget=forms.Select)
    note = forms.CharField(required=False, max_length=1000, strip=False)
    key = forms.UUIDField()

    @property
    def values(self) -> list[str]:
        """Return the rows as they were sent."""
        return list(dict.fromkeys(self.data.getlist("row")))  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[ChosenRow]:
        """Return the rows that are ours."""
        parts = (value.split(":") for value in self.values[:PER_PAGE])
        return [
            ChosenRow(*map(int, part))
            for part in parts
            if len(part) == 3 and all(n.isdecimal() and len(n) < 18 for n in part)
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for rows, and for what a restriction rests on, before any row is decided."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.rows:
            raise forms.ValidationError(_("Please choose some comments first."))
        data["version"] = version_in_force(data.get("guideline"))
        if data.get("outcome", Outcome.PUBLISH) != Outcome.PUBLISH and data["version"] is None:
            raise forms.ValidationError(_("Please choose the guideline that this rests on."))
        return data

    def verdict(self, case: Case) -> Verdict:
        """Return the decision for one of the rows."""
        data = self.cleaned_data
        note = data["note"].strip() or _default_note(data["outcome"], data["version"], case)
        return Verdict(outcome=data["outcome"], guideline=data["version"], note=note)

    def key_of(self, row: ChosenRow) -> uuid.UUID:
        """Return the key of one row: the same form sent twice decides each row once."""
        return uuid.uuid5(self.cleaned_data["key"], str(row.case_id))


class NoteForm(forms.Form):
    """A note for staff, about the comment or about who wrote it."""

    about = forms.ChoiceField(choices=[("comment", "comment"), ("author", "author")])
    text = forms.CharField(required=False, max_length=1000, strip=False)


def version_in_force(pk: int | None) -> GuidelineVersion | None:
    """Return the guideline version, if it applies."""
    if pk is None or pk not in range(1, 2**40):
        return None
    return GuidelineVersion.objects.in_force().select_related("guideline").filter(pk=pk).first()


def stamp() -> str:
    """Return the time, signed: the form brings back when its card was opened."""
    return signing.Signer(salt=_SALT).sign(f"{timezone.now().timestamp():.2f}")


def read_stamp(value: str) -> float | None:
    """Return the time that `stamp` has signed, or None."""
    try:
        return float(signing.Signer(salt=_SALT).unsign(value))
    except signing.BadSignature:
        return None


def _default_note(outcome: str, version: GuidelineVersion | None, case: Case) -> str:
    if outcome == Outcome.PUBLISH or version is None:
        return ""
    return author_note(version, language=case.comment.language)
