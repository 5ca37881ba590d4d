"""A rule as a form, and the small forms around it. What is wrong with a rule, the language of rules says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from moderation.actions.backtest import MOST_COMMENTS, MOST_DAYS
from moderation.forms.conditions import Node, changed, from_json, from_post, to_json
from moderation.models import Guideline
from moderation.queries.guidelines import FALLBACK_LANGUAGE, guidelines_in_force
from moderation.rules.language import Definition, Json
from moderation.rules.language import to_json as as_json
from moderation.rules.parse import NotARule, Problem, parse
from moderation.rules.vocabulary import ACTIONS, DEFAULT_EVENTS, EVENTS, Effect

NOTHING = ("", "–")
LASTING = tuple(name for name, kind in ACTIONS.items() if kind.lasts)
_EFFECTS = {kind.effect: (name, kind.label) for name, kind in ACTIONS.items() if kind.effect != Effect.NONE}


class _Few(forms.IntegerField):
    """A small number, or nothing."""

    def __init__(self, **given: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "class": "few"})
        super().__init__(required=False, widget=widget, **given)


class RuleForm(forms.Form):
    """Everything of a rule but its conditions, which are nodes beside it: `when` and `unless`."""

    title = forms.CharField(
        label=gettext_lazy("Name of the rule"), required=False, widget=forms.TextInput({"dir": "auto"})
    )
    guideline = forms.ChoiceField(label=gettext_lazy("Guideline that it stands for"), required=False)
    applies_to = forms.MultipleChoiceField(
        label=gettext_lazy("When is a comment looked at?"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(EVENTS.items()),
    )  # fmt: skip
    effect = forms.ChoiceField(
        label=gettext_lazy("What happens to the comment?"), widget=forms.RadioSelect, required=False,
        choices=[("", gettext_lazy("nothing that readers see")), *_EFFECTS.values()],
    )  # fmt: skip
    message = forms.CharField(
        label=gettext_lazy("What the author reads, when there is a hint"), required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    points = _Few(
        label=gettext_lazy("Have it read, sooner by so many points"),
        help_text=gettext_lazy("1 to 100. A hundred points are as much as one kind of urgency."),
    )
    tag = forms.CharField(label=gettext_lazy("Tag on the card"), required=False)
    text = forms.CharField(label=gettext_lazy("Note for moderators"), required=False)
    report = forms.ChoiceField(label=gettext_lazy("Put it among the reported, under"), required=False)
    notify_staff = forms.BooleanField(
        label=gettext_lazy("mail the administrators, once an hour at most"), required=False
    )
    slow = _Few(label=gettext_lazy("Slow its branch down for a day: minutes between two comments of a person"))
    close_thread = _Few(label=gettext_lazy("Close its branch: for so many hours"))
    premoderate_author = _Few(
        label=gettext_lazy("Read what its author writes first: for so many days"),
        help_text=gettext_lazy("The author is told, with the guideline above, and can appeal."),
    )
    priority = _Few(
        label=gettext_lazy("Priority, 0 to 100"), initial=50,
        help_text=gettext_lazy("Of rules that do the same, the one with the highest speaks to the author."),
    )  # fmt: skip
    max_per_hour = _Few(
        label=gettext_lazy("Most hits in an hour"), initial=30,
        help_text=gettext_lazy("After more, it pauses itself and you are told."),
    )  # fmt: skip
    max_percent = forms.FloatField(
        label=gettext_lazy("Most hits, in percent of all comments"), required=False,
        widget=forms.TextInput({"inputmode": "decimal", "class": "few"}),
    )  # fmt: skip
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
            self.when = Node("when", "all", [Node("when-0")])
        #: Slug and words.
        self.guidelines = _guidelines()
        for name in ("guideline", "report"):
            self.fields[name].choices = [NOTHING, *self.guidelines]  # type: ignore[attr-defined]

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
                self._show(problem, places, data["then"])
        return None

    @property
    def problems(self) -> list[str]:
        """Return everything that is wrong in one list, for who only tries."""
        nodes = [words for top in (self.when, self.unless) for node in top.walk() for words in node.problems]
        fields = [str(words) for name, found in self.errors.items() if name != "__all__" for words in found]
        return list(dict.fromkeys([*nodes, *fields]))

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

    def _show(self, problem: Problem, places: Mapping[str, Node], then: list[Json]) -> None:
        """Put a problem beside the node or the field that it is about, else above the form."""
        path = problem.path
        while path and path not in places:
            path = path.rpartition(".")[0]
        if path:
            places[path].problems.append(problem.words)
            words = _("One of the conditions is not complete; it says below what is missing.")
            if words not in self.non_field_errors():
                self.add_error(None, words)
            return
        name = _field_of(problem.path, then)
        self.add_error(name if name in self.fields else None, problem.words)


class BacktestForm(forms.Form):
    """How far back a rule is tried."""

    days = forms.IntegerField(label=gettext_lazy("Days back"), initial=30, min_value=1, max_value=MOST_DAYS)
    at_most = forms.IntegerField(
        label=gettext_lazy("Comments at most"), initial=20_000, min_value=1, max_value=MOST_COMMENTS
    )


class WhyForm(forms.Form):
    """A reason in a few words."""

    body = forms.CharField(
        label=gettext_lazy("Why, in a few words"), max_length=300, widget=forms.TextInput({"dir": "auto"})
    )


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


def _field_of(path: str, then: list[Json]) -> str:
    """Return the field of the form that a place in the rule is typed in."""
    first, _dot, n = path.partition(".")
    if first == "then" and n.isdecimal():
        name = next(iter(then[int(n)])) if isinstance(then[int(n)], dict) else then[int(n)]
        return {"raise": "points", "note": "text", "nudge": "message", "ask_edit": "message"}.get(name, str(name))
    return {"budget.max_share": "max_percent", "then": "effect"}.get(path, path.rpartition(".")[2])


def _guidelines() -> list[tuple[str, str]]:
    """Return the guidelines that apply, by their number: two queries. One without words yet goes by its short name."""
    titles = {card.slug: card.title for card in guidelines_in_force(get_language() or FALLBACK_LANGUAGE)}
    rows = Guideline.objects.filter(retired_at=None).order_by("number").values_list("slug", "number")
    return [(slug, f"{number}. {titles.get(slug, slug)}") for slug, number in rows]


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _actions(given: Mapping[str, Any]) -> list[Json]:
    effect = given["effect"]
    asked = ACTIONS[effect].argument if effect else ""
    actions: list[Json] = [{effect: given["message"]} if asked else effect] if effect else []
    more = {"raise": given["points"], "tag": given["tag"], "note": given["text"], "report": given["report"]}
    more |= {name: given[name] for name in LASTING}
    actions += ["notify_staff"] if given["notify_staff"] else []
    return [*actions, *({name: value} for name, value in more.items() if value not in (None, ""))]


def _start(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields start with."""
    if not stored:
        return {"applies_to": list(DEFAULT_EVENTS), "effect": "", "priority": 50, "max_per_hour": 30}
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
        "notify_staff": "notify_staff" in then, **{name: then.get(name) for name in LASTING},
    }  # fmt: skip
