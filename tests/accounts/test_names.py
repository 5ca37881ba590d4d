"""What people may call themselves."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.names import clean_handle, clean_name
from tests.factories import make_moderator, make_user

pytestmark = pytest.mark.django_db


def code_of(error: pytest.ExceptionInfo[ValidationError]) -> str:
    assert error.value.code is not None
    return str(error.value.code)


@pytest.mark.parametrize(
    ("typed", "handle"),
    [("ann", "ann"), ("  Ann.Lee ", "ann.lee"), ("@dan-7", "dan-7"), ("A_B", "a_b"), ("a" * 30, "a" * 30)],
)
def test_handles(typed: str, handle: str) -> None:
    assert clean_handle(typed) == handle


@pytest.mark.parametrize(
    "typed", ["", "ab", "a" * 31, "ann lee", ".ann", "ann-", "änn", "аnn", "ann\u200b", "ann/", "a@b", "ann\n!"]
)
def test_no_handles(typed: str) -> None:
    with pytest.raises(ValidationError) as error:
        clean_handle(typed)
    assert code_of(error) == "invalid"
    assert "3 to 30 letters" in error.value.messages[0]


def test_a_handle_is_taken_in_any_case() -> None:
    make_user("ann.lee")
    with pytest.raises(ValidationError) as error:
        clean_handle("ANN.Lee")
    assert code_of(error) == "taken"


def test_a_member_keeps_their_own_handle() -> None:
    ann = make_user("ann")
    assert clean_handle("ann", owner=ann) == "ann"


@pytest.mark.parametrize(
    "name",
    ["admin", "Moderator", "Admin 2", "The Moderator", "site.admin", "m0derator", "Ａｄｍｉｎ", "аdmin", "Adm1n_7",
     "Support", "staff", "Parkbench", "PARK BENCH", "Moderadora", "المشرف", "moderat0r-team"],
)  # fmt: skip
def test_roles_and_reserved_words_are_refused(name: str) -> None:
    with pytest.raises(ValidationError) as error:
        clean_name(name)
    assert code_of(error) == "reserved"


@pytest.mark.parametrize("handle", ["admin", "moderator", "parkbench", "support", "the-admin", "m0derat0r", "root"])
def test_reserved_handles_are_refused(handle: str) -> None:
    with pytest.raises(ValidationError) as error:
        clean_handle(handle)
    assert code_of(error) == "reserved"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Ann Lee", "Ann Lee"), (" Ann   Lee ", "Ann Lee"), ("Supporter of bread", "Supporter of bread"), ("", ""),
     ("Help the bees", "Help the bees"), ("Moderate Maud", "Moderate Maud"), ("李雷", "李雷"), ("A\u202enn", "Ann")],
)  # fmt: skip
def test_names(typed: str, name: str) -> None:
    assert clean_name(typed) == name


def test_the_name_of_the_site_is_reserved(settings: Settings) -> None:
    settings.SITE_NAME = "The Harbour Post"
    with pytest.raises(ValidationError):
        clean_name("the harbour-p0st")


@pytest.mark.parametrize("typed", ["...", "\u3164", "\u200b"])
def test_a_name_shows_something(typed: str) -> None:
    with pytest.raises(ValidationError) as error:
        clean_name(typed)
    assert code_of(error) == "invisible"


@pytest.mark.parametrize("copy", ["Nora Park", "nora.park", "Νоrа Раrk", "n.k33per", "N.Keeper"])
def test_nobody_looks_like_a_moderator(copy: str) -> None:
    make_moderator("n.keeper", name="Nora Park")
    with pytest.raises(ValidationError) as error:
        clean_name(copy)
    assert code_of(error) == "look_alike"


def test_staff_and_members_of_groups_are_guarded_too() -> None:
    make_user("boss", name="Bea Boss", is_staff=True)
    make_user("second", name="Sam Second").groups.add(Group.objects.create(name="Editors"))
    for name in ("bea boss", "Sam  Second"):
        with pytest.raises(ValidationError):
            clean_name(name)


def test_names_of_other_members_are_free() -> None:
    make_user("ann", name="Ann Lee")
    assert clean_name("Ann Lee") == "Ann Lee"


def test_who_keeps_the_house_may_say_so_but_not_be_somebody_else() -> None:
    nora = make_moderator("nora", name="Nora Park")
    make_moderator("omar", name="Omar Reed")
    assert clean_name("Nora Park (moderator)", owner=nora) == "Nora Park (moderator)"
    assert clean_name("Nora Park", owner=nora) == "Nora Park"
    with pytest.raises(ValidationError):
        clean_name("Omar Reed", owner=nora)


def test_one_query_however_many_keepers(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(5):
        make_moderator()
    with django_assert_num_queries(1):
        clean_name("Ann Lee")
