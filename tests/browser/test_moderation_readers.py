"""Pages of the house for readers: nothing that axe-core knows is wrong, and a report is made without a script."""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from moderation.actions.decide import Verdict, decide
from moderation.actions.report import report_comment
from moderation.actions.unlawful import Claim, give_notice
from moderation.models import Decision, Guideline, GuidelineVersion, Notification, Report, Sanction
from tests.browser import stage
from tests.browser.axe import LOOKS, check
from tests.browser.conftest import OpenPage
from tests.factories import make_comment, make_moderator, make_user

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _guidelines(transactional_db: None) -> None:
    """Bring back the guidelines that the flush of an earlier test took away."""
    importlib.import_module("moderation.migrations.0002_default_guidelines").install(apps, None)
    importlib.import_module("moderation.migrations.0005_author_notes").fill(apps, None)


def decided(outcome: str, by: User, *, span: str = "") -> Decision:
    """Return a final decision about a comment of `by`, which somebody reported."""
    comment = stage.say(stage.story(), "You are a fool, and everybody knows it.", by=by)
    report = report_comment(comment, by=make_user(), guideline=Guideline.objects.get(number=2))
    version = GuidelineVersion.objects.in_force().get(guideline__number=2)
    verdict = Verdict(outcome, version, note="Please talk about the idea.", span=span)
    keeper = make_moderator()
    decision = decide(
        report.case, verdict, by=keeper, key=uuid.uuid4(), lock_version=report.case.lock_version, revision=1
    )
    Decision.objects.filter(pk=decision.pk).update(final_at=timezone.now() - timedelta(seconds=1))
    Notification.objects.filter(decision=decision).update(due_at=timezone.now() - timedelta(seconds=1))
    return decision


def report_form() -> tuple[str, User | None]:
    return f"{make_comment(stage.story()).get_absolute_url()}report/", make_user()


def report_as_visitor() -> tuple[str, User | None]:
    return f"{make_comment(stage.story()).get_absolute_url()}report/", None


def unlawful_form() -> tuple[str, User | None]:
    return f"{make_comment(stage.story()).get_absolute_url()}unlawful/", None


def receipt() -> tuple[str, User | None]:
    claim = Claim("It names my street.", is_sincere=True)
    notice = give_notice(make_comment(stage.story()), claim, key=uuid.uuid4(), network="192.0.2.0/24")
    return f"/notices/{notice.receipt}/", None


def own_comments_with_reasons() -> tuple[str, User | None]:
    reader, keeper = make_user(name="Ada Grey"), make_moderator()
    for outcome in ("return", "remove", "collapse"):
        decided(outcome, reader, span="a fool")
    version = GuidelineVersion.objects.in_force().get(guideline__number=2)
    fields = {"user": reader, "guideline_version": version, "by": keeper}
    Sanction.objects.create(kind="warning", reason="Calm, please.", key=uuid.uuid4(), **fields)
    until = timezone.now() + timedelta(days=2)
    Sanction.objects.create(kind="mute", reason="Two days.", key=uuid.uuid4(), until=until, **fields)
    return reader.get_absolute_url(), reader


def returned_for_edit() -> tuple[str, User | None]:
    reader = make_user()
    return f"{decided('return', reader, span='a fool').comment.get_absolute_url()}edit/", reader


def notifications() -> tuple[str, User | None]:
    reader = make_user()
    for outcome in ("return", "remove"):
        decided(outcome, reader)
    return "/notifications/", reader


def decision_page() -> tuple[str, User | None]:
    reader = make_user()
    return f"/decisions/{decided('remove', reader).pk}/", reader


def public_log() -> tuple[str, User | None]:
    decided("remove", make_user())
    return "/moderation-log/", None


SCENES: dict[str, Callable[[], tuple[str, User | None]]] = {
    "report form": report_form,
    "report as a visitor": report_as_visitor,
    "notice of unlawful content": unlawful_form,
    "receipt": receipt,
    "own comments with reasons": own_comments_with_reasons,
    "returned for edit": returned_for_edit,
    "notifications": notifications,
    "decision": decision_page,
    "public log": public_log,
}


@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing(open_page: OpenPage, scene: str) -> None:
    path, reader = SCENES[scene]()
    for look, options in LOOKS.items():
        page = open_page(reader, **options)
        assert page.goto(path).status == 200  # type: ignore[union-attr]
        check(page, look)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.close()


def test_a_report_is_made_without_a_script(open_page: OpenPage) -> None:
    comment = make_comment(stage.story(), by=make_user(name="Ben Alder"))
    page = open_page(make_user(), java_script_enabled=False)
    page.goto(comment.article.get_absolute_url())
    page.get_by_role("link", name="Report Ben Alder").click()
    page.get_by_role("button", name="Report").click()
    expect(page.get_by_role("alert")).to_contain_text("Please choose a guideline.")
    page.get_by_role("radio", name="Criticise ideas, not people").check()
    page.get_by_role("button", name="Report").click()
    expect(page.locator(".message.ok")).to_contain_text("Thank you. A moderator reads it")
    assert Report.objects.get().comment == comment
