"""Setting how much is read before it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Conflict, Refused
from discussions.models import Article, Section
from moderation import access, audit
from moderation.models import Policy

Mode = Policy.Mode
#: Where a policy applies: None is the whole site.
Place = Section | Article | User | None
FIRST_AT_MOST = 50
LINKS_AT_MOST, AFTER_AT_MOST = 50, 200
SLOW_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class Links:
    """How many links a comment may have before it waits (None: as many as one likes), and after how many published."""

    most: int | None = None
    after: int = 5


ANY_LINKS = Links()


def set_policy(
    place: Place, *, mode: str, first_comments: int = 1, links: Links = ANY_LINKS, slow_minutes: int | None = None,
    by: User,
) -> Policy:  # fmt: skip
    """Make `mode` what happens to new comments in `place`, and `links` what happens to links, and return the policy.

    `first_comments` counts for "hold first comments" only; `slow_minutes` is for branches that get hot, None never
    slows them. Raises `NotAllowed` below the role for "set_policy",
    `Refused` for an unknown mode, a number out of range, and for closing the site to one author: that is a sanction,
    which gives a reason and can be appealed. `Conflict` when two set the first one of a place at once.
    """
    access.check(by, "set_policy")
    if mode not in Mode:
        raise Refused(_("Please choose what happens to new comments."), code="mode")
    if isinstance(place, User) and mode == Mode.CLOSED:
        raise Refused(
            _("To keep somebody from writing, use a sanction: it gives a reason and can be appealed."), code="sanction"
        )
    if mode != Mode.HOLD_FIRST:
        first_comments = 1
    if not 1 <= first_comments <= FIRST_AT_MOST:
        raise Refused(_("Between 1 and %(n)d first comments can be held.") % {"n": FIRST_AT_MOST}, code="first")
    if links.most is not None and not (0 <= links.most <= LINKS_AT_MOST and 1 <= links.after <= AFTER_AT_MOST):
        said = {"n": LINKS_AT_MOST, "m": AFTER_AT_MOST}
        raise Refused(_("Between 0 and %(n)d links, and between 1 and %(m)d published comments.") % said, code="links")
    if slow_minutes is not None and not 1 <= slow_minutes <= SLOW_AT_MOST:
        raise Refused(_("Between 1 and %(n)d minutes.") % {"n": SLOW_AT_MOST}, code="slow")
    with transaction.atomic():
        policy = _locked(place)
        before = policy.mode if policy.pk else None
        policy.mode, policy.first_comments, policy.changed_by = mode, first_comments, by
        policy.most_links, policy.links_after = links.most, links.after
        policy.slow_minutes = slow_minutes
        try:
            with transaction.atomic():
                policy.save()
        except IntegrityError as error:
            raise Conflict(_("Somebody else has just set this. Please look again."), code="taken") from error
        _record(
            policy, by, before=before, after=mode, first_comments=first_comments, links=links.most, slow=slow_minutes
        )
    return policy


def clear_policy(policy: Policy, *, by: User) -> None:
    """Take a policy away: the next one outward applies again. Nothing happens when somebody else was faster."""
    access.check(by, "set_policy")
    with transaction.atomic():
        found = Policy.objects.select_for_update().filter(pk=policy.pk).first()
        if found is None:
            return
        _record(found, by, before=found.mode, after=None)
        found.delete()


def _locked(place: Place) -> Policy:
    """Return the policy of the place, locked, or a new one."""
    columns = {
        "section": place if isinstance(place, Section) else None,
        "article": place if isinstance(place, Article) else None,
        "author": place if isinstance(place, User) else None,
    }
    return Policy.objects.select_for_update().filter(**columns).first() or Policy(**columns)


def _record(policy: Policy, by: User, **data: Any) -> None:
    audit.record(
        "policy.changed", by=by, article_id=policy.article_id, subject=policy.author, policy=policy.pk,
        section=policy.section_id, **data,
    )  # fmt: skip
