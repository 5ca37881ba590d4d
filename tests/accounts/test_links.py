"""The signed link of a guest."""

from __future__ import annotations

import pytest
import time_machine
from django.core import signing
from pytest_django import Settings

from accounts.links import link_address, make_token, read_token
from accounts.models import Guest
from core.errors import BadRequest, Gone
from tests.factories import make_guest, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def bo() -> Guest:
    return make_guest("Bo", email="bo@example.org")


def test_a_link_says_who_it_was_made_for(bo: Guest) -> None:
    link = read_token(make_token(bo))
    assert link.guest == bo
    assert not link.is_expired


def test_the_address_is_the_configured_one(bo: Guest, settings: Settings) -> None:
    settings.SITE_URL = "https://news.example.org/"
    assert link_address(bo).startswith("https://news.example.org/guest/")
    assert link_address(bo).endswith("/")


def test_after_a_week_it_is_old(bo: Guest) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        token = make_token(bo)
        clock.move_to("2026-03-08T11:59:00Z")
        assert not read_token(token).is_expired
        clock.move_to("2026-03-08T12:01:00Z")
        assert read_token(token).is_expired


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1],
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "x" + token,
        lambda token: token.split(":")[0],
        lambda token: "",
        lambda token: "é" * 40,
        lambda token: token.swapcase(),
    ],
)
def test_a_forged_link(bo: Guest, spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(BadRequest, match="not complete"):
        read_token(spoil(make_token(bo)))


@pytest.mark.parametrize("salt", ["account", "django.core.signing", "accounts.unsubscribe", ""])
def test_a_link_for_another_purpose(bo: Guest, salt: str) -> None:
    token = signing.dumps({"guest": bo.pk, "email": bo.email}, salt=salt)
    with pytest.raises(BadRequest):
        read_token(token)


def test_a_link_signed_with_another_key(bo: Guest, settings: Settings) -> None:
    token = make_token(bo)
    settings.SECRET_KEY = "another"
    with pytest.raises(BadRequest):
        read_token(token)


def test_a_key_that_was_replaced_goes_on_for_old_links(bo: Guest, settings: Settings) -> None:
    token = make_token(bo)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert read_token(token).guest == bo


def test_another_address_since(bo: Guest) -> None:
    token = make_token(bo)
    Guest.objects.update(email="bob@example.org")
    with pytest.raises(Gone, match="newer mail"):
        read_token(token)


def test_a_member_by_now(bo: Guest) -> None:
    token = make_token(bo)
    Guest.objects.update(claimed_by=make_user())
    with pytest.raises(Gone, match="log in"):
        read_token(token)


def test_nobody_any_more(bo: Guest) -> None:
    token = make_token(bo)
    bo.delete()
    with pytest.raises(Gone, match="not here any more"):
        read_token(token)
