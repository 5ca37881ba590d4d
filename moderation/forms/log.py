"""What is looked for in the audit log, and which decisions are exported."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.queries.log import WORDS, Asked

LARGEST_ID = 2**63 - 1
#: Days that an export has when nobody says more.
DAYS = 30


class DateInput(forms.DateInput):
    """A date as browsers ask for it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class LogForm(forms.Form):
    """The filters of the log. A wrong word in an address is no error: that filter is left out, and shows as empty."""

    name = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    person = forms.CharField(label=gettext_lazy("Handle"), required=False, max_length=40)
    comment = forms.IntegerField(label=gettext_lazy("Comment"), required=False, min_value=1, max_value=LARGEST_ID)
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DateInput)
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=DateInput)
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        name = self.fields["name"]
        assert isinstance(name, forms.ChoiceField)
        name.choices = [("", _("everything")), *WORDS.items()]

    @property
    def asked(self) -> Asked:
        """Return what is looked for."""
        self.is_valid()
        found = self.cleaned_data
        return Asked(
            name=found.get("name") or "", person=found.get("person") or "", comment_id=found.get("comment"),
            since=found.get("since"), until=found.get("until"), before=found.get("before"),
        )  # fmt: skip


class PeriodForm(forms.Form):
    """The days whose decisions are exported, both included."""

    since = forms.DateField(label=gettext_lazy("From"), widget=DateInput)
    until = forms.DateField(label=gettext_lazy("To"), widget=DateInput)

    @classmethod
    def lately(cls) -> PeriodForm:
        """Return the form filled with the last thirty days."""
        today = timezone.localdate()
        return cls(initial={"since": today - timedelta(days=DAYS), "until": today}, prefix="export")

    def clean_until(self) -> date:
        """Refuse a period that ends before it begins."""
        until: date = self.cleaned_data["until"]
        since = self.cleaned_data.get("since")
        if since is not None and until < since:
            raise forms.ValidationError(_("The period ends before it begins."))
        return until

    @property
    def period(self) -> tuple[datetime, datetime]:
        """Return the first moment of the period, and the first after it."""
        first, last = self.cleaned_data["since"], self.cleaned_data["until"]
        return _midnight(first), _midnight(last + timedelta(days=1) if last < date.max else last)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
