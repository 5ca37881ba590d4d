"""Forms about oneself."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.fields import LineField, NameField
from accounts.models import Guest, User
from accounts.models.user import SortOrder
from accounts.names import clean_name

if TYPE_CHECKING:
    UserModelForm = forms.ModelForm[User]
else:
    UserModelForm = forms.ModelForm


class PreferencesForm(UserModelForm):
    """What members choose for themselves."""

    name = NameField(required=False, help_text=_("Shown beside your comments. Without one, your handle is shown."))
    about = LineField(
        required=False, max_length=280, label=_("About you"), widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text=_("A sentence or two, shown on your page."),
    )  # fmt: skip

    class Meta:
        model = User
        fields = (
            "name", "about", "language", "time_zone", "sort_order",
            "mail_on_reply", "mail_on_mention", "mail_frequency", "quiet_from", "quiet_until",
        )  # fmt: skip
        labels = {
            "sort_order": _("Read discussions by"),
            "mail_on_reply": _("somebody replies to me"),
            "mail_on_mention": _("somebody mentions me"),
            "mail_frequency": _("How often"),
            "quiet_from": _("No mail from (optional)"),
            "quiet_until": _("No mail until"),
        }
        help_texts = {
            "mail_frequency": _("For replies and mentions, and what a new subscription begins with."),
            "quiet_until": _("In your time zone. What comes in these hours waits, and then comes as one mail."),
        }
        widgets = {name: forms.TimeInput({"type": "time"}, format="%H:%M") for name in ("quiet_from", "quiet_until")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(choices=language_choices(), required=False, label=_("Language"))
        self.fields["mail_frequency"].required = False
        zones = zone_choices(self.instance.time_zone)
        self.fields["time_zone"] = forms.ChoiceField(choices=zones, required=False, label=_("Time zone"))
        self.fields["sort_order"] = forms.ChoiceField(
            choices=[("", _("What I chose last, or what the site shows first")), *SortOrder.choices],
            required=False,
            label=self.fields["sort_order"].label,
        )

    def clean_mail_frequency(self) -> str:
        """Return how often; a form that was made before this was asked leaves it as it is."""
        return str(self.cleaned_data["mail_frequency"] or self.instance.mail_frequency)

    def clean_name(self) -> str:
        """Return the name, refused when it looks like somebody of the house."""
        return clean_name(self.cleaned_data["name"], owner=self.instance)


class ErasureForm(forms.Form):
    """What should become of the texts of somebody who wants to be forgotten."""

    texts = forms.ChoiceField(
        label=_("What should become of your comments?"),
        widget=forms.RadioSelect,
        choices=[
            ("keep", _("They stay, and say “A former reader” in the place of my name")),
            ("withdraw", _("They are withdrawn, and their words are deleted")),
        ],
        error_messages={"required": _("Please choose one of the two.")},
    )

    @property
    def keeps_texts(self) -> bool:
        """Return whether the texts stay."""
        return bool(self.cleaned_data["texts"] == "keep")


class ClaimForm(forms.Form):
    """Which guests' comments a member takes over."""

    guests = forms.ModelMultipleChoiceField(
        Guest.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one name, or press “Not now”.")},
    )

    def __init__(self, *args: Any, offered: list[Guest], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["guests"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Guest.objects.filter(pk__in=[guest.pk for guest in offered])
        field.initial = [guest.pk for guest in offered]


def language_choices() -> list[tuple[str, Any]]:
    """Return the languages of the site, each in its own words: who looks for theirs may not read the page's."""
    return [
        ("", _("The language of my browser")),
        *((code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES),
    ]


@cache
def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the places of the time zone database by region; abbreviations and old names are left out."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        region, _slash, place = name.partition("/")
        if place and region not in ("Etc", "SystemV", "US", "Canada", "Mexico", "Brazil", "Chile"):
            regions.setdefault(region, []).append((name, place.replace("_", " ")))
    return list(regions.items())


def zone_choices(chosen: str) -> list[tuple[str, Any]]:
    """Return the time zones to choose from, grouped by region; `chosen` stays among them if it has an older name."""
    known = {name for _region, places in _zones() for name, _place in places}
    older = [(chosen, chosen)] if chosen and chosen not in known else []
    return [("", _("The site's time zone (%(zone)s)") % {"zone": settings.TIME_ZONE}), *older, *_zones()]
