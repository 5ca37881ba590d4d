"""Statements of reasons with the fields of the EU's DSA Transparency Database (Digital Services Act, articles 17, 24).

Its API takes them as they are. They hold no personal data: neither the comment nor a name nor the words in question.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from moderation.models import Case, Decision, DsaCategory, Guideline, Outcome, Report, UnlawfulNotice
from moderation.queries.reasons import GuidelineFact, guideline_facts

#: The European Economic Area: what a site decides applies wherever it is read.
TERRITORY = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
#: Together with a notice under article 16, a decision that rests on it says that the content is illegal.
UNLAWFUL_SLUG = "lawful-and-fitting"

_VISIBILITY = {
    Outcome.RETURN: "DECISION_VISIBILITY_CONTENT_DISABLED",
    Outcome.REMOVE: "DECISION_VISIBILITY_CONTENT_REMOVED",
    Outcome.COLLAPSE: "DECISION_VISIBILITY_OTHER",
}
EXPLANATION_LENGTH, GROUND_LENGTH = 2000, 500


def with_facts(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Return those of `decisions` that need a statement, with what `statement_of` reads: what took from an author."""
    notices = UnlawfulNotice.objects.filter(case=OuterRef("case"))
    reports = Report.objects.filter(case=OuterRef("case"))
    rows = decisions.filter(undone_at=None).exclude(outcome=Outcome.PUBLISH)
    return rows.select_related("case", "comment", "guideline_version__guideline").annotate(
        has_notice=Exists(notices), has_report=Exists(reports)
    )


def statement_of(decision: Decision, facts: dict[int, GuidelineFact] | None = None) -> dict[str, Any]:
    """Return the statement of reasons, in the active language, with dates as `YYYY-MM-DD`.

    Without `facts` (`guideline_facts` of all versions of an export) and `with_facts` it costs up to three queries.
    Raises `ValueError` for a decision that took nothing from anybody.
    """
    version = decision.guideline_version
    if not decision.is_restrictive or version is None:
        raise ValueError("a comment that was published needs no statement of reasons")
    facts = guideline_facts({version.pk}) if facts is None else facts
    has_notice = _has(decision, "has_notice", UnlawfulNotice)
    statement: dict[str, Any] = {
        "decision_visibility": [_VISIBILITY[Outcome(decision.outcome)]],
        **_ground(decision, version.guideline, facts.get(version.pk), has_notice=has_notice),
        "category": _category(version.guideline),
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": _day(decision.comment.created_at),
        "territorial_scope": list(TERRITORY),
        "application_date": _day(decision.created_at),
        "decision_facts": _facts(decision, has_notice=has_notice),
        "source_type": _source(decision, has_notice=has_notice),
        "automated_detection": "Yes" if _was_found_by_software(decision, has_notice=has_notice) else "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": f"decision-{decision.pk}",
    }
    if decision.outcome == Outcome.COLLAPSE:
        statement["decision_visibility_other"] = _("The comment is collapsed: readers see it after a click.")
    if language := decision.comment.language.partition("-")[0]:
        statement["content_language"] = language.upper()
    return statement


def _ground(
    decision: Decision, guideline: Guideline, fact: GuidelineFact | None, *, has_notice: bool
) -> dict[str, str]:
    title = f"{_('Guideline')} {guideline.number}: {fact.title}" if fact else f"{_('Guideline')} {guideline.number}"
    url = fact.url if fact else guideline.get_absolute_url()
    ground = {"decision_ground_reference_url": settings.SITE_URL.rstrip("/") + url}
    if has_notice and guideline.slug == UNLAWFUL_SLUG:
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": title[:GROUND_LENGTH],
            "illegal_content_explanation": decision.note[:EXPLANATION_LENGTH],
            **ground,
        }
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": title[:GROUND_LENGTH],
        "incompatible_content_explanation": decision.note[:EXPLANATION_LENGTH],
        "incompatible_content_illegal": "No",
        **ground,
    }


def _category(guideline: Guideline) -> str:
    return f"STATEMENT_CATEGORY_{guideline.dsa_category or DsaCategory.OTHER_VIOLATION_TC}"


def _source(decision: Decision, *, has_notice: bool) -> str:
    if has_notice:
        return "SOURCE_ARTICLE_16"
    return "SOURCE_TYPE_OTHER_NOTIFICATION" if _has(decision, "has_report", Report) else "SOURCE_VOLUNTARY"


def _was_found_by_software(decision: Decision, *, has_notice: bool) -> bool:
    # A hold is put by a rule, or by the policy of the place; nobody had pointed at the comment.
    is_reported = has_notice or _has(decision, "has_report", Report)
    return decision.case.queue == Case.Queue.HELD and not is_reported


def _facts(decision: Decision, *, has_notice: bool) -> str:
    if has_notice:
        why = _("Somebody gave notice that a comment breaks the law.")
    elif _has(decision, "has_report", Report):
        why = _("Readers reported a comment.")
    elif decision.case.queue == Case.Queue.HELD:
        why = _("A comment was held for review before it was shown.")
    else:
        why = _("A comment was read as a sample.")
    return f"{why} {_('A moderator read its text in context, and decided.')}"


def _has(decision: Decision, name: str, model: type[Report] | type[UnlawfulNotice]) -> bool:
    known = getattr(decision, name, None)
    if known is None:
        known = model.objects.filter(case=decision.case_id).exists()
        setattr(decision, name, known)
    return bool(known)


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
