"""What is known of a member with their row."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.models.questions import may_be
from discussions.access import MODERATE
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_who_was_given_nothing_is_not_asked_again(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    member = User.objects.get(pk=make_user().pk)
    with django_assert_num_queries(0):
        assert not member.holds(MODERATE)
    assert not may_be(member, "was_given")


@pytest.mark.parametrize("by_group", [True, False])
def test_what_a_member_was_given(by_group: bool, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    keeper, other = make_user(), make_user()
    moderate = Permission.objects.get(codename="moderate", content_type__app_label="discussions")
    if by_group:
        keepers = Group.objects.create(name="Keepers")
        keepers.permissions.add(moderate)
        keeper.groups.add(keepers)
    else:
        keeper.user_permissions.add(moderate)
    member = User.objects.get(pk=keeper.pk)
    with django_assert_num_queries(1):
        assert member.holds(MODERATE)
    assert not User.objects.get(pk=other.pk).holds(MODERATE)


def test_a_member_who_was_read_another_way_is_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    member = User.objects.get(username=make_user().username)
    with django_assert_num_queries(1):
        assert not member.holds(MODERATE)
