"""A rule as a form, and the small forms around it. What is wrong with a rule, the language of rules says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.actions.backtest import MOST_COMMENTS, MOST_DAYS
from moderation.forms.conditions import Node, changed, from_json, from_post, to_json
from moderation.models import Guideline
from moderation.rules.language import Definition, Json
from moderation.rules.language import to_json as as_json
from moderation.rules.parse import NotARule, Problem, parse
from moderation.rules.vocabulary import ACTIONS, EVENTS, Effect

NOTHING = ("", "–")
_EFFECTS = {kind.effect: (name, kind.label) for name, kind in ACTIONS.items() if kind.effect != Effect.NONE}


class RuleForm(forms.Form):
    """Everything of a rule but its conditions, which are nodes beside it: `when` and `unless`."""

    title = forms.CharField(label=gettext_lazy("Title"), required=False, widget=forms.TextInput({"dir": "auto"}))
    guideline = forms.ChoiceField(label=gettext_lazy("Guideline that it stands for"), required=False)
    applies_to = forms.MultipleChoiceField(
        label=gettext_lazy("It is asked"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(EVENTS.items()),
    )  # fmt: skip
    effect = forms.ChoiceField(
        label=gettext_lazy("What happens to the comment"), widget=forms.RadioSelect, required=False,
        choices=[("", gettext_lazy("nothing that readers see")), *_EFFECTS.values()],
    )  # fmt: skip
    message = forms.CharField(
        label=gettext_lazy("What the author reads (for a hint, or to ask for other words)"), required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    points = forms.IntegerField(label=gettext_lazy("Have it read, sooner by so many points"), required=False)
    tag = forms.CharField(label=gettext_lazy("Tag on the card"), required=False)
    text = forms.CharField(label=gettext_lazy("Note for moderators"), required=False)
    report = forms.ChoiceField(label=gettext_lazy("Put it among the reported, under"), required=False)
    priority = forms.IntegerField(
        label=gettext_lazy("Priority, 0 to 100"), required=False, initial=50,
        help_text=gettext_lazy("Of rules that do the same, the one with the highest speaks to the author."),
    )  # fmt: skip
    max_per_hour = forms.IntegerField(
        label=gettext_lazy("Most hits in an hour"), required=False, initial=30,
        help_text=gettext_lazy("After more, it pauses itself and you are told."),
    )  # fmt: skip
    max_percent = forms.FloatField(label=gettext_lazy("Most hits, in percent of all comments"), required=False)
    expires_on = forms.CharField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput({"type": "date"})
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Why there is this rule"), required=False, widget=forms.Textarea({"rows": 2, "dir": "auto"})
    )

    def __init__(self, data: Any = None, *, definition: Definition | None = None) -> None:
        stored = as_json(definition) if definition else {}
        super().__init__(data, initial=_start(stored), auto_id="rule-%s")
        if data is None:
            self.when, self.unless = (from_json(name, stored.get(name)) for name in ("when", "unless"))
        else:
            self.when, self.unless = from_post("when", data), from_post("unless", data)
        if not self.when.parts and data is None:
            self.when = changed(self.when, "add:when")
        rows = Guideline.objects.filter(retired_at=None).values_list("slug", "number")
        choices = [NOTHING, *((slug, f"{number}. {slug}") for slug, number in rows)]
        for name in ("guideline", "report"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def change(self, do: str) -> None:
        """Add or take away a part of the conditions."""
        self.when, self.unless = changed(self.when, do), changed(self.unless, do)

    def definition(self) -> Definition | None:
        """Return the rule, or None with what is wrong beside the fields and nodes that it is about."""
        if not self.is_valid():
            return None
        places: dict[str, Node] = {}
        data = self._json(places)
        try:
            return parse(data)
        except NotARule as error:
            for problem in error.problems:
                self._show(problem, places)
        return None

    def _json(self, places: dict[str, Node]) -> Json:
        given = self.cleaned_data
        unless = to_json(self.unless, "unless", places)
        budget = {"max_per_hour": given["max_per_hour"], "max_share": _share(given["max_percent"])}
        return {
            "title": given["title"], "guideline": given["guideline"], "applies_to": given["applies_to"],
            "when": to_json(self.when, "when", places), "then": _actions(given), "expires_on": given["expires_on"],
            "priority": 50 if given["priority"] is None else given["priority"], "note": given["note"],
            "budget": {name: value for name, value in budget.items() if value is not None},
            **({"unless": unless} if unless else {}),
        }  # fmt: skip

    def _show(self, problem: Problem, places: Mapping[str, Node]) -> None:
        """Put a problem beside the node or the field that it is about, else above the form."""
        path = problem.path
        while path and path not in places:
            path = path.rpartition(".")[0]
        if path:
            places[path].problems.append(problem.words)
            self.add_error(None, _("One of the conditions is not complete; it says below what is missing."))
            return
        name = {"budget.max_share": "max_percent", "then": "effect"}.get(problem.path, problem.path.rpartition(".")[2])
        self.add_error(name if name in self.fields else None, problem.words)


class BacktestForm(forms.Form):
    """How far back a rule is tried."""

    days = forms.IntegerField(label=gettext_lazy("Days back"), initial=30, min_value=1, max_value=MOST_DAYS)
    at_most = forms.IntegerField(
        label=gettext_lazy("Comments at most"), initial=20_000, min_value=1, max_value=MOST_COMMENTS
    )


class WhyForm(forms.Form):
    """A reason in a few words."""

    body = forms.CharField(label=gettext_lazy("Why"), max_length=300, widget=forms.TextInput({"dir": "auto"}))


class TryForm(forms.Form):
    """One text, to see what the rules say of it."""

    body = forms.CharField(
        label=gettext_lazy("A text to try"), max_length=5000, strip=False,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )  # fmt: skip


class ImportForm(forms.Form):
    """Rules as YAML."""

    body = forms.CharField(
        label=gettext_lazy("Rules as YAML"), strip=False,
        widget=forms.Textarea({"rows": 16, "dir": "ltr", "spellcheck": "false"}),
    )  # fmt: skip


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _actions(given: Mapping[str, Any]) -> list[Json]:
    effect = given["effect"]
    asked = ACTIONS[effect].argument if effect else ""
    actions: list[Json] = [{effect: given["message"]} if asked else effect] if effect else []
    more = {"raise": given["points"], "tag": given["tag"], "note": given["text"], "report": given["report"]}
    return [*actions, *({name: value} for name, value in more.items() if value not in (None, ""))]


def _start(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields start with."""
    if not stored:
        return {"applies_to": list(EVENTS), "effect": "", "priority": 50, "max_per_hour": 30}
    then = dict(next(iter(it.items())) if isinstance(it, dict) else (it, "") for it in stored["then"])
    effect = next((name for name in then if ACTIONS[name].effect != Effect.NONE), "")
    budget = stored.get("budget", {})
    share = budget.get("max_share")
    return {
        "title": stored["title"], "guideline": stored.get("guideline", ""), "applies_to": stored["applies_to"],
        "effect": effect, "message": then.get(effect, ""), "points": then.get("raise"), "tag": then.get("tag", ""),
        "text": then.get("note", ""), "report": then.get("report", ""), "priority": stored["priority"],
        "max_per_hour": budget.get("max_per_hour"), "max_percent": None if share is None else 100 * share,
        "expires_on": stored.get("expires_on", ""), "note": stored.get("note", ""),
    }  # fmt: skip
