"""Drawing the passages of a long article in Chromium, as it is and with a processor four times slower.

    python -m bench.inline_browser [--rounds N] [--passages N]

Serves the scripts and a 50 kB article to a browser from the working copy, without a database; prints how long reading
the article (once for a page) and drawing its passages take, and how many elements that added. Exits with 1 when
drawing takes more than 10 ms, also on the slower processor, or an element was added. By the clock, a machine that is
busy with other things is slow; so the promise is about the time of the processor.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import CDPSession, Page, Route, sync_playwright

PROMISE_MS = 10.0
HOST = "http://bench.test"
STATIC = Path(__file__).resolve().parents[1] / "site" / "static"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PAGE = """<!doctype html><html lang="en"><title>bench</title><link rel="stylesheet" href="/css/tokens.css">
<link rel="stylesheet" href="/css/inline.css"><p id="status"></p><div class="prose" data-ia-text="1">{}</div>
<template id="ia-tools"><div id="ia-pop" popover></div><div id="ia-pick" popover="manual"></div></template></html>"""
RUN = """async ([name, rounds]) => {
  const act = (await import("/js/inline.js"))[name], times = [];
  for (let n = 0; n < rounds; n++) {
    const start = performance.now();
    act();
    times.push(performance.now() - start);
  }
  return times;
}"""
COUNT = """() => [
  document.querySelectorAll("*").length,
  [1, 2, 3].reduce((sum, n) => sum + CSS.highlights.get(`ia-${n}`).size, 0),
]"""


@dataclass(frozen=True)
class Result:
    """Milliseconds by the clock, and of the processor for each run."""

    times: list[float]
    processor: float


def serve(page: Page, html: str) -> None:
    """Answer the page's requests from the working copy."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST)
        if path == "/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(path=STATIC / path.lstrip("/"))

    page.route(f"{HOST}/**", answer)


def measure(page: Page, name: str, rounds: int, slower: int) -> Result:
    """Return what a function of `inline.js` takes on a processor `slower` times as slow, warmed up."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate(RUN, [name, rounds])
    before = _spent(session)
    times: list[float] = page.evaluate(RUN, [name, rounds])
    return Result(times, (_spent(session) - before) * 1000 / rounds)


def _spent(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--passages", type=int, default=400)
    options = parser.parse_args()
    sys.path.insert(0, str(STATIC.parent))
    from tests.browser.inline_stage import crowded

    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page()
        serve(page, PAGE.format(crowded(options.passages)))
        page.goto(f"{HOST}/")
        page.evaluate("async () => { await import('/js/inline.js'); }")
        elements, stretches = page.evaluate(COUNT)
        results = {
            (name, slower): measure(page, name, options.rounds, slower)
            for name in ("read", "draw")
            for slower in (1, 4)
        }
        added = page.evaluate(COUNT)[0] - elements
        browser.close()
    print(f"{options.passages} passages, {stretches} stretches, in a 50 kB article; {options.rounds} rounds")
    for (name, slower), one in results.items():
        clock = f"fastest {min(one.times):6.2f} ms   median {statistics.median(one.times):6.2f} ms"
        print(f"  {name}, processor ÷ {slower}   {clock}   of the processor {one.processor:6.2f} ms")
    print(f"  elements added {added}   (promise: drawing takes ≤ {PROMISE_MS:.0f} ms of the processor, and adds none)")
    return 1 if added or max(results["draw", slower].processor for slower in (1, 4)) > PROMISE_MS else 0


if __name__ == "__main__":
    sys.exit(main())
