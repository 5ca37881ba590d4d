"""Takes the pictures of the documentation from the running demo: `make screenshots`.

Makes a demo database of its own, serves it on a free port of 127.0.0.1, drives Chromium through it, and writes PNG
files to `docs/images/`. Nothing is drawn by hand: a picture that is out of date is taken again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SECONDS_TO_START = 60


@contextmanager
def demo_server() -> Iterator[str]:
    """Seed a demo in a temporary folder, serve it, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        address = f"http://127.0.0.1:{port}"
        env = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3", "SITE_URL": address}
        for command in (["migrate", "--verbosity", "0"], ["seed_demo"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
        serve = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
        with subprocess.Popen(serve, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                wait_for(address)
                yield address
            finally:
                server.terminate()


def wait_for(address: str) -> None:
    """Return once `address` answers. Raises `TimeoutError` after `SECONDS_TO_START`."""
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError(f"{address} did not answer in {SECONDS_TO_START} s")


def chromium_path() -> str:
    """Return the browser to drive: `CHROMIUM`, else the one on the path. Raises `FileNotFoundError`."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        raise FileNotFoundError("no Chromium: install it, or name it in CHROMIUM")
    return path


def take(
    browser: Browser, address: str, name: str, *, path: str, width: int = 1200, height: int = 900, dark: bool = False
) -> None:
    """Write `docs/images/NAME.png` of one page, scrolled to its comments."""
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    page.goto(address + path)
    show_comments(page)
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()
    print(f"docs/images/{name}.png")


def take_desk(browser: Browser, address: str) -> None:
    """Write `docs/images/desk.png`: the first reported case as the demo's moderator sees it."""
    page = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    page.goto(f"{address}/accounts/login/?next=/moderation/%3Fqueue=reported")
    page.locator("[name=login]").fill("moderator@example.org")
    page.locator("[name=password]").fill("on-the-bench")  # as `seed_demo` prints it
    page.locator("[name=password]").press("Enter")
    page.get_by_role("button", name="Take the next one").click()
    page.wait_for_url("**/cases/**")
    page.screenshot(path=IMAGES / "desk.png")
    page.close()
    print("docs/images/desk.png")


def show_comments(page: Page) -> None:
    """Scroll to the discussion, if the page has one."""
    if page.locator("#comments").count():
        page.locator("#comments").evaluate("node => node.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(300)


def main() -> int:
    """Take the pictures that the documentation shows."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        take(browser, address, "thread", path="/articles/one-way-streets/")
        take(browser, address, "thread-dark", path="/articles/one-way-streets/", width=390, height=844, dark=True)
        take_desk(browser, address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
