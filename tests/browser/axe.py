"""What axe-core finds on a page, in the looks that readers give it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "right-to-left": {"locale": "ar"},
    "tiny": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
}
#: Nothing is skipped because it is below the fold.
ALL_RENDERED = "document.querySelectorAll('li').forEach(item => (item.style.contentVisibility = 'visible'))"


def violations(page: Page, *, without: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Return each rule that is broken, with the markup that breaks it; `without` names rules to leave out."""
    # To describe every element that is right takes twice as long as to look at it.
    options = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in without}}
    found = Axe().run(page, options=options).response
    assert found["passes"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found["violations"]]


def check(page: Page, look: str) -> None:
    """Assert that axe-core finds nothing, with everything on the page rendered; `look` is said when it does."""
    page.evaluate(ALL_RENDERED)
    assert (look, violations(page)) == (look, [])
