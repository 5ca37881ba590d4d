"""What a page weighs, and that it stays where it is while it loads."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from core.storage import minified
from tests.browser import stage
from tests.browser.conftest import OpenPage
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

STATIC = Path(settings.STATICFILES_DIRS[0])
KB = 1024

#: Adds up the shifts that nobody caused by a click or a key.
LAYOUT_SHIFT = """new Promise(done => {
  let sum = 0;
  const add = entry => { if (!entry.hadRecentInput) sum += entry.value; };
  new PerformanceObserver(list => list.getEntries().forEach(add)).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 1500);
})"""


def zipped(*files: Path) -> dict[str, int]:
    """Return what each file weighs on its way to a reader: made small as in production, and compressed."""
    small = {file.name: minified(f"{file.parent.name}/{file.name}", file.read_text()) for file in files}
    return {name: len(gzip.compress(text.encode(), 9)) for name, text in small.items()}


#: Not on all pages of discussions: the desk, figures, the pages of an account, passages. Counted by themselves.
PAGES = {
    "tools.css": "staff",
    "figures.css": "staff",
    "desk.js": "staff",
    "rules.js": "staff",
    "account.css": "account",
    "account.js": "account",
    # Only where passages can be commented on; and what is loaded when somebody does something with one.
    "inline.css": "passages",
    "canon.js": "passages",
    "inline.js": "passages",
    "passages.js": "passages in use",
}


@pytest.mark.parametrize(
    ("kind", "pages", "budget"),
    [
        ("css", "discussions", 6 * KB),
        ("js", "discussions", 8 * KB),
        ("css", "staff", 4 * KB),
        ("js", "staff", 4 * KB),
        ("css", "account", KB),
        ("js", "account", KB),
        ("css", "passages", KB),
        ("js", "passages", 4 * KB),
        ("js", "passages in use", 3 * KB),
    ],
)
def test_styles_and_scripts_fit(kind: str, pages: str, budget: int) -> None:
    files = [file for file in (STATIC / kind).glob(f"*.{kind}") if PAGES.get(file.name, "discussions") == pages]
    sizes = zipped(*sorted(files))
    print(f"\n{kind} of {pages}, gzip: {sum(sizes.values())} of {budget} bytes {sizes}")
    assert sizes
    assert sum(sizes.values()) <= budget


def test_the_first_page_fits(client: Client) -> None:
    article = stage.story()
    for n, root in enumerate(stage.busy(article, 20)):
        for reply in range(2):
            stage.say(article, f"{stage.LONG * 4} {n}.{reply} {root.author_name}", root)
    client.force_login(make_user())
    html = client.get(article.get_absolute_url()).content
    size = len(gzip.compress(html, 9))
    print(f"\nHTML of 60 comments, gzip: {size} of {25 * KB} bytes ({len(html)} unpacked)")
    assert html.count(b"<li id=") == 60
    assert size <= 25 * KB


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_the_page_loads(open_page: OpenPage, width: int) -> None:
    reader = make_user()
    article = stage.story(author=make_user())
    stage.every_state(article, reader)
    page = open_page(reader, viewport={"width": width, "height": 800})
    # Scripts that come late change what is on the screen already.
    page.route("**/main.js", lambda route: (page.wait_for_timeout(700), route.continue_()))  # type: ignore[func-returns-value]
    for path in (f"{article.get_absolute_url()}#comments", article.get_absolute_url()):
        page.goto("about:blank")
        page.goto(path)
        shift = page.evaluate(LAYOUT_SHIFT)
        print(f"\nlayout shift at {width} px, {path}: {shift:.4f}")
        assert shift <= 0.02


def test_everything_comes_from_this_site(open_page: OpenPage) -> None:
    article = stage.story(author=make_user())
    stage.every_state(article, make_user())
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="Newest").click()
    expect(page.locator("#newest")).to_have_attribute("aria-current", "true")
    assert len(asked) > 5
    home = page.evaluate("location.origin")
    assert [url for url in asked if not url.startswith((home, "data:"))] == []


def test_pages_hold_no_script_style_or_handler_of_their_own(client: Client) -> None:
    article = stage.story(author=make_user())
    made = stage.every_state(article, make_user())
    for path in (article.get_absolute_url(), made["fresh"].get_absolute_url(), "/"):
        response = client.get(path)
        html = response.content.decode()
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        for forbidden in ("<style", " style=", " onclick=", " onload=", "hx-on", "javascript:"):
            assert forbidden not in html
