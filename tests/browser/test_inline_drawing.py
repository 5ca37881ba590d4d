"""Drawing: many passages at once, and nothing is put into the page for them."""

from __future__ import annotations

import pytest

from tests.browser import inline_stage as inline
from tests.browser import stage
from tests.browser.conftest import OpenPage
from tests.discussions.passages_stage import comment_on, write_article

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

PASSAGES = 400
#: What is promised. A machine that is busy with other tests may need another try; bench/inline_browser.py measures.
AT_MOST_MS, TRIES = 10, 5

DRAW = """async () => {
  const { draw, read } = await import("/static/js/inline.js");
  const count = () => [document.querySelectorAll("*").length, document.querySelector(".prose").innerHTML.length];
  const before = count();
  read();
  const times = Array.from({ length: 21 }, () => {
    const start = performance.now();
    draw();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const same = String(before) === String(count());
  return { median: times[10], same, runs: [1, 2, 3].map(n => CSS.highlights.get(`ia-${n}`).size) };
}"""


@pytest.mark.parametrize("slower", [1, 4])
def test_many_passages_are_drawn_without_an_element(open_page: OpenPage, slower: int) -> None:
    page = open_page()
    page.goto(stage.story(body_html=inline.crowded(PASSAGES)).get_absolute_url())
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    medians: list[float] = []
    while len(medians) < TRIES and min(medians, default=AT_MOST_MS + 1) > AT_MOST_MS:
        drawn = page.evaluate(DRAW)
        assert drawn["same"]
        assert sum(drawn["runs"]) >= PASSAGES
        assert drawn["runs"][1] > 0
        medians.append(drawn["median"])
    assert min(medians) <= AT_MOST_MS


def test_scripts_are_loaded_when_they_are_wanted(open_page: OpenPage) -> None:
    article = write_article()
    comment_on(article)
    asked: list[str] = []
    page = open_page()
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.goto(stage.story(passages_by="off").get_absolute_url(), wait_until="networkidle")
    assert not {"canon.js", "inline.js", "passages.js", "inline.css"} & {*asked}
    page.goto(article.get_absolute_url(), wait_until="networkidle")
    assert {"canon.js", "inline.js", "inline.css"} <= {*asked}
    assert "passages.js" not in asked
    with page.expect_request("**/passages.js"):
        page.locator(".prose a.ia").click()
