"""The canonical text is the same in the browser as on the server, and selections find their way there and back."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

import discussions.demo
from discussions.markup import render_article
from discussions.passages.canon import canonical
from discussions.passages.markers import with_inserted
from tests.browser import stage
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

DEMO = sorted((Path(discussions.demo.__file__).parent / "articles").glob("*.md"))
HOSTILE, ROUND_TRIPS = 50, 400
MARKER = '<sup class="ia-m" data-ia-ui><a id="ia-1" href="?inline=1" aria-label="one &amp; two">12</a></sup>'

WORDS = [
    "harbour", "the", "ein Füßchen", "e\u0301te\u0301", "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
    "\U0001d51e\U0001d51f", "\U00020bb7野家", "今天天气很好。",
    "على الرصيف", "\u202bעברית\u202c", "क्षत्रिय", "กรุงเทพ", "&amp;", "&nbsp;",
    "&#8203;", "&notanentity;", "a&lt;b", "x < y", "<b>raw</b>", "<script>alert(1)</script>", "<p>", "</div>", "\u00a0",
    "\u200b", "\ufeff", "\u3000", "\u2028", "\u00ad", "\u2009thin\u2009", "<!-- comment -->",
    "\\*", "🏳️\u200d🌈", "a\tb", "1\u00a0000",
    "[link](https://example.org/a?b=1&c=2)", "![](/media/a.png)", "https://example.org", "`code  span`", "**bold**",
    "*it*al*ic*", "~~gone~~", "[[?q1 Why?]]marked words[[/?]]", "hard  \nbreak", "''", '"quotes"', "&quot;", "\u0085",
]  # fmt: skip
BLOCKS = [
    "{}\n", "## {}\n", "> {}\n> > {}\n", "- {}\n- {}\n  - {}\n", "1. {}\n\n   {}\n",
    "| {} | {} |\n| - | - |\n| {} | |\n",
    "```\n{}\n  {}\n```\n", "    {}\n", "---\n", "{}\n===\n",
]  # fmt: skip

#: Reads each of the texts in an element of its own.
READ = """async ([address, all]) => {
  const { canonical } = await import(address);
  return all.map(html => {
    const box = document.createElement("div");
    box.innerHTML = html;
    return canonical(box).text;
  });
}"""
#: Selects each of the stretches as a reader would, and counts where the selection is.
SELECT = """async ([address, html, spans]) => {
  const { canonical } = await import(address);
  const box = document.createElement("div");
  box.innerHTML = html;
  document.body.append(box);
  const map = canonical(box);
  const found = spans.map(([start, end]) => {
    const { startContainer, startOffset, endContainer, endOffset } = map.range(start, end);
    getSelection().setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
    const back = map.offsets(getSelection().getRangeAt(0));
    return [back.start, back.end, map.slice(back.start, back.end)];
  });
  box.remove();
  return found;
}"""


def hostile(dice: random.Random) -> str:
    """Return an article that no editor would write, as the renderer of articles shows it."""

    def words() -> str:
        return dice.choice([" ", "", "  ", "\u00a0"]).join(dice.choices(WORDS, k=dice.randint(1, 7)))

    blocks = (dice.choice(BLOCKS) for _ in range(dice.randint(3, 14)))
    return render_article("\n".join(block.format(*(words() for _ in range(3))) for block in blocks))


def articles(seed: int) -> list[str]:
    dice = random.Random(seed)
    return [*(render_article(path.read_text()) for path in DEMO), *(hostile(dice) for _ in range(HOSTILE))]


def marked(html: str, dice: random.Random) -> str:
    """Return the article with markers, which are not part of its text."""
    text = canonical(html)
    ends = [dice.randint(1, len(text.text)) for _ in range(5)] if text.text else []
    return with_inserted(html, text, [(end, MARKER) for end in ends])


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page()
    page.goto(stage.story().get_absolute_url())
    return page


def run(page: Page, script: str, *values: Any) -> Any:
    return page.evaluate(script, ["/static/js/canon.js", *values])


def test_python_and_chromium_read_the_same_text(page: Page) -> None:
    assert len(DEMO) >= 5
    dice = random.Random(7)
    plain = articles(seed=1)
    both = [*plain, *(marked(html, dice) for html in plain)]
    read = run(page, READ, both)
    wrong = [html for html, text in zip(both, read, strict=True) if text != canonical(html).text]
    assert wrong == []
    assert read[: len(plain)] == read[len(plain) :]


def test_selections_find_their_way_there_and_back(page: Page) -> None:
    dice = random.Random(11)
    done = 0
    for html in articles(seed=2):
        text = canonical(html).text
        letters = [n for n, letter in enumerate(text) if not letter.isspace() and letter not in "\u200b\ufeff"]
        if len(letters) < 2:
            continue
        pairs = (sorted(dice.sample(letters, 2)) for _ in range(8))
        spans = [(start, end + 1) for start, end in pairs]
        expected = [[start, end, text[start:end]] for start, end in spans]
        assert run(page, SELECT, marked(html, dice), spans) == expected
        done += len(spans)
    assert done >= ROUND_TRIPS
