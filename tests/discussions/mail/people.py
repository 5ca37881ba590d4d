"""Readers who follow, write, and look into their mail."""

from __future__ import annotations

import re
import uuid
from email.message import EmailMessage as ParsedMail
from typing import Any

from django.core import mail
from django.utils import timezone

from accounts.models import Guest, User
from core.outbox import drain
from discussions.actions.post import post_comment
from discussions.actions.subscribe import subscribe
from discussions.models import Article, Comment, Subscription
from tests.discussions.mail.parsing import parse
from tests.factories import make_guest, make_user

Scope = Subscription.Scope


def follows(person: User | Guest, article: Article, **fields: Any) -> Subscription:
    """Return a subscription that tells, of everything under the article and at once unless said otherwise."""
    fields = {"scope": Scope.ARTICLE, "frequency": "immediately", **fields}
    return subscribe(person, article=article, **fields)


def says(article: Article, by: User | Guest | None = None, body: str = "", **fields: Any) -> Comment:
    """Return a comment that was posted as readers do it."""
    body = body or f"What I think of it, {uuid.uuid4()}."
    return post_comment(article=article, by=by or make_user(), body=body, key=uuid.uuid4(), **fields).comment


def confirmed_guest(address: str = "bo@example.org", name: str = "Bo") -> Guest:
    """Return a guest whose address is known to be theirs."""
    return make_guest(name, email=address, email_confirmed_at=timezone.now())


def delivered() -> list[ParsedMail]:
    """Do everything that is due, and return the mails that went out by it, parsed from their bytes."""
    before = len(mail.outbox)
    while drain():
        continue
    return [parse(message.message().as_bytes()) for message in mail.outbox[before:]]


def text_of(message: ParsedMail, kind: str = "plain") -> str:
    """Return the plain or the HTML part."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def subject_of(message: ParsedMail) -> str:
    """Return the subject; a long one begins on a line of its own."""
    return str(message["Subject"]).strip()


def links_in(message: ParsedMail) -> dict[str, str]:
    """Return the paths of the links of the plain part, by the first word of the path after the site's name."""
    paths = re.findall(r"http://testserver(/\S+)", text_of(message))
    return {
        "/".join(path.split("/")[1:3]) if path.startswith("/subscriptions/") else path.split("/")[1]: path
        for path in paths
    }


def to(messages: list[ParsedMail]) -> list[str]:
    """Return whom the mails go to, sorted."""
    return sorted(str(message["To"]) for message in messages)


def reader(name: str = "", **fields: Any) -> User:
    """Return a member who is asked by mail for nothing but what they follow."""
    return make_user(name, **{"mail_on_reply": False, "mail_on_mention": False, **fields})
