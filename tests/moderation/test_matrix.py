"""Every role at every address: one table, and a new address without a row in it fails.

Roles, in the order of a row: a visitor, a guest, a reader, the author whom things are about, the keeper of another
section, the keeper of this section, a moderator, a senior moderator, an administrator.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from moderation.access import TABLE, Role, may
from moderation.models import AuditEntry, Decision, Guideline
from tests.factories import make_comment
from tests.moderation.stage import ROLES, SECRET, Stage, addresses, build, fingerprints, undone

Statuses = tuple[int, ...]
STAFF = ROLES.index("other_section")


def everybody(status: int) -> Statuses:
    return (status,) * 9


def members(status: int, guest: int, visitor: int = 302) -> Statuses:
    return (visitor, guest, *(status,) * 7)


def author(status: int, others: int, visitor: int = 0, guest: int = 0) -> Statuses:
    return (visitor or others, guest or others, others, status, *(others,) * 5)


def keepers(status: int, *, elsewhere: int) -> Statuses:
    """Moderators of the site and of this section; `elsewhere` is for who keeps another one."""
    return (*(403,) * 4, elsewhere, *(status,) * 4)


def site(status: int, *, sections: int = 404) -> Statuses:
    """Moderators of the site only."""
    return (*(403,) * 4, sections, sections, *(status,) * 3)


def senior(status: int) -> Statuses:
    return (*(403,) * 7, status, status)


def admin(status: int) -> Statuses:
    return (*(403,) * 8, status)


NO = everybody(405)
PAGE = everybody(200)


@dataclass(frozen=True)
class Row:
    """What an address answers; `data` is what the POST sends."""

    get: Statuses = NO
    post: Statuses = NO
    data: dict[str, Any] = field(default_factory=dict)


KEY = str(uuid.uuid4())
WORDS = {"body": "I walk there every morning.", "key": KEY, "name": "Ann"}
MATRIX: dict[str, Row] = {
    "accounts:erase": Row(members(200, 200), members(422, 422)),
    "accounts:export": Row((404, 404, 404, 200, *(404,) * 5)),
    "accounts:export-ask": Row(post=members(303, 303, visitor=404)),
    "accounts:privacy": Row(members(200, 200)),
    "accounts:reopen": Row(PAGE, everybody(303)),
    "accounts:guest": Row(PAGE, everybody(303)),
    "accounts:guest-claim": Row(members(200, 302), members(422, 302)),
    "accounts:guest-forget": Row(post=everybody(303)),
    "accounts:guest-home": Row(PAGE),
    "accounts:guest-link": Row(post=(403, 303, *(403,) * 7)),
    "accounts:inbox": Row(members(200, 200)),
    "accounts:inbox-read": Row(post=members(303, 303, visitor=403)),
    "accounts:mail-again": Row(post=members(303, 302)),
    "accounts:preferences": Row(members(200, 302), members(303, 302)),
    # --- reading
    "discussions:article": Row(PAGE),
    "discussions:article-feed": Row(PAGE),
    "discussions:branch": Row(everybody(302)),
    "discussions:branch-feed": Row(PAGE),
    "discussions:comment": Row(PAGE),
    "discussions:comment-card": Row(PAGE),
    "discussions:comment-counts": Row(everybody(400)),
    "discussions:comment-history": Row(PAGE),
    "discussions:home": Row(PAGE),
    "discussions:my-comments": Row(members(302, 200)),
    "discussions:old-page": Row(everybody(301)),
    "discussions:profile": Row(PAGE),
    "discussions:section": Row(PAGE),
    "discussions:live": Row(everybody(204)),
    "discussions:passage": Row(PAGE),
    "discussions:passage-new": Row(PAGE),
    "discussions:thread": Row(PAGE),
    # --- writing
    "discussions:article-share": Row(post=everybody(204)),
    "discussions:comment-edit": Row(author(200, 403), author(303, 403), {"body": "Other words.", "revision": 1}),
    "discussions:comment-post": Row(PAGE, everybody(303), WORDS),
    "discussions:comment-preview": Row(post=everybody(200), data=WORDS),
    "discussions:comment-reply": Row(PAGE),
    "discussions:comment-share": Row(post=everybody(204)),
    "discussions:comment-vote": Row(post=(403, 403, 303, 403, *(303,) * 5), data={"value": 1}),
    "discussions:comment-withdraw": Row(author(200, 403), author(303, 403)),
    # --- being told
    "discussions:article-subscribe": Row(PAGE, (422, *(303,) * 8)),
    "discussions:branch-subscribe": Row(PAGE, (422, *(303,) * 8)),
    "discussions:comment-mute": Row(members(200, 200), members(303, 303), {"what": "branch"}),
    "discussions:guest-subscriptions": Row(PAGE, everybody(303), {"unmute": 1}),
    "discussions:subscription-confirm": Row(PAGE, everybody(303)),
    "discussions:subscriptions": Row(members(200, 200), members(303, 303), {"unmute": 1}),
    "discussions:unsubscribe": Row(PAGE, everybody(200)),
    # --- keeping a discussion: for who keeps the whole site
    "discussions:article-lock": Row(post=site(303, sections=403), data={"lock": 1}),
    "discussions:comment-lock": Row(post=site(303, sections=403), data={"lock": 1}),
    "discussions:passage-keep": Row(post=site(303, sections=403), data={"act": "lock"}),
    "discussions:comment-pin": Row(post=site(303, sections=403), data={"pin": 1}),
    # --- what everybody may know of the house
    "moderation:guideline": Row(PAGE),
    "moderation:guidelines": Row(PAGE),
    "moderation:promise": Row(PAGE),
    "moderation:public-log": Row(PAGE),
    "moderation:receipt": Row(PAGE),
    # --- readers and the house
    "moderation:acknowledge": Row(post=author(303, 404)),
    "moderation:appeal": Row(author(200, 404, visitor=403)),
    "moderation:appeal-answer": Row(post=author(303, 404, visitor=403), data={"body": "One more thing."}),
    "moderation:appeal-decision": Row(
        author(200, 404, visitor=403), author(303, 404, visitor=403), {"body": "Please look again."}
    ),
    "moderation:appeal-sanction": Row(
        author(200, 404, visitor=403), author(303, 404, visitor=403), {"body": "Please look again."}
    ),
    "moderation:decision": Row((404, 404, 404, 200, 404, *(200,) * 4)),
    "moderation:decision-json": Row((404, 404, 404, 200, 404, *(200,) * 4)),
    "moderation:report": Row(author(403, 200), (403, *(422,) * 8)),
    "moderation:unlawful": Row(PAGE, everybody(422)),
    # --- the desk
    "moderation:bulk": Row(post=(*(403,) * 4, *(422,) * 5)),
    "moderation:case": Row(keepers(200, elsewhere=404)),
    "moderation:case-claim": Row(post=keepers(200, elsewhere=404)),
    "moderation:case-decide": Row(post=keepers(422, elsewhere=404)),
    "moderation:case-escalate": Row(post=keepers(303, elsewhere=404), data={"internal_note": "Please look."}),
    "moderation:case-note": Row(post=keepers(303, elsewhere=404), data={"about": "comment", "text": "Seen before."}),
    "moderation:case-release": Row(post=keepers(303, elsewhere=404)),
    "moderation:case-skip": Row(post=keepers(303, elsewhere=404)),
    "moderation:comment-open": Row(post=keepers(303, elsewhere=404)),
    # Somebody else's decision: refused in words on the card; `test_nobody_undoes_…` looks at what was done.
    "moderation:decision-undo": Row(post=keepers(303, elsewhere=404)),
    "moderation:figures": Row(keepers(200, elsewhere=200)),
    "moderation:next": Row(post=keepers(303, elsewhere=303)),
    "moderation:queue": Row(keepers(200, elsewhere=200)),
    # --- people
    "moderation:guest-address": Row(post=senior(200), data={"why": "asked"}),
    "moderation:guest-note": Row(post=site(303), data={"body": "Writes at night."}),
    "moderation:guest-person": Row(site(200)),
    "moderation:guest-sanction": Row(post=site(422)),
    "moderation:lift": Row(post=senior(303), data={"body": "A mistake."}),
    "moderation:person": Row(keepers(200, elsewhere=404)),
    "moderation:person-address": Row(post=senior(200), data={"why": "asked"}),
    "moderation:person-note": Row(post=keepers(303, elsewhere=404), data={"body": "Writes at night."}),
    "moderation:sanction": Row(post=keepers(422, elsewhere=404)),
    # --- appeals
    # Nobody decides before they have said what they think: 403 for the senior moderators too.
    "moderation:appeal-decide": Row(post=senior(403), data={"body": "It stands.", "state": "upheld"}),
    "moderation:appeal-desk": Row(senior(200)),
    "moderation:appeal-lean": Row(post=senior(303), data={"leaning": "upheld"}),
    "moderation:appeal-message": Row(post=senior(303), data={"body": "Which page?"}),
    # --- administration
    "moderation:export-csv": Row(post=admin(200), data={"export-since": "2031-01-01", "export-until": "2031-01-02"}),
    "moderation:export-json": Row(post=admin(200), data={"export-since": "2031-01-01", "export-until": "2031-01-02"}),
    "moderation:log": Row(admin(200)),
    "moderation:policies": Row(admin(200), admin(422)),
    "moderation:policy-clear": Row(post=admin(303)),
    "moderation:backtest": Row(admin(200)),
    "moderation:rule": Row(admin(200)),
    "moderation:rule-act": Row(post=admin(303), data={"act": "watch"}),
    "moderation:rule-backtest": Row(post=admin(303), data={"days": 30, "at_most": 100}),
    "moderation:rule-edit": Row(admin(200), admin(422)),
    "moderation:rule-new": Row(admin(200), admin(422)),
    "moderation:rule-revert": Row(admin(200), admin(303), {"body": "The rule was wrong."}),
    "moderation:rule-try": Row(admin(200), admin(200), {"body": "You fool!"}),
    "moderation:rules": Row(admin(200)),
    "moderation:rules-starter": Row(post=admin(303)),
    "moderation:hot-branches": Row(keepers(200, elsewhere=200)),
    "moderation:branch-cool": Row(post=keepers(303, elsewhere=404)),
    "moderation:screens": Row(admin(200)),
    "moderation:spam-act": Row(post=admin(303), data={"act": "stop"}),
    "moderation:rules-export": Row(admin(200)),
    "moderation:rules-import": Row(admin(200), admin(422)),
}

#: Nobody but its author and the staff reads what is held: where these roles might meet it.
UNTRUSTED = ("visitor", "guest", "reader", "other_section")


#: What changes rows, of any table but the sessions'.
WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM|MERGE INTO)\b(?! \"django_session\")", re.IGNORECASE)


@pytest.fixture
def stage(defaults: list[Guideline]) -> Stage:
    return build()


def _ask(client: Client, method: str, url: str, data: dict[str, Any]) -> tuple[int, bytes]:
    """Return status and body; everything that the request wrote is taken back."""
    with undone():
        response = client.get(url) if method == "get" else client.post(url, data)
        body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return response.status_code, body


def _differences(stage: Stage, name: str, roles: tuple[str, ...] = ROLES) -> Iterator[str]:
    row, url = MATRIX[name], stage.url(name)
    for method, wanted in (("get", row.get), ("post", row.post)):
        for role in roles:
            status, body = _ask(stage.browser(role), method, url, row.data if method == "post" else {})
            expected = wanted[ROLES.index(role)]
            if status != expected:
                yield f"{method.upper()} {name} as {role}: {status}, not {expected}"
            if role in UNTRUSTED and SECRET.encode() in body:
                yield f"{method.upper()} {name} as {role}: shows what is held"


def test_every_address_has_its_row() -> None:
    assert set(addresses()) == set(MATRIX)


def test_a_row_has_nine_roles() -> None:
    assert {len(statuses) for row in MATRIX.values() for statuses in (row.get, row.post)} == {len(ROLES)} == {9}


@pytest.mark.once
@pytest.mark.parametrize("app", ["accounts", "discussions", "moderation"])
def test_every_role_at_every_address(stage: Stage, app: str) -> None:
    names = [name for name in MATRIX if name.startswith(f"{app}:")]
    assert [line for name in names for line in _differences(stage, name)] == []


@pytest.mark.once
def test_staff_without_the_second_factor_is_nobody(stage: Stage, settings: Settings) -> None:
    """An administrator and a keeper of the section get what any reader gets, until they have set one up."""
    settings.STAFF_NEED_SECOND_FACTOR = True
    found = []
    for name, row in MATRIX.items():
        for role in ("admin", "section"):
            for method, wanted in (("get", row.get), ("post", row.post)):
                status, body = _ask(stage.browser(role), method, stage.url(name), row.data if method == "post" else {})
                if status != wanted[ROLES.index("reader")] or SECRET.encode() in body:
                    found.append(f"{method.upper()} {name} as {role}: {status}")
    assert found == []


@pytest.mark.once
@pytest.mark.parametrize("role", ["visitor", "reader", "author", "moderator", "admin"])
def test_no_get_changes_anything(stage: Stage, role: str) -> None:
    """No GET writes to any table but the sessions', and their hashes agree; no transaction takes anything back here."""
    client = stage.browser(role)
    before = fingerprints()
    for name in MATRIX:
        with CaptureQueriesContext(connection) as asked:
            response = client.get(stage.url(name))
            if response.streaming:
                list(response.streaming_content)  # type: ignore[attr-defined]
        assert [query["sql"] for query in asked if WRITES.match(query["sql"])] == [], f"GET {name}"
    after = fingerprints()
    assert {table for table in before if before[table] != after[table]} == set()


@pytest.mark.parametrize("role", ["visitor", "author", "admin"])
def test_every_post_needs_its_token(stage: Stage, role: str) -> None:
    client = stage.browser(role, enforce_csrf_checks=True)
    before = fingerprints()
    answers = {
        name: client.post(stage.url(name), row.data).status_code
        for name, row in MATRIX.items()
        if name != "discussions:unsubscribe"  # a mail program's one click (RFC 8058): its signed token is all it has
    }
    assert {name: status for name, status in answers.items() if status != 403} == {}
    assert fingerprints() == before


NUMBERS = (
    "comment_id",
    "passage_id",
    "case_id",
    "decision_id",
    "sanction_id",
    "appeal_id",
    "user_id",
    "guest_id",
    "policy_id",
)


@pytest.mark.parametrize("number", [10**12, 10**30])
def test_a_number_that_is_nobodys_is_not_found(stage: Stage, number: int) -> None:
    """Not even by an administrator, and never as an error of ours."""
    client, found = stage.browser("admin"), []
    for name, keys in addresses().items():
        for key in keys & set(NUMBERS):
            kwargs = stage.special.get(name, {})
            stage.special[name] = {**kwargs, key: number}
            for method in ("get", "post"):
                status, _body = _ask(client, method, stage.url(name), MATRIX[name].data)
                if status not in (404, 405):
                    found.append(f"{method.upper()} {name} {key}={number}: {status}")
            stage.special[name] = kwargs
    assert found == []


def test_words_that_are_nobodys_are_not_found(stage: Stage) -> None:
    client, found = stage.browser("admin"), []
    for name, keys in addresses().items():
        for key in keys & {"slug", "username", "receipt", "token"}:
            stage.special[name] = {**stage.special.get(name, {}), key: "nobodys-words"}
            status, _body = _ask(client, "get", stage.url(name), {})
            # An old address redirects without looking; where it leads to is looked for.
            if status not in (400, 404, 405) and name != "discussions:old-page":
                found.append(f"GET {name}: {status}")
    assert found == []


@pytest.mark.once
def test_what_is_held_or_removed_is_read_by_nobody_else(stage: Stage) -> None:
    """Every address that takes a comment, with comments that only author and staff may read."""
    people = stage.people
    assert isinstance(people["author"], User)
    hidden = {
        "held": make_comment(by=people["author"], body=SECRET, visibility="held", is_listed=False),
        "removed": make_comment(by=people["author"], body=SECRET, visibility="removed"),
        "withdrawn": make_comment(by=people["author"], body=SECRET, visibility="withdrawn", is_listed=False),
        "gone without a trace": make_comment(
            by=people["author"], body=SECRET, visibility="removed", published_at=None, is_listed=False
        ),
    }
    held = make_comment(hidden["held"].article, by=people["author"])
    make_comment(parent=held, by=people["author"], body=SECRET, visibility="held", is_listed=False)
    leaks, reached = [], []
    for state, comment in hidden.items():
        for name, keys in addresses().items():
            if not keys & {"comment_id", "slug"} or name in ("discussions:section", "moderation:guideline"):
                continue
            hidden_one = {"comment_id": comment.pk, "slug": comment.article.slug}
            stage.special[name] = {**stage.special.get(name, {}), **hidden_one}
            for role in UNTRUSTED:
                for method, data in (("get", {}), ("post", {}), ("post", MATRIX[name].data)):
                    status, body = _ask(stage.browser(role), method, stage.url(name), data)
                    if SECRET.encode() in body:
                        leaks.append(f"{method.upper()} {name} as {role}: {state}")
                    if status < 300 and "comment_id" in keys and not comment.is_listed:
                        reached.append(f"{method.upper()} {name} as {role}: {state} {status}")
    assert leaks == []
    assert reached == []


def test_nobody_undoes_somebody_elses_decision(stage: Stage) -> None:
    url = stage.url("moderation:decision-undo")
    for role in ROLES:
        stage.browser(role).post(url)
    assert not Decision.objects.exclude(undone_at=None).exists()
    assert not AuditEntry.objects.filter(name="decision.undone").exists()


@pytest.mark.parametrize("role", ROLES)
def test_the_table_of_acts_is_what_roles_may(stage: Stage, role: str) -> None:
    standing = {"moderator": Role.MODERATOR, "section": Role.MODERATOR, "other_section": Role.MODERATOR}
    standing |= {"senior": Role.SENIOR, "admin": Role.ADMIN}
    mine = standing.get(role, Role.READER)
    assert {act for act in TABLE if may(stage.people[role], act)} == {act for act in TABLE if TABLE[act] <= mine}
