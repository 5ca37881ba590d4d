"""What people are told, in words: one text for the page, the plain mail and the HTML mail.

In the language that is active. What somebody wrote (a reason, the words in question) comes as `Said`, so that every
template shows it as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discussions.markup import plain_text
from discussions.models import Comment
from moderation.models import Appeal, Decision, Notification, Outcome, Sanction
from moderation.queries.reasons import GuidelineFact, is_open_to_appeal, may_appeal_sanction

Kind = Notification.Kind
EXCERPT = 240


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's own words, and what they are."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go: a path of this site."""

    label: str
    url: str


@dataclass(slots=True)
class Notice:
    """What one person is told."""

    headline: str
    lines: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    #: The article that it happened under, and its language; empty when it is about a person.
    article: str = ""
    article_language: str = ""


def notice_of(row: Notification, facts: Mapping[int, GuidelineFact]) -> Notice:
    """Return what `row` tells, with everything that it is about joined; `facts` has the guidelines by version."""
    if row.kind == Kind.DECISION and row.decision:
        return _of_decision(row.decision, facts)
    if row.kind == Kind.REPORT and row.decision:
        return _of_report(row.decision)
    if row.kind == Kind.SANCTION and row.sanction:
        return _of_sanction(row.sanction, facts)
    if row.kind == Kind.LIFTED and row.sanction:
        return _of_lifted(row.sanction)
    if row.appeal:
        is_theirs = row.appeal.user_id == row.user_id and row.appeal.guest_id == row.guest_id
        return _of_message(row.appeal) if row.kind == Kind.MESSAGE else _of_appeal(row.appeal, is_theirs=is_theirs)
    return Notice(row.get_kind_display())


_DECIDED = {
    Outcome.PUBLISH: (
        gettext_lazy("Your comment is published"),
        gettext_lazy("A moderator has read it. Everybody can see it and answer."),
    ),
    Outcome.RETURN: (
        gettext_lazy("A moderator asks you to change your comment"),
        gettext_lazy("Until then only you and the moderators can see it. You can change it at any time."),
    ),
    Outcome.REMOVE: (
        gettext_lazy("Your comment was removed"),
        gettext_lazy("A moderator has read it and taken it out of the discussion."),
    ),
    Outcome.COLLAPSE: (
        gettext_lazy("Your comment is collapsed"),
        gettext_lazy("A moderator has read it. Readers see it after a click."),
    ),
}

_REPORTED = {
    Outcome.PUBLISH: gettext_lazy("A moderator has read the comment that you reported, and kept it."),
    Outcome.RETURN: gettext_lazy(
        "A moderator has read the comment that you reported, and asked its author to change it before anybody sees it."
    ),
    Outcome.REMOVE: gettext_lazy("A moderator has read the comment that you reported, and removed it."),
    Outcome.COLLAPSE: gettext_lazy(
        "A moderator has read the comment that you reported, and collapsed it: readers see it after a click."
    ),
}

_IMPOSED = {
    Sanction.Kind.WARNING: (
        gettext_lazy("A moderator has written to you"),
        gettext_lazy("Please read it and say so on your comments page; after that you can write again."),
    ),
    Sanction.Kind.PREMODERATION: (
        gettext_lazy("Your comments are read before they are shown"),
        gettext_lazy("You can go on writing. A moderator reads each of your comments first."),
    ),
    Sanction.Kind.MUTE: (
        gettext_lazy("You cannot write for a while"),
        gettext_lazy("You can read everything. Your comments that are published stay where they are."),
    ),
    Sanction.Kind.BAN: (
        gettext_lazy("You cannot take part any more"),
        gettext_lazy("You can read everything. You can neither write nor report."),
    ),
}


def _of_decision(decision: Decision, facts: Mapping[int, GuidelineFact]) -> Notice:
    headline, line = _DECIDED[Outcome(decision.outcome)]
    notice = _about(decision.comment, str(headline))
    notice.lines.append(str(line))
    if decision.supersedes_id:
        notice.lines.append(_("A second moderator has looked at it again, after an appeal."))
    guideline = facts.get(decision.guideline_version_id or 0)
    notice.lines += _rests_on(guideline)
    notice.said += _quoted(
        Said(_("Your comment"), excerpt(decision.comment)),
        Said(_("The words in question"), decision.span),
        Said(_("Reason"), decision.note),
    )
    if guideline and guideline.author_note not in decision.note:
        notice.said.append(Said(_("What would help"), guideline.author_note))
    notice.links += _ways_on(decision)
    return notice


def _ways_on(decision: Decision) -> list[Link]:
    comment, links = decision.comment, []
    if decision.outcome == Outcome.RETURN and comment.returned_at is not None:
        links.append(Link(_("Change your comment"), reverse("discussions:comment-edit", args=[comment.pk])))
    links.append(Link(_("See the comment"), comment.get_absolute_url()))
    if decision.is_restrictive:
        links.append(Link(_("The decision in full"), reverse("moderation:decision", args=[decision.pk])))
        if is_open_to_appeal(decision):
            links.append(Link(_("Appeal"), reverse("moderation:appeal-decision", args=[decision.pk])))
    return links


def _of_report(decision: Decision) -> Notice:
    notice = _about(decision.comment, _("The outcome of your report"))
    notice.lines.append(str(_REPORTED[Outcome(decision.outcome)]))
    if decision.supersedes_id:
        notice.lines.append(_("A second moderator has looked at it again, after an appeal."))
    notice.lines.append(_("Thank you for looking after the discussion."))
    if decision.comment.is_listed:
        notice.links.append(Link(_("See the comment"), decision.comment.get_absolute_url()))
    if not decision.is_restrictive and is_open_to_appeal(decision):
        notice.links.append(Link(_("Appeal"), reverse("moderation:appeal-decision", args=[decision.pk])))
    return notice


def _of_sanction(sanction: Sanction, facts: Mapping[int, GuidelineFact]) -> Notice:
    headline, line = _IMPOSED[Sanction.Kind(sanction.kind)]
    notice = Notice(str(headline), [str(line), *_ends(sanction), *_rests_on(facts.get(sanction.guideline_version_id))])
    notice.said += _quoted(Said(_("Reason"), sanction.reason))
    notice.links.append(Link(_("Your comments"), reverse("discussions:my-comments")))
    if may_appeal_sanction(sanction):
        notice.links.append(Link(_("Appeal"), reverse("moderation:appeal-sanction", args=[sanction.pk])))
    return notice


def _of_lifted(sanction: Sanction) -> Notice:
    notice = Notice(_("A measure about you was lifted"), [_("%(measure)s: this no longer applies.") % {
        "measure": sanction.get_kind_display(),
    }])  # fmt: skip
    notice.said += _quoted(Said(_("Reason"), sanction.lift_reason))
    notice.links.append(Link(_("Your comments"), reverse("discussions:my-comments")))
    return notice


def _of_appeal(appeal: Appeal, *, is_theirs: bool) -> Notice:
    notice = _about(appeal.decision.comment if appeal.decision else None, _("The outcome of an appeal"))
    is_overturned = appeal.state == Appeal.State.OVERTURNED
    if is_theirs:
        notice.headline = _("The outcome of your appeal")
        notice.said += _quoted(Said(_("Reason"), appeal.reason))
        notice.links.append(Link(_("Your appeal"), reverse("moderation:appeal", args=[appeal.pk])))
    notice.lines.append(
        _("Somebody else has looked at the decision again. It did not hold, and was changed.")
        if is_overturned
        else _("Somebody else has looked at the decision again. It stands.")
    )
    return notice


def _of_message(appeal: Appeal) -> Notice:
    notice = _about(appeal.decision.comment if appeal.decision else None, _("A message about your appeal"))
    notice.lines.append(_("A moderator has written to you. You can answer on the page of your appeal."))
    notice.links.append(Link(_("Your appeal"), reverse("moderation:appeal", args=[appeal.pk])))
    return notice


def _about(comment: Comment | None, headline: str) -> Notice:
    if comment is None:
        return Notice(headline)
    return Notice(headline, article=comment.article.title, article_language=comment.article.language)


def _rests_on(guideline: GuidelineFact | None) -> list[str]:
    if guideline is None:
        return []
    words = {"n": guideline.number, "title": guideline.title, "version": guideline.version}
    return [_("This rests on guideline %(n)d (version %(version)d): %(title)s.") % words]


def _ends(sanction: Sanction) -> list[str]:
    if sanction.until is None:
        return []
    until = date_format(localtime(sanction.until), "DATETIME_FORMAT")
    return [_("It ends on %(when)s.") % {"when": until}]


def _quoted(*said: Said) -> list[Said]:
    return [words for words in said if words.text]


def excerpt(comment: Comment) -> str:
    """Return the beginning of the comment's text: only for its author."""
    text = " ".join(plain_text(comment.html).split())
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"
