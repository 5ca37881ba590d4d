"""A small site with one of everything, and everybody who may come by: for the matrix of roles and addresses."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.links import make_token
from accounts.models import Erasure, Export, Guest, User
from accounts.participants import SESSION_KEY
from accounts.privacy.erase import reopen_token
from discussions.mail_links import confirm_link, leave_link, manage_path
from discussions.models import Article, Comment
from moderation.actions.appeal import appeal
from moderation.actions.cases import open_case
from moderation.actions.decide import Verdict, decide
from moderation.actions.rules import create_rule
from moderation.models import (
    Backtest,
    Decision,
    Guideline,
    GuidelineVersion,
    HotBranch,
    Outcome,
    Policy,
    Sanction,
    SectionModerator,
    UnlawfulNotice,
)
from moderation.rules.parse import parse
from tests.discussions.passages_stage import comment_on, passage_of, write_article
from tests.factories import (
    make_admin,
    make_article,
    make_comment,
    make_guest,
    make_moderator,
    make_section,
    make_senior,
    make_user,
)

#: In every text that only its author and the staff may read.
SECRET = "xyzzy-held-words"
RULE = {
    "title": "Names", "when": {"field": "text_without_quotes", "op": "has_word", "value": "fool"}, "then": ["hold"],
}  # fmt: skip
ROLES = (
    "visitor", "guest", "reader", "author", "other_section", "section", "moderator", "senior", "admin",
)  # fmt: skip


@dataclass
class Stage:
    """Rows that addresses name, and browsers by role."""

    people: dict[str, User | Guest | None] = field(default_factory=dict)
    kwargs: dict[str, Any] = field(default_factory=dict)
    #: Values for an address that names other rows than the rest.
    special: dict[str, dict[str, Any]] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def browser(self, role: str, **options: Any) -> Client:
        """Return a browser of somebody of this role, as it was when it came the first time."""
        client = Client(**options)
        if role not in self.cookies:
            self.cookies[role] = self._log_in(role)
        client.cookies.load(self.cookies[role])
        return client

    def _log_in(self, role: str) -> dict[str, str]:
        client, person = Client(), self.people[role]
        if isinstance(person, User):
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        elif person is not None:
            session = client.session
            session[SESSION_KEY] = person.pk
            session.save()
            return {settings.SESSION_COOKIE_NAME: session.session_key or ""}
        return {name: morsel.value for name, morsel in client.cookies.items()}

    def url(self, name: str) -> str:
        """Return the address called `name`, of what is on the stage."""
        wanted = _captured(name)
        given = {**self.kwargs, **self.special.get(name, {})}
        return reverse(name, kwargs={key: given[key] for key in wanted})


@lru_cache
def addresses() -> dict[str, frozenset[str]]:
    """Return every address of the project's own apps by name, with what it captures."""
    return {name: keys for name, keys in _walk(get_resolver(), "") if name.split(":")[0] in OWN}


OWN = ("accounts", "discussions", "moderation")


def _walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, frozenset[str]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", frozenset(entry.pattern.regex.groupindex)


def _captured(name: str) -> frozenset[str]:
    return addresses()[name]


@contextmanager
def undone() -> Iterator[None]:
    """Take back everything that happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fingerprints() -> dict[str, str]:
    """Return a hash of the rows of every table, but for sessions: what a GET must leave as it is."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table != "django_session"]
    return {
        model._meta.db_table: hashlib.sha256(
            repr(list(model._default_manager.order_by("pk").values_list())).encode()
        ).hexdigest()
        for model in models
    }


def build() -> Stage:
    """Return the stage, set."""
    news, sport = make_section("News"), make_section("Sport")
    author, other = make_user("author"), make_user("reader")
    keepers = {"section": make_user("section_keeper"), "other_section": make_user("other_keeper")}
    SectionModerator.objects.create(user=keepers["section"], section=news)
    SectionModerator.objects.create(user=keepers["other_section"], section=sport)
    staff = {"moderator": make_moderator("keeper"), "senior": make_senior("elder"), "admin": make_admin("boss")}
    first = make_moderator("first_keeper")
    stage = Stage(people={
        "visitor": None, "guest": make_guest("Gus", email="gus@example.org"), "reader": other, "author": author,
        **keepers, **staff,
    })  # fmt: skip
    article = make_article("The lights went out", section=news)
    public = make_comment(article, by=author)
    held = make_comment(article, by=author, body=SECRET, visibility="held", is_listed=False)
    _fill(stage, article, public, held, first)
    return stage


def _fill(stage: Stage, article: Article, public: Comment, held: Comment, first: User) -> None:
    author = stage.people["author"]
    assert isinstance(author, User)
    case = open_case(held, queue="held", severity=2)
    decided = _decided(article, author, first)
    appealed = _decided(article, author, first)
    undoable = _decided(article, author, first, is_final=False)
    made = appeal(appealed, by=author, text="Please read it again.")
    sanction = _sanction(author, first)
    notice = UnlawfulNotice.objects.create(
        case=case, comment=held, revision=1, explanation="Why.", is_sincere=True, key=uuid.uuid4()
    )
    boss = stage.people["admin"]
    assert isinstance(boss, User)
    rule = create_rule(parse(RULE), by=boss)
    backtest = Backtest.objects.create(version=rule.versions.get(), days=30, at_most=100)
    other_guest = make_guest("Gil", email="gil@example.org")
    stage.kwargs = {
        "slug": article.slug, "number": 1, "comment_id": public.pk, "username": author.username,
        "case_id": case.pk, "decision_id": decided.pk, "sanction_id": sanction.pk, "appeal_id": made.pk,
        "user_id": author.pk, "guest_id": other_guest.pk, "receipt": notice.receipt,
        "branch_id": _hot(public).pk, "rule_id": rule.pk, "backtest_id": backtest.pk,
        "policy_id": Policy.objects.create(mode="publish").pk,
        "token": make_token(other_guest),
        "export_id": Export.objects.create(user=author, ready_at=timezone.now(), content=b"PK").pk,
    }  # fmt: skip
    passage = passage_of(comment_on(write_article(section=article.section), by=author))
    at_passage = {"slug": passage.article.slug, "passage_id": passage.pk}
    stage.special = {
        **dict.fromkeys(("discussions:passage", "discussions:passage-keep", "discussions:passage-new"), at_passage),
        "discussions:section": {"slug": "news"},
        "accounts:reopen": {"token": reopen_token(_leaving())},
        "moderation:guideline": {"slug": Guideline.objects.order_by("number")[0].slug},
        "moderation:decision-undo": {"decision_id": undoable.pk},
        "discussions:subscription-confirm": {"token": _token(confirm_link(other_guest))},
        "discussions:guest-subscriptions": {"token": _token(manage_path(other_guest))},
        "discussions:unsubscribe": {"token": _token(leave_link(author, (), ("reply",)))},
    }


def _hot(root: Comment) -> HotBranch:
    until = timezone.now() + timedelta(days=1)
    facts = {"heat": 1, "comments": 20, "people": 2, "reports": 0, "returns": 0}
    return HotBranch.objects.create(root=root, article=root.article, until=until, **facts)


def _token(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def _leaving() -> Erasure:
    due_at = timezone.now() + timedelta(days=14)
    return Erasure.objects.create(user=make_user("leaving", is_active=False), keeps_texts=True, due_at=due_at)


def _decided(article: Article, author: User, by: User, *, is_final: bool = True) -> Decision:
    comment = make_comment(article, by=author, body=f"{SECRET} {uuid.uuid4()}", visibility="held", is_listed=False)
    case = open_case(comment, queue="held", severity=2)
    version = GuidelineVersion.objects.in_force().order_by("guideline__number")[1]
    verdict = Verdict(Outcome.REMOVE, guideline=version, note="Please talk about the idea.")
    decision = decide(case, verdict, by=by, key=uuid.uuid4(), lock_version=0, revision=1)
    if is_final:
        decision.final_at = decision.created_at = timezone.now() - timedelta(hours=1)
        decision.save(update_fields=["final_at", "created_at"])
    return Decision.objects.select_related("comment", "case").get(pk=decision.pk)


def _sanction(user: User, by: User) -> Sanction:
    return Sanction.objects.create(
        user=user, by=by, kind="warning", reason="Twice in a day.", key=uuid.uuid4(),
        guideline_version=GuidelineVersion.objects.in_force().order_by("guideline__number")[1],
    )  # fmt: skip
