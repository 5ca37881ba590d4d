"""Statements of reasons of a period, as JSON and as CSV: streamed, so that their number does not matter."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.participants import ParkbenchRequest
from moderation import access, audit
from moderation.forms.log import PeriodForm
from moderation.models import Decision
from moderation.queries.reasons import guideline_facts
from moderation.statements import statement_of, with_facts
from moderation.views.log import render_log

#: Columns of the CSV; a statement has some of them. Named as in the DSA Transparency Database.
COLUMNS = (
    "puid", "application_date", "decision_visibility", "decision_visibility_other", "decision_ground",
    "decision_ground_reference_url", "illegal_content_legal_ground", "illegal_content_explanation",
    "incompatible_content_ground", "incompatible_content_explanation", "incompatible_content_illegal", "category",
    "content_type", "content_date", "content_language", "territorial_scope", "decision_facts", "source_type",
    "automated_detection", "automated_decision",
)  # fmt: skip
#: What a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BATCH = 500


@require_POST
def export_json(request: ParkbenchRequest) -> HttpResponseBase:
    """Answer with a JSON list of statements. A POST, because it is written into the log."""
    return _export(request, "json", "application/json", _as_json)


@require_POST
def export_csv(request: ParkbenchRequest) -> HttpResponseBase:
    """Answer with a CSV of statements; lists are joined by spaces. A POST, because it is written into the log."""
    return _export(request, "csv", "text/csv; charset=utf-8", _as_csv)


def _export(request: ParkbenchRequest, kind: str, content_type: str, write: Any) -> HttpResponseBase:
    access.check(request.participant, "export")
    form = PeriodForm(request.POST, prefix="export")
    if not form.is_valid():
        return render_log(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    since, until = form.period
    assert isinstance(request.participant, User)
    days = {name: day.isoformat() for name, day in form.cleaned_data.items()}
    audit.record("log.exported", by=request.participant, format=kind, **days)
    made = Decision.objects.filter(created_at__gte=since, created_at__lt=until, final_at__lte=timezone.now())
    response = StreamingHttpResponse(write(_statements(made)), content_type=content_type)
    name = f"decisions-{days['since']}-{days['until']}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _statements(made: Any) -> Iterator[dict[str, Any]]:
    """Yield the statements, oldest first: two queries, and one for every batch of guidelines."""
    language = get_language() or "en"
    decisions = with_facts(made).order_by("created_at", "id")
    with override(language):
        facts = guideline_facts(set(decisions.order_by().values_list("guideline_version", flat=True).distinct()))
    return _written(decisions, facts, language)


def _written(decisions: Any, facts: Any, language: str) -> Iterator[dict[str, Any]]:
    for decision in decisions.iterator(chunk_size=BATCH):
        # Opened for each: between two of them, the thread belongs to the server.
        with override(language):
            statement = statement_of(decision, facts)
        yield statement


def _as_json(statements: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "["
    for n, statement in enumerate(statements):
        yield ",\n" * bool(n) + json.dumps(statement, ensure_ascii=False)
    yield "]\n"


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """Return `text`."""
        return text


def _as_csv(statements: Iterable[dict[str, Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield str(writer.writerow(COLUMNS))
    for statement in statements:
        yield str(writer.writerow([cell(statement.get(column, "")) for column in COLUMNS]))


def cell(value: Any) -> str:
    """Return `value` as a cell that no spreadsheet runs."""
    text = " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
