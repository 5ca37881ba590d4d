"""The Django admin: every model is there, opens quickly, and cannot change what has happened; roles are logged."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.admin_site import HouseAdminSite
from accounts.models import Erasure, Export, Guest, Mail, RefusedAddress, User
from core.models import LastRun, Outbox
from discussions.models import (
    ArticleRevision,
    Comment,
    Delivery,
    LiveEvent,
    Mute,
    Notice,
    Passage,
    PassageHistory,
    PromptNotice,
    Revision,
    Submission,
    Subscription,
    Vote,
)
from moderation import audit, models
from moderation.access import Role, standing_of
from moderation.actions.appeal import appeal, write
from moderation.actions.claim import skip
from moderation.actions.decide import Verdict, decide
from moderation.actions.notes import write_note
from moderation.actions.policy import set_policy
from moderation.actions.report import report_comment
from moderation.actions.sanction import impose
from moderation.models import AuditEntry, Case, GuidelineVersion, SectionModerator
from tests.discussions.passages_stage import comment_on, write_article
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
from tests.moderation.test_people_pages import browser

pytestmark = pytest.mark.django_db

OURS = ("core", "accounts", "discussions", "moderation")
#: Written by actions alone: nobody adds, changes or deletes one here.
HISTORY: list[type[Model]] = [
    *(model for model in apps.get_app_config("moderation").get_models() if model is not models.Guideline),
    Revision, Submission, Vote, Outbox, LastRun, ArticleRevision, Passage, PassageHistory,
    Delivery, LiveEvent, Mute, PromptNotice, Subscription, Mail, RefusedAddress, Export, Erasure,
]  # fmt: skip


def address(model: type[Model], page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def operator(db: None) -> User:
    return make_user("operator", is_staff=True, is_superuser=True)


@pytest.fixture
def root(operator: User) -> Client:
    return browser(operator)


def happen(guideline: GuidelineVersion, n: int) -> None:
    """Let one of everything happen that the models tell of."""
    reader, guest, keeper = make_user(name=f"Reader {n}"), make_guest(), make_moderator()
    article = make_article(section=make_section(f"Section{n}"))
    comment = make_comment(article, by=reader, body=f"Thought {n}.")
    comment_on(write_article())
    Revision.objects.create(comment=comment, number=1, body="Before.", created_at=timezone.now())
    Submission.objects.create(key=uuid.uuid4(), article=article, comment=comment)
    Vote.objects.create(comment=comment, guest=guest, value=1)
    Notice.objects.create(language=f"x{n}", body="Words.")
    case = report_comment(comment, by=guest, guideline=guideline.guideline, note="Rude.").case
    skip(case, by=make_moderator())
    models.UnlawfulNotice.objects.create(
        case=case, comment=comment, revision=1, explanation="It is.", is_sincere=True, key=uuid.uuid4()
    )
    case.refresh_from_db()
    verdict = Verdict("remove", guideline=guideline, note="Rude.")
    decision = decide(case, verdict, by=keeper, key=uuid.uuid4(), lock_version=case.lock_version, revision=1)
    decision.final_at = timezone.now() - timedelta(seconds=1)
    decision.save()
    made = appeal(decision, by=reader, text="Why?")
    write(made, by=make_senior(), text="Because.")
    impose(
        reader, kind="warning", guideline_version=guideline, reason="Rude.", by=keeper, key=uuid.uuid4(),
        decision=decision,
    )  # fmt: skip
    write_note(reader, by=keeper, text="Hm.")
    set_policy(article, mode="hold_all", by=make_admin())
    _rules(comment, n)
    _told(comment, reader, guest, n)
    SectionModerator.objects.create(user=keeper, section=make_section())


def _rules(comment: Comment, n: int) -> None:
    by = make_admin()
    rule = models.Rule.objects.create(title=f"Rule {n}", owner=by)
    version = models.RuleVersion.objects.create(rule=rule, n=1, definition={}, by=by, signed_by=make_admin())
    models.Backtest.objects.create(version=version, by=by, days=7, at_most=10)
    bands = {f"band{i}": n for i in range(8)}
    models.Fingerprint.objects.create(comment=comment, revision=1, exact=n, sketch=b"1234", **bands)
    models.HotBranch.objects.create(
        root=comment, article=comment.article, heat=1, comments=1, people=1, reports=0, returns=0, until=timezone.now(),
        ended_by=by,
    )  # fmt: skip
    models.RecordedSignal.objects.create(comment=comment, revision=1, name="spam", value=0.5)
    models.SpamModel.objects.create(
        n=n, spam=1, fine=1, digest="", size=1, features=0, key_mark="", counts=b"", temperature=1, by=by
    )
    hit = models.RuleHit.objects.create(
        rule=rule, version=version, comment=comment, revision=1, is_live=False, effect="none"
    )
    models.RuleMeasure.objects.create(
        rule=rule, hit=hit, kind="slow", branch=comment, minutes=5, until=timezone.now() + timedelta(hours=1)
    )
    models.RuleDay.objects.create(rule=rule, day=timezone.localdate(), times={"20": 3})
    models.NetworkTrace.objects.create(comment=comment, network="a1b2c3d4")


def _told(comment: Comment, reader: User, guest: Guest, n: int) -> None:
    article, now = comment.article, timezone.now()
    follows = Subscription.objects.create(
        member=reader, article=article, scope=Subscription.Scope.ARTICLE, frequency="daily", confirmed_at=now
    )
    mail = Mail.objects.create(key=f"told-{n}", kind=Mail.Kind.COMMENTS, member=reader)
    Delivery.objects.create(
        member=reader, comment=comment, kind=Delivery.Kind.values[0], state=Delivery.State.values[0],
        subscription=follows, mail=mail,
    )  # fmt: skip
    Mute.objects.create(guest=guest, article=article)
    place = PassageHistory.objects.latest("pk")
    PromptNotice.objects.create(member=reader, passage=place.passage, place=place, before="anchored")
    LiveEvent.objects.create(article=article, comment=comment, kind="added")
    RefusedAddress.objects.create(digest=f"{n}" * 64, reason="550 no such user")
    Export.objects.create(user=reader)
    Erasure.objects.create(user=make_user(), keeps_texts=True, due_at=now)
    LastRun.objects.get_or_create(name=f"task-{n}")


def test_every_model_is_registered() -> None:
    every = {model for name in OURS for model in apps.get_app_config(name).get_models()}
    assert {model.__name__ for model in every if not admin.site.is_registered(model)} == set()


def test_every_list_opens_with_rows_and_costs_the_same(root: Client, guideline: GuidelineVersion) -> None:
    every = [model for name in OURS for model in apps.get_app_config(name).get_models()]
    happen(guideline, 0)
    costs = {model: _cost(root, model) for model in every}
    for n in range(1, 6):
        happen(guideline, n)
    grown = {model.__name__: (cost, now) for model, cost in costs.items() if (now := _cost(root, model)) > cost}
    # A filter lists the sections, the guidelines, the days that there are: one query each, not one a row.
    assert grown == {}
    assert max(costs.values()) < 15


def _cost(client: Client, model: type[Model]) -> int:
    client.get(address(model))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address(model))
    assert page.status_code == 200, model
    assert page.context["cl"].result_count > 0, model
    return len(queries)


def test_every_row_opens(root: Client, guideline: GuidelineVersion) -> None:
    happen(guideline, 0)
    for model in HISTORY:
        row = model._default_manager.first()
        assert row is not None, model
        page = root.get(address(model, "change", row.pk))
        assert page.status_code == 200, model
        html = page.content.decode()
        assert 'name="_save"' not in html, model


def test_nothing_here_changes_history(root: Client, guideline: GuidelineVersion) -> None:
    happen(guideline, 0)
    before = {model: list(model._default_manager.order_by("pk").values()) for model in HISTORY}
    for model in HISTORY:
        row = model._default_manager.first()
        assert row is not None
        for url in (address(model, "add"), address(model, "change", row.pk), address(model, "delete", row.pk)):
            assert root.post(url, {"post": "yes", "reason": "x", "text": "x"}).status_code == 403, url
        chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        root.post(address(model), chosen)
        assert "delete_selected" not in root.get(address(model)).content.decode()
    assert {model: list(model._default_manager.order_by("pk").values()) for model in HISTORY} == before
    assert audit.find_break() is None


def test_every_search_works(root: Client, guideline: GuidelineVersion) -> None:
    happen(guideline, 0)
    for model in HISTORY:
        for term in ("1", "rude", "#1", "’", "9" * 30):
            assert root.get(address(model), {"q": term}).status_code == 200, (model, term)


def test_the_log_is_found_by_number_and_by_name(root: Client, guideline: GuidelineVersion) -> None:
    happen(guideline, 0)
    entry = AuditEntry.objects.filter(name="comment.removed").get()
    found = root.get(address(AuditEntry), {"name": "comment.removed"}).context["cl"].result_list
    assert [row.pk for row in found] == [entry.pk]
    for number in (entry.comment_id, f"#{entry.actor_id}", entry.subject_id, entry.pk):
        assert entry in root.get(address(AuditEntry), {"q": str(number)}).context["cl"].result_list
    assert list(root.get(address(AuditEntry), {"q": "word"}).context["cl"].result_list) == []


def test_what_is_private_stays_so(root: Client, guideline: GuidelineVersion) -> None:
    happen(guideline, 0)
    models.UnlawfulNotice.objects.update(name="Ann Lee", email="ann@example.org")
    models.Report.objects.update(network="a1b2c3d4")
    for model, secret in ((models.UnlawfulNotice, "ann@example.org"), (models.Report, "a1b2c3d4")):
        row = model._default_manager.get()
        for url in (address(model), address(model, "change", row.pk)):
            assert secret not in root.get(url).content.decode()


# --- the second factor -----------------------------------------------------------------------------


def test_the_admin_asks_for_a_second_factor(settings: Settings, operator: User, root: Client) -> None:
    assert isinstance(admin.site, HouseAdminSite)
    settings.STAFF_NEED_SECOND_FACTOR = True
    answer = root.get("/admin/", follow=True)
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Set up a second factor" in html
    assert 'href="/accounts/2fa/"' in html
    assert root.get(address(Case)).status_code == 302
    Authenticator.objects.create(user=operator, type="totp", data={})
    assert root.get("/admin/").status_code == 200
    assert root.get(address(Case)).status_code == 200


def test_others_are_told_as_before(settings: Settings) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = True
    answer = browser(make_user()).get("/admin/", follow=True)
    assert (answer.status_code, "second factor" in answer.content.decode()) == (403, False)
    assert browser(None).get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    request = RequestFactory().get("/admin/")
    request.user = make_user(is_staff=True, is_active=False)
    assert not admin.site.has_permission(request)


# --- roles -----------------------------------------------------------------------------------------


def change(user: User, **typed: Any) -> dict[str, Any]:
    """Return the form of a member as the page sends it."""
    form: dict[str, Any] = {
        "username": user.username, "email": user.email, "name": user.name, "is_active": "on",
        "groups": [group.pk for group in user.groups.all()],
    }  # fmt: skip
    return {name: value for name, value in {**form, **typed}.items() if value is not None}


def test_a_role_is_given_and_logged(root: Client, operator: User, reader: User) -> None:
    seniors, section = Group.objects.get(name="Senior moderators"), make_section("Culture")
    url = address(User, "change", reader.pk)
    inline = root.get(url).context["inline_admin_formsets"][0].formset.prefix
    rows = {f"{inline}-TOTAL_FORMS": 1, f"{inline}-INITIAL_FORMS": 0, f"{inline}-0-user": reader.pk}
    form = {**change(reader), **rows, f"{inline}-0-section": section.pk, "groups": [seniors.pk], "is_staff": "on"}
    answer = root.post(url, form)
    assert answer.status_code == 302, answer.context["errors"]
    assert SectionModerator.objects.get().user == reader
    entry = AuditEntry.objects.get(name="role.changed")
    assert (entry.actor_id, entry.subject_id) == (operator.pk, reader.pk)
    assert entry.data == {
        "is_staff": [False, True], "groups": [[], [seniors.pk]], "sections": [[], [section.pk]]
    }  # fmt: skip
    html = root.get(url).content.decode()
    assert "Culture" in html
    assert "Senior moderators" in html


def test_what_is_no_role_is_not_logged(root: Client, reader: User) -> None:
    url = address(User, "change", reader.pk)
    inline = root.get(url).context["inline_admin_formsets"][0].formset.prefix
    rows = {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
    assert root.post(url, {**change(reader, name="Ann Lee"), **rows}).status_code == 302
    reader.refresh_from_db()
    assert reader.name == "Ann Lee"
    assert not AuditEntry.objects.exists()
    assert root.post(url, {**change(reader, is_active=None), **rows}).status_code == 302
    assert AuditEntry.objects.get().data == {"is_active": [True, False]}


def test_a_new_member_is_no_role(root: Client) -> None:
    password = "correct horse battery"
    form = {"email": "a@example.org", "username": "ann", "name": "Ann", "usable_password": "true"}
    assert root.post(address(User, "add"), {**form, "password1": password, "password2": password}).status_code == 302
    assert not AuditEntry.objects.exists()


def test_staff_who_are_no_superusers_see_roles_and_change_none(reader: User) -> None:
    clerk = make_user("clerk", is_staff=True)
    codenames = ["view_user", "change_user", "view_group", "change_group", "view_sectionmoderator"]
    clerk.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    SectionModerator.objects.create(user=reader, section=make_section("Culture"))
    group = Group.objects.get(name="Administrators")
    client, url = browser(clerk), address(User, "change", reader.pk)
    assert "Culture" in client.get(url).content.decode()
    assert client.post(url, {**change(reader), "groups": [group.pk], "name": "New name"}).status_code == 302
    reader.refresh_from_db()
    assert (reader.name, reader.groups.count(), SectionModerator.objects.count()) == ("New name", 0, 1)
    assert client.post(address(Group, "change", group.pk), {"name": "Mine"}).status_code == 403
    assert not AuditEntry.objects.exists()


def test_what_a_group_may_do_is_logged(root: Client) -> None:
    group = Group.objects.get(name="Moderators")
    permission = Permission.objects.get(codename="review", content_type__app_label="moderation")
    before = [row.pk for row in group.permissions.all()]
    form = {"name": group.name, "permissions": [*before, permission.pk]}
    assert root.post(address(Group, "change", group.pk), form).status_code == 302
    entry = AuditEntry.objects.get(name="role.changed")
    assert entry.data == {"group": group.pk, "permissions": [before, sorted([*before, permission.pk])]}
    assert root.post(address(Group, "delete", group.pk), {"post": "yes"}).status_code == 302
    assert AuditEntry.objects.first().data == {"group": group.pk, "deleted": True}  # type: ignore[union-attr]


def test_groups_of_the_house_give_their_roles() -> None:
    for name, role in (
        ("Moderators", Role.MODERATOR), ("Senior moderators", Role.SENIOR), ("Administrators", Role.ADMIN),
    ):  # fmt: skip
        user = make_user()
        user.groups.add(Group.objects.get(name=name))
        assert standing_of(user).role == role
