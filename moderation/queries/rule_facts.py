"""What the rules may know of a comment about to be written. Only what they ask for is looked up."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import Guest, User
from discussions.language import detect
from discussions.models import Comment, Visibility
from discussions.models.comment import READABLE
from discussions.screening import Draft
from moderation.fingerprints import Print
from moderation.models import Case, NetworkTrace, Report, Sanction
from moderation.networks import hashed_network
from moderation.queries.near import near_text_of_others, same_text_of_others
from moderation.rules.facts import FROM_TEXT, Facts, Key, Value
from moderation.rules.reading import added, read
from moderation.scores.heard import heard_of
from moderation.transitions import WAITING

#: Of a text with many links, the sites that are counted.
DOMAINS_COUNTED = 5


def facts_of(draft: Draft, keys: Collection[Key], event: str = "") -> Facts:
    """Return the facts of a draft: two queries at most for each of `keys`.

    `event` is what has happened, when that is not a draft that is posted or edited: a comment that was reported comes
    as a draft that edits itself.
    """
    now = timezone.now()
    reading = read(draft.html)
    before = read(draft.editing.html) if draft.editing and event != "report" else None
    names = {name for name, _told in keys}
    return Facts(
        event=event or ("edit" if draft.editing else "post"),
        now=now,
        reading=reading,
        language=detect(draft.text) if names & {"language", "second_person_share"} else "",
        added=added(before.own, reading.own) if before else None,
        given={key: _ASK[key[0]](draft, dict(key[1]), now) for key in keys if key[0] not in FROM_TEXT},
    )


def _hours(since: datetime, now: datetime) -> float:
    return (now - since).total_seconds() / 3600


def _joined(by: User | Guest) -> datetime:
    return by.created_at if isinstance(by, Guest) else by.date_joined


def _email_domain(draft: Draft) -> str | None:
    return draft.by.email.rpartition("@")[2].lower() or None


def _is_verified(draft: Draft) -> bool:
    if isinstance(draft.by, Guest):
        return draft.by.email_confirmed_at is not None
    return bool(EmailAddress.objects.filter(user=draft.by, verified=True).exists())


def _published(draft: Draft) -> int:
    return Comment.objects.by(draft.by).filter(visibility__in=READABLE).count()


def _removed_rate(draft: Draft, days: int, now: datetime) -> float | None:
    recent = Comment.objects.by(draft.by).filter(created_at__gt=now - timedelta(days=days))
    found = recent.aggregate(n=Count("pk"), removed=Count("pk", filter=Q(visibility=Visibility.REMOVED)))
    return found["removed"] / found["n"] if found["n"] else None


def _others(draft: Draft) -> Any:
    rows = Comment.objects.all()
    return rows.exclude(pk=draft.editing.pk) if draft.editing else rows


def _same_as_own(draft: Draft, n: int) -> bool:
    mine = _others(draft).by(draft.by).order_by("-created_at", "-id")
    said = mine.values_list("body", flat=True)[:n]
    return " ".join(draft.text.casefold().split()) in {" ".join(body.casefold().split()) for body in said}


def _role(draft: Draft) -> str:
    """Return one of `ROLES`: what staff write is not for the rules."""
    if isinstance(draft.by, Guest):
        return "guest"
    record = Comment.objects.by(draft.by).aggregate(
        published=Count("pk", filter=Q(visibility__in=READABLE)),
        removed=Count("pk", filter=Q(visibility=Visibility.REMOVED)),
    )
    return "trusted" if record["published"] >= settings.TRUSTED_AFTER and not record["removed"] else "reader"


def _open_reports(draft: Draft) -> Any:
    """Return the reports that nobody has decided about; there is none of what is not posted yet."""
    return Report.objects.filter(comment=draft.editing, case__state__in=WAITING)


def _reports(draft: Draft, guideline: str) -> int:
    if draft.editing is None:
        return 0
    rows = _open_reports(draft)
    return int((rows.filter(guideline__slug=guideline) if guideline else rows).count())


def _report_score(draft: Draft) -> float:
    if draft.editing is None:
        return 0
    return Case.objects.filter(comment=draft.editing, state__in=WAITING).values_list("reports", flat=True).first() or 0


def _with_link_to(rows: Any, domains: Collection[str]) -> Any:
    """Return the comments with a link to one of these sites; to none of them, when there is no link."""
    wanted = Q(pk=None)
    for domain in list(domains)[:DOMAINS_COUNTED]:
        for start in (f"//{domain}", f"//www.{domain}"):
            wanted |= Q(html__contains=f'{start}"') | Q(html__contains=f"{start}/")
    return rows.filter(wanted)


def _count(draft: Draft, by: Collection[str], hours: int, now: datetime) -> int | None:
    rows = _others(draft).filter(created_at__gt=now - timedelta(hours=hours))
    if "account" in by:
        rows = rows.by(draft.by)
    if "article" in by:
        rows = rows.filter(article=draft.article)
    if "signup_day" in by:
        if isinstance(draft.by, Guest):
            return None
        day = draft.by.date_joined.date()
        rows = rows.filter(author__date_joined__date=day)
    if "link_domain" in by:
        rows = _with_link_to(rows, read(draft.html).link_domains)
    if "network" in by:
        network = hashed_network(draft.network)
        if not network:
            return None
        rows = rows.filter(pk__in=NetworkTrace.objects.filter(network=network).values("comment"))
    return int(rows.count())


def _branch(draft: Draft) -> int | None:
    return (draft.parent.root_id or draft.parent.pk) if draft.parent else None


def _branch_reports(draft: Draft) -> int:
    root = _branch(draft)
    in_branch = Q(comment=root) | Q(comment__root=root)
    return Report.objects.filter(in_branch, case__state__in=WAITING).count() if root else 0


def _branch_rate(draft: Draft, now: datetime) -> int:
    root = _branch(draft)
    return Comment.objects.filter(root=root, created_at__gt=now - timedelta(hours=1)).count() if root else 0


def _same_author(draft: Draft) -> bool:
    return draft.parent is not None and draft.parent.is_by(draft.by)


def _score(draft: Draft, name: str) -> float | None:
    heard = heard_of(draft)
    return heard.value(name) if heard else None


def _of_others(
    draft: Draft, count: Callable[[Print, Draft, datetime], int], hours: int, now: datetime
) -> int | None:  # fmt: skip
    heard = heard_of(draft)
    if heard is None:
        return None
    # A text of a few words is not compared: that others say it, too, says nothing.
    return count(heard.print, draft, now - timedelta(hours=hours)) if heard.print else 0


_Ask = Callable[[Draft, dict[str, Any], datetime], Value]
_ASK: dict[str, _Ask] = {
    "article": lambda draft, told, now: draft.article.slug,
    "section": lambda draft, told, now: draft.article.section.slug if draft.article.section else None,
    "article_age": lambda draft, told, now: _hours(draft.article.published_at, now),
    "is_reply": lambda draft, told, now: draft.parent is not None,
    "depth": lambda draft, told, now: draft.parent.depth + 1 if draft.parent else 0,
    "parent_author_is_same": lambda draft, told, now: _same_author(draft),
    "branch_reports": lambda draft, told, now: _branch_reports(draft),
    "branch_rate": lambda draft, told, now: _branch_rate(draft, now),
    "account_age": lambda draft, told, now: _hours(_joined(draft.by), now),
    "email_verified": lambda draft, told, now: _is_verified(draft),
    "email_domain": lambda draft, told, now: _email_domain(draft),
    "published_count": lambda draft, told, now: _published(draft),
    "removed_rate": lambda draft, told, now: _removed_rate(draft, told["days"], now),
    "sanctions_active": lambda draft, told, now: Sanction.objects.against(draft.by).active().count(),
    "is_guest": lambda draft, told, now: isinstance(draft.by, Guest),
    "role": lambda draft, told, now: _role(draft),
    "reports": lambda draft, told, now: _reports(draft, told["guideline"]),
    "report_score": lambda draft, told, now: _report_score(draft),
    "name": lambda draft, told, now: draft.by.display_name,
    "same_as_own_recent": lambda draft, told, now: _same_as_own(draft, told["n"]),
    "same_text_of_others": lambda draft, told, now: _of_others(draft, same_text_of_others, told["hours"], now),
    "near_duplicate_of_others": lambda draft, told, now: _of_others(draft, near_text_of_others, told["hours"], now),
    "score": lambda draft, told, now: _score(draft, told["name"]),
    "count": lambda draft, told, now: _count(draft, told["by"], told["hours"], now),
}
#: Every field that only a database knows.
FROM_DATABASE = frozenset(_ASK)
