"""What happened to a notice of unlawful content, in words: for the receipt's page and for mail. It names nobody."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.models import Decision, Outcome, UnlawfulNotice
from moderation.notices import Link, Notice
from moderation.transitions import State

_OUTCOMES = {
    Outcome.PUBLISH: gettext_lazy("A moderator has examined the comment and found nothing that has to be taken down."),
    Outcome.RETURN: gettext_lazy(
        "The comment can no longer be seen. Its author may change it; a moderator reads it before it is shown again."
    ),
    Outcome.REMOVE: gettext_lazy("The comment was removed."),
    Outcome.COLLAPSE: gettext_lazy("The comment was collapsed: readers see it after a click."),
}


def final_decision(notice: UnlawfulNotice) -> Decision | None:
    """Return the last decision on the notice that can no longer be undone, or None: one query."""
    rows = Decision.objects.filter(case=notice.case_id, undone_at=None, final_at__lte=timezone.now())
    return rows.order_by("-created_at", "-id").first()


def outcome_notice(notice: UnlawfulNotice, decision: Decision | None = None) -> Notice:
    """Return where the notice stands; `decision` saves the query for it."""
    decision = decision or final_decision(notice)
    told = Notice(_("Your notice of unlawful content"), article=notice.comment.article.title)
    told.article_language = notice.comment.article.language
    if decision is not None:
        told.headline = _("The outcome of your notice of unlawful content")
        told.lines += [str(_OUTCOMES[Outcome(decision.outcome)]), *_redress(decision)]
    elif notice.case.state == State.VOID:
        told.lines.append(_("The comment is no longer on the site: its author has taken it back."))
    else:
        told.lines.append(_("We have received it. A moderator examines it before other reports."))
    told.links.append(_to_receipt(notice))
    return told


def receipt_notice(notice: UnlawfulNotice) -> Notice:
    """Return the confirmation that a notice has come in."""
    return Notice(
        _("We have received your notice of unlawful content"),
        [
            _("Its receipt number is %(receipt)s. With it you can see at any time what has become of it.")
            % {"receipt": notice.receipt},
            _("A moderator examines it before other reports. We will write to you when it is decided."),
        ],
        links=[_to_receipt(notice)],
    )


def _redress(decision: Decision) -> list[str]:
    lines = [_("People have decided this; no software did.")]
    if decision.supersedes_id:
        lines.append(_("A second moderator has looked at it again, after an appeal."))
    lines.append(
        _("If you disagree, write another notice that says why, or turn to a dispute settlement body or a court.")
    )
    return lines


def _to_receipt(notice: UnlawfulNotice) -> Link:
    return Link(_("Your receipt"), reverse("moderation:receipt", args=[notice.receipt]))
