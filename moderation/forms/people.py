"""What is typed about people: sanctions, appeals and policies. The actions say what is missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from discussions.models import Article, Section
from moderation.actions.appeal import TEXT_AT_MOST
from moderation.actions.policy import AFTER_AT_MOST, ANY_LINKS, FIRST_AT_MOST, LINKS_AT_MOST, SLOW_AT_MOST, Links, Place
from moderation.actions.private import Why
from moderation.forms.desk import version_in_force
from moderation.ladder import DAYS, Kind, Suggestion
from moderation.models import Appeal, Decision, GuidelineVersion, Outcome, Policy
from moderation.queries.card_guidelines import Choice

NOTHING = ("", "–")
#: What a moderator starts from; in the language of the person, and theirs to change.
TEMPLATES = {
    Kind.WARNING: _(
        "Some of your comments attack people instead of what they say. Please criticise ideas, not people. "
        "When you have read this, you can go on writing."
    ),
    Kind.PREMODERATION: _(
        "We have written to you about this before. For a while, a moderator reads your comments before they are shown."
    ),
    Kind.MUTE: _(
        "This has happened again after a warning. For a while you cannot write here; you can read, vote and appeal."
    ),
    Kind.BAN: _("This has gone on after everything that came before. You can read on, and you can appeal."),
}


class Words(forms.CharField):
    """Some lines of text. It is called `body` in its form, by which every page of the site gives a text back."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(
            strip=False, required=False, widget=forms.Textarea({"rows": rows, "dir": "auto"}), **kwargs
        )  # fmt: skip


class SanctionForm(forms.Form):
    """A step of the ladder. `key` makes sending it twice harmless."""

    kind = forms.ChoiceField(label=_("What follows"), widget=forms.RadioSelect, choices=Kind)
    days = forms.IntegerField(
        label=_("For how many days"), required=False, min_value=1, max_value=3650,
        help_text=_("None for a warning. A ban without a number lasts until somebody lifts it."),
    )  # fmt: skip
    guideline = forms.IntegerField(label=_("Guideline"), widget=forms.Select)
    decision = forms.IntegerField(label=_("Because of (optional)"), required=False, widget=forms.Select)
    body = Words(label=_("Reason, for the person"))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, guidelines: Iterable[Choice], decisions: Iterable[Decision], kinds: Iterable[str],
        initial: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"key": uuid.uuid4(), **(initial or {})}, auto_id="sanction-%s")
        self.decisions = {row.pk: row for row in decisions}
        offered = set(kinds)
        self.fields["kind"].choices = [row for row in Kind.choices if row[0] in offered]  # type: ignore[attr-defined]
        lines = [(pk, f"{row.get_outcome_display()}: {row.comment.body[:60]}") for pk, row in self.decisions.items()]
        _offer(self, "guideline", [NOTHING, *((row.version_id, f"{row.number}. {row.title}") for row in guidelines)])
        _offer(self, "decision", [NOTHING, *lines])

    def clean_guideline(self) -> GuidelineVersion:
        """Return the guideline version, which must be in force."""
        version = version_in_force(self.cleaned_data["guideline"])
        if version is None:
            raise forms.ValidationError(_("This guideline no longer applies. Please choose another."))
        return version

    def clean_decision(self) -> Decision | None:
        """Return one of the decisions that were offered."""
        pk = self.cleaned_data.get("decision")
        if pk is not None and pk not in self.decisions:
            raise forms.ValidationError(_("This decision is not about this person."))
        return self.decisions.get(pk) if pk is not None else None

    def clean(self) -> dict[str, Any]:
        """Say in words what is wrong with a part that nobody sees."""
        if self.has_error("key"):
            raise forms.ValidationError(_("This form is not complete. Please reload the page and try again."))
        return super().clean() or self.cleaned_data

    @property
    def until(self) -> datetime | None:
        """Return the end that the days come to."""
        days = self.cleaned_data.get("days")
        return timezone.now() + timedelta(days=days) if days else None


def start_of(step: str, suggestion: Suggestion | None, language: str) -> dict[str, Any]:
    """Return what a new form starts with: `step` if it is one, else what is suggested, with words in `language`."""
    if step in TEMPLATES:
        kind, days = Kind(step), DAYS[step]
    elif suggestion is not None:
        kind, days = suggestion.kind, suggestion.days
    else:
        return {}
    with translation.override(language or translation.get_language()):
        return {"kind": kind, "days": days, "body": str(TEMPLATES[kind])}


class AddressForm(forms.Form):
    """Why somebody of the staff needs to see an address."""

    why = forms.ChoiceField(label=_("Why you need it"), choices=[NOTHING, *Why.choices])


class AppealForm(forms.Form):
    """An appeal."""

    body = Words(
        label=_("Why should somebody look again?"), rows=7,
        help_text=_("At most %(n)d characters. Somebody who did not decide first reads it.") % {"n": TEXT_AT_MOST},
    )  # fmt: skip


class MessageForm(forms.Form):
    """A line of the conversation."""

    body = Words(label=_("Message"), rows=3)


class LeanForm(forms.Form):
    """What the second person thinks before they read the first one's reasons."""

    leaning = forms.ChoiceField(choices=[(state, state) for state in ("upheld", "overturned")])


class AppealDecisionForm(forms.Form):
    """How an appeal ends. The lower three are for a comment that was kept and goes after all."""

    body = Words(label=_("Reason, for who appealed"))
    cause = forms.ChoiceField(
        label=_("If it does not hold: why"), required=False, choices=[NOTHING, *Appeal.Cause.choices]
    )
    outcome = forms.ChoiceField(
        label=_("If it does not hold: what becomes of the comment"), required=False,
        choices=[NOTHING, *((it.value, it.label) for it in Outcome if it != Outcome.PUBLISH)],
    )  # fmt: skip
    guideline = forms.IntegerField(label=_("Guideline"), required=False, widget=forms.Select)
    note = forms.CharField(
        label=_("Reason, for the author of the comment"), required=False, strip=False,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )  # fmt: skip
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, guidelines: Iterable[Choice], needs_verdict: bool, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, auto_id="decide-%s", initial=initial)
        _offer(self, "guideline", [NOTHING, *((row.version_id, f"{row.number}. {row.title}") for row in guidelines)])
        if not needs_verdict:
            for name in ("outcome", "guideline", "note"):
                del self.fields[name]

    @property
    def is_upheld(self) -> bool:
        """Return which of the two buttons was pressed."""
        return bool(self.data.get("state") == Appeal.State.UPHELD)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two buttons."""
        if self.data.get("state") not in (Appeal.State.UPHELD, Appeal.State.OVERTURNED):
            raise forms.ValidationError(_("Please choose a decision."))
        return super().clean() or self.cleaned_data


class PolicyForm(forms.Form):
    """What happens to new comments in a place."""

    where = forms.ChoiceField(
        label=_("Where"), widget=forms.RadioSelect, initial="site",
        choices=[
            ("site", _("The whole site")), ("section", _("A section")), ("article", _("An article")),
            ("author", _("A member")),
        ],
    )  # fmt: skip
    section = forms.ModelChoiceField(Section.objects.all(), label=_("Section"), required=False, empty_label="–")
    article = forms.CharField(
        label=_("Article: its address"), required=False, max_length=300, widget=forms.TextInput({"dir": "auto"})
    )
    author = forms.CharField(
        label=_("Member: the handle"), required=False, max_length=60, widget=forms.TextInput({"dir": "ltr"})
    )
    mode = forms.ChoiceField(label=_("New comments"), choices=[NOTHING, *Policy.Mode.choices])
    first_comments = forms.IntegerField(
        label=_("How many first comments"), required=False, initial=1, min_value=1, max_value=FIRST_AT_MOST,
        help_text=_("For “hold first comments”: an author's comments are read first until this many were published."),
    )  # fmt: skip

    most_links = forms.IntegerField(
        label=_("Links without review"), required=False, min_value=0, max_value=LINKS_AT_MOST,
        help_text=_("A comment with more links than this waits for a moderator. Empty: as many as they like."),
    )  # fmt: skip
    links_after = forms.IntegerField(
        label=_("Free to link after"), required=False, initial=ANY_LINKS.after, min_value=1, max_value=AFTER_AT_MOST,
        help_text=_("Who has so many published comments may link as they like."),
    )  # fmt: skip

    slow_minutes = forms.IntegerField(
        label=_("When a branch gets hot: minutes between two comments"), required=False, min_value=1,
        max_value=SLOW_AT_MOST,
        help_text=_("In a branch that gets hot, everybody then writes once in so many minutes. Empty: never."),
    )  # fmt: skip

    @property
    def links(self) -> Links:
        """Return what a valid form says about links."""
        return Links(self.cleaned_data["most_links"], self.cleaned_data["links_after"] or ANY_LINKS.after)

    def clean_article(self) -> Article | None:
        """Return the article of the address (or of the last part of one), if one was typed."""
        typed = str(self.cleaned_data.get("article") or "").strip()
        parts = [part for part in urlsplit(typed).path.split("/") if part]
        if not typed:
            return None
        slug = parts[parts.index("articles") + 1] if "articles" in parts[:-1] else parts[-1] if parts else typed
        found = Article.objects.at(slug).first()
        if found is None:
            raise forms.ValidationError(_("There is no such article."))
        return found

    def clean_author(self) -> User | None:
        """Return the member of the handle, if one was typed."""
        typed = str(self.cleaned_data.get("author") or "").strip().removeprefix("@")
        found = User.objects.with_handle(typed).first() if typed else None
        if typed and found is None:
            raise forms.ValidationError(_("There is no such member."))
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for the place that was chosen."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        where = data.get("where")
        if where and where != "site" and not data.get(where) and not self.has_error(where):
            self.add_error(where, _("Please say which."))
        return data

    @property
    def place(self) -> Place:
        """Return the place of a valid form."""
        where: str = self.cleaned_data["where"]
        place: Place = self.cleaned_data[where] if where != "site" else None
        return place


def policy_start(policy: Policy) -> dict[str, Any]:
    """Return what the form starts with to change `policy`."""
    where = next((name for name in ("author", "article", "section") if getattr(policy, f"{name}_id")), "site")
    return {
        "where": where, "section": policy.section_id, "mode": policy.mode, "first_comments": policy.first_comments,
        "most_links": policy.most_links, "links_after": policy.links_after,
        "slow_minutes": policy.slow_minutes,
        "article": policy.article.slug if policy.article else "",
        "author": policy.author.username if policy.author else "",
    }  # fmt: skip


def _offer(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    widget = form.fields[name].widget
    assert isinstance(widget, forms.Select)
    widget.choices = choices
