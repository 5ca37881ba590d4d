"""The figures, the log and the promise in a real browser: axe, no page wider than the window, pictures to look at."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.models import User
from discussions.demo.accounts import ACCOUNTS
from discussions.demo.seed import seed_demo
from tests.browser.axe import check
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

PAGES = {"figures": "/moderation/figures/?days=30", "log": "/moderation/log/", "promise": "/how-we-moderate/"}
LOOKS: dict[str, dict[str, Any]] = {
    "1280-light": {},
    "1280-dark": {"color_scheme": "dark"},
    "390-light": {"viewport": {"width": 390, "height": 844}},
    "390-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "1280-arabic": {"locale": "ar"},
}
#: Where pictures go, when somebody wants to look at them.
PICTURES = os.environ.get("PARKBENCH_PICTURES", "")


def test_figures_log_and_promise(open_page: OpenPage) -> None:
    importlib.import_module("moderation.migrations.0002_default_guidelines").install(apps, None)
    seed_demo(seed=1, scale=0.05, now=timezone.now(), progress=lambda *_done: None)
    admin = User.objects.get(email=next(account.email for account in ACCOUNTS if account.role == "admin"))
    for look, options in LOOKS.items():
        page = open_page(admin, **options)
        for name, address in PAGES.items():
            page.goto(address)
            check(page, f"{name} {look}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} {look} is too wide"
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"{name}-{look}.png", full_page=True)
