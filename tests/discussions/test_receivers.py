"""What `discussions` does when other apps have news."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command

from discussions import access
from discussions.receivers import make_moderators
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def tell_migrated() -> None:
    make_moderators(apps.get_app_config("discussions"), using="default", apps=apps)


def test_migrate_makes_the_group_and_its_members_keep_the_house() -> None:
    member = make_user()
    assert not access.is_moderator(member)
    member.groups.add(Group.objects.get(name="Moderators"))
    member = type(member).objects.get(pk=member.pk)
    assert access.is_moderator(member)


def test_the_group_stays_as_the_site_changed_it() -> None:
    group = Group.objects.get(name="Moderators")
    group.permissions.clear()
    tell_migrated()
    assert not group.permissions.exists()


def test_a_group_that_was_deleted_comes_back_with_its_permission() -> None:
    Group.objects.filter(name="Moderators").delete()
    tell_migrated()
    group = Group.objects.get(name="Moderators")
    assert [permission.codename for permission in group.permissions.all()] == ["moderate"]


def test_migrate_is_silent_when_run_again() -> None:
    call_command("migrate", verbosity=0)
    assert Group.objects.filter(name="Moderators").count() == 1
