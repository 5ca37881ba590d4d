"""What the house says before a comment is shown: sanctions, policies, and no piling on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Count, DateTimeField, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.questions import may_be
from accounts.participants import Participant
from core.kept import kept, param
from discussions.models import Comment, Visibility
from discussions.models.comment import READABLE
from discussions.screening import Allow, Draft, Hold, Refuse, Verdict, strongest
from moderation import access
from moderation.actions.report import has_open_report
from moderation.models import Policy, Sanction
from moderation.queries.slow import next_turn, slow_branch
from moderation.rules.reading import read

Kind, Mode = Sanction.Kind, Policy.Mode


class HouseScreen:
    """The screen that `COMMENT_SCREENS` names: three queries for a member who writes freely, ten at most."""

    guards = True

    def screen(self, draft: Draft) -> Verdict:
        """Return the strongest of what sanctions, policies and reports say; staff pass the last two."""
        by = draft.by
        by_sanctions = strongest(map(_by_sanction, _in_force_against(by)))
        if isinstance(by_sanctions, Refuse):
            return by_sanctions
        verdict = strongest([_by_reports(draft), _by_pace(draft), _by_policy(draft)])
        # Who somebody is costs queries, so it is asked only when it matters.
        if not isinstance(verdict, Allow) and access.may(draft.by, "decide"):
            verdict = Allow()
        return strongest([by_sanctions, verdict])

    def may_take_part(self, by: Participant) -> Refuse | None:
        """Return why this person may not even vote: a ban."""
        ban = next((row for row in _in_force_against(by) if row.kind == Kind.BAN), None)
        verdict = _by_sanction(ban) if ban else None
        return verdict if isinstance(verdict, Refuse) else None


#: Whether a member may have a sanction in force is known with their row.
SANCTIONED = "is_sanctioned"


def is_sanctioned() -> Exists:
    """Ask whether a member has a sanction that nobody has lifted."""
    return Exists(Sanction.objects.filter(user=OuterRef("pk"), lifted_at=None).order_by())


def _in_force_against(by: Participant) -> list[Sanction]:
    """Return the sanctions of this person: one query, none for a member who has nothing."""
    return _in_force.all(by.pk, timezone.now(), shape=(by.is_guest,)) if may_be(by, SANCTIONED) else []


@kept
def _in_force(is_guest: bool) -> QuerySet[Sanction, Any]:
    whose = {"guest" if is_guest else "user": param()}
    return Sanction.objects.filter(**whose).active(at=param(1, DateTimeField()))


def _by_sanction(sanction: Sanction) -> Verdict:
    if sanction.kind == Kind.PREMODERATION:
        return Hold(_("Your comments are read by a moderator before they are shown. Your comments page says why."))
    if sanction.kind == Kind.WARNING:
        return Refuse(
            _("A moderator has written to you. Please read it on your comments page first; your text is kept.")
        )
    if sanction.until is None:
        return Refuse(_("You cannot take part here. Your comments page says why, and how to appeal."))
    until = date_format(localtime(sanction.until), "DATETIME_FORMAT")
    words = (
        _("You cannot take part here until %(until)s. Your comments page says why, and how to appeal.")
        if sanction.kind == Kind.BAN
        else _("You cannot write here until %(until)s. Your comments page says why, and how to appeal.")
    )
    return Refuse(words % {"until": until})


def _by_pace(draft: Draft) -> Verdict:
    """Refuse for now who has just written in a branch that goes slowly."""
    if draft.parent is None or draft.editing is not None:
        return Allow()
    branch = slow_branch(draft.parent)
    turn = next_turn(branch, draft.by) if branch else None
    if branch is None or turn is None:
        return Allow()
    said = {"n": branch.minutes, "time": date_format(localtime(turn), "TIME_FORMAT")}
    return Refuse(
        _(
            "This branch goes slowly for a while: each of us writes here once in %(n)d minutes. You can post this at "
            "%(time)s; your text is kept."
        )
        % said
    )


def _by_policy(draft: Draft) -> Verdict:
    policy = closest_policy(draft)
    if policy is None:
        return Allow()
    return strongest([_by_mode(draft, policy), _by_links(draft, policy)])


def _by_links(draft: Draft, policy: Policy) -> Verdict:
    """Return a hold for more links than the policy allows to somebody who has not published enough yet."""
    if policy.most_links is None or links_in(draft.html) <= policy.most_links:
        return Allow()
    if is_past_first_comments(draft.by, policy.links_after):
        return Allow()
    return Hold(_("A moderator reads comments with so many links before they are shown."))


def links_in(html: str) -> int:
    """Return how many links a comment has of its own, those that are written to be overlooked included."""
    reading = read(html)
    return max(len(reading.link_texts), len(reading.link_domains))


def _by_mode(draft: Draft, policy: Policy) -> Verdict:
    if policy.mode == Mode.PUBLISH:
        return Allow()
    if policy.mode == Mode.CLOSED:
        # Who may still edit what stands there is a matter of the edit window.
        return Allow() if draft.editing else Refuse(_("This discussion is closed. You can still read it."))
    if policy.mode == Mode.HOLD_ALL and policy.author_id is not None:
        return Hold(_("A moderator reads your comments before they are shown."))
    if policy.mode == Mode.HOLD_ALL:
        return Hold(_("A moderator reads every comment here before it is shown."))
    if is_past_first_comments(draft.by, policy.first_comments):
        return Allow()
    return Hold(_("A moderator reads the first comments of everybody before they are shown."))


def closest_policy(draft: Draft) -> Policy | None:
    """Return the policy for the author, else the article, the section, the site: one query."""
    author_id = draft.by.pk if isinstance(draft.by, User) else None
    section_id = draft.article.section_id
    shape = (section_id is not None, author_id is not None)
    rank = ("author_id", "article_id", "section_id")
    found = _policies.all(draft.article.pk, section_id, author_id, shape=shape)
    return min(found, key=lambda row: [getattr(row, name) is None for name in rank], default=None)


@kept
def _policies(has_section: bool, is_member: bool) -> QuerySet[Policy, Any]:
    places = Q(section=None, article=None, author=None) | Q(article=param())
    if has_section:
        places |= Q(section=param(1))
    if is_member:
        places |= Q(author=param(2))
    return Policy.objects.filter(places)


def is_past_first_comments(by: Participant, how_many: int) -> bool:
    """Return whether so many comments of theirs were published, or they are trusted: one query."""
    record = Comment.objects.by(by).aggregate(
        published=Count("pk", filter=Q(visibility__in=READABLE)),
        removed=Count("pk", filter=Q(visibility=Visibility.REMOVED)),
    )
    published, removed = record["published"], record["removed"]
    return bool(published >= how_many and (not removed or published >= 10 * removed)) or bool(
        published >= settings.TRUSTED_AFTER and not removed
    )


def _by_reports(draft: Draft) -> Verdict:
    if draft.parent is not None and draft.editing is None and has_open_report(draft.by, draft.parent):
        return Refuse(
            _("You have reported this comment. You can answer it once a moderator has decided; your text is kept.")
        )
    return Allow()
