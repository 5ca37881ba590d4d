"""Abuse cases 2, 3, 49, 60 and 68: what people type, wherever it comes out again."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import timedelta
from typing import Any

import time_machine
from django.apps import apps
from django.core import mail
from django.db import models
from django.test import Client
from django.utils import timezone

from accounts.models import Guest, User
from core.outbox import drain
from tests.moderation.stage import Stage
from tests.security.crawl import Answer, crawl

OURS = ("accounts", "discussions", "moderation")
#: Breaks out of an attribute, a comment, a script, a title and a CDATA section, then opens an element of its own.
BREAK = "\"'--></title></script>]]><xqx onxqx=hit()>{{7*7}}"

#: Text columns that no person fills: made by us, or checked against a closed form before they are stored.
NOT_TYPED = {
    "User.password", "User.username", "User.email", "User.language", "User.time_zone",
    "Guest.email", "Guest.source", "Guest.source_key", "Export.language", "Erasure.language",
    "Section.slug", "Article.slug", "Article.language", "Article.url", "Article.source", "Article.source_id",
    "Comment.language", "Comment.source", "Comment.source_id", "Notice.language", "Submission.digest",
    "Case.language", "Guideline.slug", "GuidelineText.language", "Sanction.address_hash",
    "AuditEntry.name", "AuditEntry.previous", "AuditEntry.hash", "AuditHead.hash",
    "ArticleRevision.sha256", "ArticleRevision.html_sha256", "Passage.mark", "Passage.method",
    "Report.network", "UnlawfulNotice.receipt", "UnlawfulNotice.email", "UnlawfulNotice.language",
}  # fmt: skip
#: Markdown, and the HTML that one renderer makes of it: the pages show the HTML only.
RENDERED = {
    "Comment.body": "Comment.html", "Revision.body": "", "Article.body": "Article.body_html",
    "Notice.body": "Notice.html", "GuidelineText.body": "GuidelineText.html",
}  # fmt: skip


def _columns() -> dict[str, models.Field[Any, Any]]:
    found: dict[str, models.Field[Any, Any]] = {}
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, (models.CharField, models.TextField)) and not field.choices:
                    found[f"{model.__name__}.{field.name}"] = field
    return found


def _typed() -> dict[str, models.Field[Any, Any]]:
    html = {*RENDERED, *RENDERED.values()}
    return {name: field for name, field in _columns().items() if name not in NOT_TYPED and name not in html}


def test_row_03_every_text_column_is_typed_rendered_or_ours() -> None:
    """A new column is typed until somebody says that it is not; what holds HTML has exactly one source."""
    columns = set(_columns())
    assert NOT_TYPED - columns == set()
    assert ({*RENDERED, *RENDERED.values()} - {""}) - columns == set()
    html = {name for name in columns if name.endswith("html")}
    assert html == set(RENDERED.values()) - {""}


def make_hostile() -> None:
    """Fill every typed column of every row that has something in it with the hostile words."""
    for field in _typed().values():
        rows = field.model._default_manager.exclude(**{field.name: ""})
        rows.update(**{field.name: BREAK[: field.max_length or 1000]})


def _leaks(answer: Answer) -> bool:
    if answer.kind in ("text/html", "application/atom+xml", "application/xml"):
        return "<xqx" in answer.body or "\"'-->" in answer.body or "49" in re.findall(r"-->.{0,40}", answer.body)
    return answer.kind not in ("application/json", "text/csv", "application/zip", "text/plain") and "xqx" in answer.body


def test_row_02_hostile_words_in_every_field_on_every_page(stage: Stage) -> None:
    make_hostile()
    answers = list(crawl(stage, "visitor", "author", "admin"))
    assert sum("xqx" in answer.body for answer in answers) > 30, "they are shown, escaped"
    assert [str(answer) for answer in answers if _leaks(answer)] == []


def test_row_02_the_test_bites() -> None:
    page = Answer("x", "y", {"Content-Type": "text/html"}, f"<p>{BREAK}</p>")
    assert _leaks(page)


def test_row_49_hostile_words_in_every_mail(stage: Stage) -> None:
    """Text stays text; the HTML part holds no element of anybody's; headers are headers."""
    make_hostile()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):  # nobody is told of what can still be undone
        drain()
    assert mail.outbox
    for message in mail.outbox:
        parsed = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.strict)
        html = parsed.get_body(("html",))
        assert html is not None
        assert "<xqx" not in html.get_content()
        assert parsed["Bcc"] is None


def test_row_60_no_address_of_anybody_is_on_a_page_of_others(stage: Stage) -> None:
    reader = stage.people["reader"]
    assert isinstance(reader, User)
    for n, row in enumerate(User.objects.exclude(pk=reader.pk)):
        User.objects.filter(pk=row.pk).update(email=f"secret{n}@hidden.example")
    Guest.objects.exclude(email="gus@example.org").update(email="secret@hidden.example")
    bad = ("@hidden.example", "session_key", "password_hash", "md5$")
    found = [
        f"{answer}: {word}"
        for answer in crawl(stage, "visitor", "reader")
        for word in bad
        # The signed link of a guest shows its own address: who holds it has read that mailbox.
        if word in answer.body and answer.name != "accounts:guest"
    ]
    assert found == []


def test_row_68_nothing_is_served_as_a_script(stage: Stage) -> None:
    allowed = {
        "text/html",
        "application/json",
        "application/atom+xml",
        "text/csv",
        "application/zip",
        "application/yaml",
        "",
    }
    answers = list(crawl(stage, "visitor", "admin"))
    assert {answer.kind for answer in answers} <= allowed
    assert "callback" not in Client().get("/comments/counts.json?article=1&callback=hit").content.decode()
