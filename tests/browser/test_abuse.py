"""Abuse case 2 in a real browser: what people typed stays text on the pages that show the most of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from moderation.models import Guideline
from tests.moderation.conftest import defaults
from tests.moderation.stage import build
from tests.security.crawl import crawl
from tests.security.test_typed_text import make_hostile

__all__ = ["defaults"]

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

PAGES = ("moderation:case", "moderation:person", "discussions:article", "discussions:profile")


def test_row_02_nothing_of_it_runs_in_a_browser(browser: Browser, defaults: list[Guideline]) -> None:
    stage = build()
    make_hostile()
    pages = [answer.body for answer in crawl(stage, "admin") if answer.name in PAGES]
    page = browser.new_page()
    for html in pages:
        page.set_content(re.sub(r'<(?:script|link)[^>]*(?:src|href)="[^"]*"[^>]*>', "", html))
        assert page.locator("xqx").count() == 0
        assert page.evaluate("document.querySelectorAll('[onxqx]').length") == 0
        assert "onxqx" in page.content()
    page.close()
    assert len(pages) == len(PAGES)
