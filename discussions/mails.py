"""The mails of discussions: what is new, and whether somebody really asked for it. In the recipient's language.

Comments stand in them as plain text: no link that a comment holds can be clicked, no picture is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone, translation

from accounts.hours import zone_of
from accounts.mailing import address_of, compose, mail_domain, message_id, offered_language
from accounts.models import Guest, Mail, User
from accounts.participants import Participant
from core.addresses import absolute
from discussions import tree
from discussions.mail_links import CONFIRM, MAX_AGE, confirm_link, leave_link, manage_path
from discussions.markup import excerpt, plain_text
from discussions.models import Article, Delivery

#: Comments shown in one mail; of the others it says how many there are.
SHOWN = 30
QUOTED, ANSWERED = 700, 160


@dataclass(frozen=True, slots=True)
class Item:
    """One comment as the mail shows it."""

    delivery: Delivery
    url: str
    mute_url: str
    text: str
    #: What it answers, when that is the recipient's own.
    answered: str

    @property
    def quoted(self) -> str:
        """Return the text with the sign of a quote before every line."""
        return "\n".join(f"> {line}" for line in self.text.splitlines())


@dataclass(slots=True)
class Chapter:
    """What is new under one article."""

    article: Article
    items: list[Item] = field(default_factory=list)


def comments_mail(mail: Mail, person: Participant, rows: Sequence[Delivery]) -> EmailMultiAlternatives:
    """Return the mail that tells `person` of `rows`, which are not empty: one comment, or a digest."""
    with translation.override(language_of(person, rows)), timezone.override(zone_of(person)):
        leave = leave_link(person, _subscriptions(rows), _preferences(rows))
        context = {
            "chapters": _chapters(rows[:SHOWN]), "count": len(rows), "more": len(rows) - min(len(rows), SHOWN),
            "only": rows[0] if len(rows) == 1 else None, "first": rows[0],
            "leave_url": leave, "manage_url": _manage(person),
        }  # fmt: skip
        headers = {
            "List-Id": f"<{_list_of(rows)}.{mail_domain()}>",
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            **_thread(rows),
        }
        return compose("comments", context, to=address_of(person), key=mail.key, headers=headers)


def confirm_mail(mail: Mail, guest: Guest) -> EmailMultiAlternatives:
    """Return the mail that asks whether an address belongs to who asked; it repeats nothing that was typed."""
    context = {"link": confirm_link(guest), "days": MAX_AGE[CONFIRM].days}
    return compose("confirm", context, to=guest.email, key=mail.key)


def language_of(person: Participant, rows: Sequence[Delivery]) -> str:
    """Return the language in which somebody is told: a member's choice, that of the page where they subscribed."""
    subscribed = next((row.subscription.language for row in rows if row.subscription), "")
    return offered_language((person.language if isinstance(person, User) else "") or subscribed)


def _chapters(rows: Sequence[Delivery]) -> list[Chapter]:
    in_order = sorted(rows, key=lambda row: (row.comment.article_id, row.comment_id))
    groups = groupby(in_order, key=lambda row: row.comment.article_id)
    found = [(list(group)) for _pk, group in groups]
    return [Chapter(group[0].comment.article, [_item(row) for row in group]) for group in found]


def _item(row: Delivery) -> Item:
    comment, parent = row.comment, row.comment.parent
    text = plain_text(comment.html)
    text = text if len(text) <= QUOTED else text[:QUOTED].rsplit(" ", 1)[0] + " …"
    is_answer = row.kind == Delivery.Kind.REPLY and parent is not None and parent.is_readable
    return Item(
        row, absolute(comment.get_absolute_url()), absolute(f"{comment.get_absolute_url()}mute/"), text,
        excerpt(parent.html, ANSWERED) if is_answer and parent else "",
    )  # fmt: skip


def _subscriptions(rows: Sequence[Delivery]) -> set[int]:
    return {row.subscription_id for row in rows if row.subscription_id}


def _preferences(rows: Sequence[Delivery]) -> set[str]:
    """Return the preferences of a member that asked for a part of the mail."""
    return {row.kind for row in rows if row.member_id and row.kind in (Delivery.Kind.REPLY, Delivery.Kind.MENTION)}


def _manage(person: Participant) -> str:
    return absolute(manage_path(person) if isinstance(person, Guest) else reverse("discussions:subscriptions"))


def _list_of(rows: Sequence[Delivery]) -> str:
    articles = {row.comment.article_id for row in rows}
    return f"article-{articles.pop()}" if len(articles) == 1 else "comments"


def _thread(rows: Sequence[Delivery]) -> dict[str, str]:
    """Return the headers by which mail programs put what is under one article, or in one branch, together."""
    articles = {row.comment.article_id for row in rows}
    if len(articles) > 1:
        return {}
    roots = {tree.ids_of(row.comment.path)[0] for row in rows}
    above = [message_id(f"article-{articles.pop()}")]
    if len(roots) == 1:
        above.append(message_id(f"branch-{roots.pop()}"))
    return {"In-Reply-To": above[-1], "References": " ".join(above)}
