"""What a test with real transactions leaves to the next one: the database as the migrations made it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError

from accounts.models import User
from discussions.models import Comment
from moderation import audit, triggers
from moderation.models import AuditEntry, GuidelineText
from tests.emptying import CleanState
from tests.factories import make_comment, make_moderator

pytestmark = pytest.mark.django_db(transaction=True)


def _leave_traces() -> None:
    comment, by = make_comment(), make_moderator()
    audit.record("comment.removed", by=by, comment=comment)


def test_what_was_written_is_gone() -> None:
    clean = CleanState()
    _leave_traces()
    clean.restore()
    assert not User.objects.exists()
    assert not Comment.objects.exists()
    assert not AuditEntry.objects.exists()


def test_what_the_migrations_wrote_is_put_back() -> None:
    clean = CleanState()
    before = [list(model.objects.order_by("pk").values()) for model in (Permission, Group, GuidelineText)]
    assert before[0]
    GuidelineText.objects.all().delete()
    Group.objects.filter(name="Moderators").update(name="Gardeners")
    Permission.objects.filter(codename="moderate").delete()
    clean.restore()
    assert [list(model.objects.order_by("pk").values()) for model in (Permission, Group, GuidelineText)] == before


def test_the_audit_log_is_guarded_again() -> None:
    clean = CleanState()
    _leave_traces()
    clean.restore()
    _leave_traces()
    with pytest.raises(DatabaseError, match=triggers.WORDS):
        AuditEntry.objects.update(name="case.opened")
