"""Writing rules: the form, trying texts, and YAML in and out."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from core.middleware import explain
from discussions.markup import render_comment
from moderation import access
from moderation.actions.rules import change_rule, create_rule, import_rules, latest_version
from moderation.actions.starter import import_starter_rules
from moderation.forms.conditions import Choices
from moderation.forms.rules import ImportForm, RuleForm, TryForm
from moderation.models import Rule
from moderation.queries.ruleset import rules_in_use
from moderation.rules.engine import Rule as EngineRule
from moderation.rules.engine import RuleSet
from moderation.rules.explain import sentences
from moderation.rules.facts import FROM_TEXT, Facts
from moderation.rules.language import Definition
from moderation.rules.parse import NotARule
from moderation.rules.reading import read
from moderation.rules.vocabulary import EVENTS, FIELDS
from moderation.rules.yaml_view import from_yaml, to_yaml
from moderation.views.desk_answers import staff


@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: ParkbenchRequest) -> HttpResponse:
    """Show the form for a new rule, or what a button of it asks for."""
    access.check(request.participant, "keep_rules")
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: ParkbenchRequest, rule_id: int) -> HttpResponse:
    """Show the form of a rule, or what a button of it asks for."""
    access.check(request.participant, "keep_rules")
    return _edit(request, get_object_or_404(Rule, pk=rule_id))


@require_http_methods(["GET", "HEAD", "POST"])
def rule_try(request: ParkbenchRequest) -> HttpResponse:
    """Show what all rules in use would say of one text. Nothing is saved."""
    access.check(request.participant, "keep_rules")
    form = TryForm(request.POST if request.method == "POST" else None, auto_id="try-%s")
    rules = rules_in_use()
    shown: dict[str, Any] = {"form": form, "here": "rules", "titles": _titles(rules.live, rules.watched)}
    if form.is_valid():
        facts = _facts(form.cleaned_data["body"])
        shown |= {"live": rules.live.ask(facts), "watched": rules.watched.ask(facts), "is_tried": True}
        shown |= {"live_doubt": _doubt(rules.live, facts), "watched_doubt": _doubt(rules.watched, facts)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "moderation/rule_try/page.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def rules_import(request: ParkbenchRequest) -> HttpResponse:
    """Show the form, or write the rules of a YAML list as drafts: all or none."""
    access.check(request.participant, "keep_rules")
    form = ImportForm(request.POST if request.method == "POST" else None, auto_id="import-%s")
    if request.method == "POST" and form.is_valid():
        try:
            rows = import_rules(from_yaml(form.cleaned_data["body"]), by=staff(request))
        except NotARule as error:
            for problem in error.problems[:20]:
                form.add_error("body", str(problem))
        except Refused as refusal:
            form.add_error("body", refusal.message)
        else:
            messages.success(request, _("Written as drafts: %(n)d.") % {"n": len(rows)})
            return see_other(reverse("moderation:rules"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "moderation/rules_import/page.html", {"form": form, "here": "rules"}, status=status)


@require_POST
def rules_starter(request: ParkbenchRequest) -> HttpResponse:
    """Write the starter rules as drafts."""
    access.check(request.participant, "keep_rules")
    rows = import_starter_rules(by=staff(request))
    messages.success(request, _("Written as drafts: %(n)d.") % {"n": len(rows)})
    return see_other(reverse("moderation:rules"))


@require_safe
def rules_export(request: ParkbenchRequest) -> HttpResponse:
    """Send every rule that is not in the archive as YAML, each in its latest version."""
    access.check(request.participant, "keep_rules")
    rows = Rule.objects.exclude(state="archived").prefetch_related("versions")
    latest = [max(row.versions.all(), key=lambda version: version.n) for row in rows]
    response = HttpResponse(to_yaml(_readable(latest)), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rules.yaml"'
    return response


def _edit(request: ParkbenchRequest, rule: Rule | None) -> HttpResponse:
    if request.method != "POST":
        return _form(request, RuleForm(definition=_stored(rule)), rule)
    form, do = RuleForm(request.POST), request.POST.get("do", "save")
    if do.partition(":")[0] in ("add", "group", "remove", "again"):
        form.is_valid()
        form.errors.clear()
        form.change(do)
        return _form(request, form, rule)
    definition = form.definition()
    if definition is None:
        return _form(request, form, rule, status=HTTPStatus.UNPROCESSABLE_ENTITY, is_try=do == "try")
    if do == "try":
        return _form(request, form, rule, definition=definition)
    return _save(request, form, rule, definition)


def _save(request: ParkbenchRequest, form: RuleForm, rule: Rule | None, definition: Definition) -> HttpResponse:
    try:
        if rule is None:
            rule = create_rule(definition, by=staff(request))
        else:
            change_rule(rule, definition, by=staff(request))
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return explain(_form(request, form, rule, status=refusal.status), refusal)
    messages.success(request, _("Saved. It does nothing until it is watched or set live."))
    return see_other(rule.get_absolute_url())


def _form(
    request: ParkbenchRequest, form: RuleForm, rule: Rule | None, *, status: int = HTTPStatus.OK,
    definition: Definition | None = None, is_try: bool = False,
) -> HttpResponse:  # fmt: skip
    text = request.POST.get("try", "")
    context = {
        "form": form, "rule": rule, "choices": Choices(form.guidelines), "is_try": is_try, "text": text,
        "lines": sentences(definition) if definition else (), "here": "rules",
        **(_tried(definition, text) if definition else {}),
    }  # fmt: skip
    return render(request, "moderation/rule_edit/page.html", context, status=status)


def _stored(rule: Rule | None) -> Definition | None:
    try:
        return latest_version(rule).parsed if rule else None
    except NotARule:
        return None


def _tried(definition: Definition, text: str) -> dict[str, Any]:
    """Return what a rule says of a text, and where it cannot tell."""
    definition = replace(definition, applies_to=tuple(EVENTS))
    rules, facts = RuleSet([EngineRule(0, 0, definition)]), _facts(text[:5000])
    return {"tried": rules.ask(facts), "doubt": _doubt(rules, facts)}


def _doubt(rules: RuleSet, facts: Facts) -> list[dict[str, Any]]:
    """Return the rules that cannot tell, with what they found and what they would have to know."""
    return [
        {
            "title": rule.definition.title, "marks": marks,
            "unknown": [str(FIELDS[name].label) for name in sorted({leaf.field for leaf in rule.definition.leaves()})
                        if name not in FROM_TEXT],
        }
        for rule, marks in rules.in_doubt(facts)
    ]  # fmt: skip


def _facts(text: str) -> Facts:
    """Return what a text says by itself; of its author and place, nothing is known."""
    return Facts("post", timezone.now(), read(render_comment(text)))


def _titles(*sets: RuleSet) -> dict[int, str]:
    return {rule.id: rule.definition.title for one in sets for rule in one.rules}


def _readable(versions: list[Any]) -> list[Definition]:
    found = []
    for version in versions:
        try:
            found.append(version.parsed)
        except NotARule:
            continue
    return found
