"""One's own data in a real browser: a copy, and the way out, in every look."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import Erasure, User
from tests.accounts.people import PASSWORD, make_member
from tests.browser.axe import LOOKS, check
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ann() -> User:
    return make_member("ann", name="Ann Lee")


@pytest.mark.parametrize("look", ["light", "narrow", "right-to-left", "dark"])
def test_a_copy_and_the_way_out(open_page: OpenPage, ann: User, look: str) -> None:
    page = open_page(ann, **LOOKS[look])
    page.goto("/privacy/")
    check(page, look)
    page.locator("form[action='/privacy/export/'] button").click()
    page.reload()
    expect(page.locator(".copies a")).to_have_count(1)
    check(page, look)
    _keep(page.screenshot(full_page=True), f"data-{look}")
    page.goto(f"{page.url.rstrip('/')}/erase/")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    expect(page.locator("input[name=texts]")).to_have_count(2)
    check(page, look)
    _keep(page.screenshot(full_page=True), f"erase-{look}")
    page.locator("main form button").click()
    expect(page.locator(".error")).to_be_visible()
    check(page, look)
    page.locator("input[value=keep]").check()
    page.locator("main form button").click()
    page.wait_for_function("() => !document.querySelector('input[name=texts]')")
    check(page, look)
    _keep(page.screenshot(full_page=True), f"closed-{look}")
    assert Erasure.objects.get().keeps_texts


def _keep(picture: bytes, name: str) -> None:
    """Write the picture where somebody wants to look at it, if `PARKBENCH_PICTURES` says where."""
    if folder := os.environ.get("PARKBENCH_PICTURES"):
        (Path(folder) / f"privacy-{name}.png").write_bytes(picture)
