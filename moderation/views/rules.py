"""Rules: the list, one of them, and what is done to it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import BadRequest, Refused
from core.middleware import explain
from moderation import access
from moderation.actions.backtest import start_backtest
from moderation.actions.rule_life import archive_rule, go_live, pause_rule, sign_version, watch_rule, whats_missing
from moderation.actions.rule_measures import end_measure
from moderation.actions.rule_revert import measures_of, revert_rule, revertible
from moderation.actions.rules import latest_version
from moderation.backtest import unknown_of_the_past
from moderation.forms.rules import BacktestForm, WhyForm
from moderation.models import Backtest, Rule, RuleMeasure, RuleVersion
from moderation.queries.queue_rows import excerpt_of
from moderation.queries.rule_figures import PERIODS, figures_of, rule_rows
from moderation.queries.rules import recent_hits, samples, version_rows, waiting_for
from moderation.rule_states import RuleEvent, RuleState, leads_to
from moderation.rules.parse import NotARule
from moderation.rules.vocabulary import FIELDS
from moderation.views.desk_answers import staff

PREVIEWED = 50


@require_safe
def rules(request: ParkbenchRequest) -> HttpResponse:
    """Show every rule with its state, what became of its hits, and what it costs, in the last 7 or 30 days."""
    access.check(request.participant, "keep_rules")
    named = request.GET.get("days", "")
    days = int(named) if named in map(str, PERIODS) else PERIODS[-1]
    context = {"rows": rule_rows(days), "days": days, "periods": PERIODS, "here": "rules"}
    return render(request, "moderation/rules/page.html", context)


@require_safe
def rule(request: ParkbenchRequest, rule_id: int) -> HttpResponse:
    """Show one rule: what it says, what it did, and what can be done."""
    access.check(request.participant, "keep_rules")
    return _page(request, _rule(rule_id))


@require_POST
def rule_act(request: ParkbenchRequest, rule_id: int) -> HttpResponse:
    """Watch, sign, set live, pause or archive, or end a measure; `act` says which."""
    access.check(request.participant, "keep_rules")
    row, act, by = _rule(rule_id), request.POST.get("act"), staff(request)
    try:
        if act == "watch":
            watch_rule(row, by=by)
        elif act == "sign":
            sign_version(latest_version(row), by=by)
        elif act == "live":
            go_live(row, by=by)
        elif act == "pause":
            pause_rule(row, by=by, because=request.POST.get("body", ""))
        elif act == "archive":
            archive_rule(row, by=by)
        elif act == "end":
            end_measure(_measure(row, request), by=by, reason=_("An administrator has looked at it again."))
        else:
            raise BadRequest(_("This form is not complete. Please reload the page and try again."))
    except Refused as refusal:
        return explain(_page(request, _rule(rule_id), refusal=refusal, status=refusal.status), refusal)
    messages.success(request, _("Done."))
    return see_other(row.get_absolute_url())


@require_POST
def rule_backtest(request: ParkbenchRequest, rule_id: int) -> HttpResponse:
    """Start to try the latest version on the history."""
    access.check(request.participant, "keep_rules")
    row, form = _rule(rule_id), BacktestForm(request.POST, auto_id="backtest-%s")
    if not form.is_valid():
        return _page(request, row, backtest_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    start_backtest(latest_version(row), by=staff(request), **form.cleaned_data)
    return see_other(f"{row.get_absolute_url()}#backtests")


@require_safe
def backtest(request: ParkbenchRequest, backtest_id: int) -> HttpResponse:
    """Show the figures of a backtest, or how far it is."""
    access.check(request.participant, "keep_rules")
    row = get_object_or_404(Backtest.objects.select_related("version__rule"), pk=backtest_id)
    recall = row.result.get("recall")
    context = {
        "backtest": row, "samples": samples(row), "unknown": _unknown(row), "here": "rules",
        "right": None if row.precision is None else 100 * row.precision,
        "found": None if recall is None else 100 * recall,
    }  # fmt: skip
    return render(request, "moderation/backtest/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_revert(request: ParkbenchRequest, rule_id: int) -> HttpResponse:
    """Show what would be taken back, or take it back."""
    access.check(request.participant, "keep_rules")
    row = _rule(rule_id)
    form = WhyForm(request.POST if request.method == "POST" else None, auto_id="revert-%s")
    if request.method == "POST" and form.is_valid():
        done = revert_rule(row, by=staff(request), reason=form.cleaned_data["body"])
        counts = {"n": done.published, "left": done.left, "ended": done.ended}
        messages.success(
            request, _("Published: %(n)d. Left as they are: %(left)d. Measures that ended: %(ended)d.") % counts
        )
        return see_other(row.get_absolute_url())
    hits = revertible(row, staff(request))
    shown = [(hit, excerpt_of(hit.comment.html)) for hit in hits.select_related("comment")[:PREVIEWED]]
    total, measures = hits.count(), measures_of(row)
    context = {"rule": row, "form": form, "shown": shown, "total": total, "measures": measures, "here": "rules"}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "moderation/rule_revert/page.html", context, status=status)


def _measure(row: Rule, request: ParkbenchRequest) -> RuleMeasure:
    named = request.POST.get("measure", "")
    return get_object_or_404(row.measures, pk=int(named) if named.isdecimal() and len(named) < 19 else 0)


def _rule(rule_id: int) -> Rule:
    return get_object_or_404(Rule.objects.select_related("owner", "in_force"), pk=rule_id)


def _unknown(row: Backtest) -> list[str]:
    try:
        return [str(FIELDS[name].label) for name in unknown_of_the_past(row.version.parsed)]
    except NotARule:
        return []


def _page(
    request: ParkbenchRequest, row: Rule, *, refusal: Refused | None = None, status: int = HTTPStatus.OK,
    backtest_form: BacktestForm | None = None,
) -> HttpResponse:  # fmt: skip
    versions = version_rows(row)
    latest = versions[0].version
    backtests = list(Backtest.objects.filter(version__rule=row).select_related("version")[:10])
    context: dict[str, Any] = {
        "figures": figures_of(row, PERIODS[-1]), "days": PERIODS[-1], "measures": measures_of(row),
        "way": _way(row, latest, backtests),
        "rule": row, "versions": versions, "latest": latest, "hits": recent_hits(row), "waiting": waiting_for(row),
        "backtests": backtests,
        "missing": _missing(row, latest), "refusal": refusal, "here": "rules",
        "pause_form": WhyForm(auto_id="pause-%s"),
        "may_sign": latest.signed_at is None and latest.by_id != staff(request).pk,
        "may": {event.value for event in RuleEvent if leads_to(row.state, event)},
        "is_behind": row.in_force_id is not None and row.in_force_id != latest.pk,
        "backtest_form": backtest_form or BacktestForm(auto_id="backtest-%s"),
    }  # fmt: skip
    return render(request, "moderation/rule/page.html", context, status=status)


def _way(row: Rule, latest: RuleVersion, backtests: list[Backtest]) -> list[tuple[str, bool]]:
    """Return the steps from writing to live, and which of them the latest version has behind it."""
    is_in_force = row.in_force_id == latest.pk
    signed = _("signed by a second administrator")
    return [
        (_("the draft is written"), True),
        (_("tried on the history"), any(it.version_id == latest.pk and it.state == it.State.DONE for it in backtests)),
        (_("watched"), is_in_force),
        *([(signed, latest.signed_at is not None)] if settings.RULE_SECOND_SIGNER else []),
        (_("live"), is_in_force and row.state == RuleState.LIVE),
    ]


def _missing(row: Rule, latest: Any) -> list[str]:
    if row.state == RuleState.ARCHIVED:
        return []
    try:
        return whats_missing(latest, row)
    except NotARule:
        return []
