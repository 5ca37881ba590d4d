"""What a reader does with the words of an article, for tests with a browser."""

from __future__ import annotations

from playwright.sync_api import Page

from discussions.passages.canon import canonical
from discussions.passages.markers import with_inserted

#: The words of an element as a range; markers stand between them and are not words.
_RANGE = """const range = words => {
  const walk = document.createTreeWalker(document.querySelector(".prose"), NodeFilter.SHOW_TEXT,
    node => node.parentElement.closest("[data-ia-ui]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const nodes = [];
  while (walk.nextNode()) nodes.push(walk.currentNode);
  const at = nodes.map(node => node.data).join("").replace(/\\s/g, " ").indexOf(words);
  const place = (offset, isEnd) => {
    for (const node of nodes) {
      if (offset < node.length || (isEnd && offset === node.length)) return [node, offset];
      offset -= node.length;
    }
  };
  const found = new Range();
  found.setStart(...place(at));
  found.setEnd(...place(at + words.length, true));
  return found;
};"""
#: Selects words as if by hand.
SELECT = f"""words => {{ {_RANGE}
  const found = range(words);
  found.startContainer.parentElement.scrollIntoView({{ block: "center" }});
  getSelection().setBaseAndExtent(found.startContainer, found.startOffset, found.endContainer, found.endOffset);
}}"""
_MIDDLE = f"""words => {{ {_RANGE}
  const found = range(words);
  found.startContainer.parentElement.scrollIntoView({{ block: "center" }});
  const box = found.getClientRects()[0];
  return [box.left + box.width / 2, box.top + box.height / 2];
}}"""
#: The words of each highlight, without those of the markers.
_DRAWN = """names => Object.fromEntries(names.map(name => [name, [...(CSS.highlights.get(name) ?? [])].map(it => {
  const range = new Range();
  range.setStart(it.startContainer, it.startOffset);
  range.setEnd(it.endContainer, it.endOffset);
  const copy = range.cloneContents();
  for (const extra of copy.querySelectorAll("[data-ia-ui]")) extra.remove();
  return copy.textContent.replace(/\\s+/g, " ");
})]))"""


def select(page: Page, words: str) -> None:
    """Select these words of the article, with the mouse as far as the page can tell."""
    page.locator("h1").click()
    page.evaluate(SELECT, words)


def selection(page: Page) -> str:
    """Return the selected words, as the page shows them."""
    return " ".join(str(page.evaluate("getSelection().toString()")).split())


def click_words(page: Page, words: str) -> None:
    """Click the middle of these words of the article."""
    x, y = page.evaluate(_MIDDLE, words)
    page.mouse.click(x, y)


def drawn(page: Page, *names: str) -> dict[str, list[str]]:
    """Return the words that each highlight draws."""
    found: dict[str, list[str]] = page.evaluate(_DRAWN, list(names or ("ia-1", "ia-2", "ia-3")))
    return found


def crowded(passages: int, length: int = 50_000) -> str:
    """Return an article's HTML with a marker for each of so many passages, some of them over others."""
    sentence = (
        "The ferry runs again from <em>Monday</em>, the harbour office says, and everybody on the quay is glad of it."
    )
    paragraph = f"<p>{' '.join([sentence] * 5)}</p>"
    html = paragraph * (length // len(sentence) // 5)
    text = canonical(html)
    step = len(text.text) // passages
    spans = [(n * step, min(n * step + (step * 2 if n % 3 else step // 2), len(text.text))) for n in range(passages)]
    return with_inserted(html, text, [(end, _marker(n, start, end)) for n, (start, end) in enumerate(spans, 1)])


def _marker(n: int, start: int, end: int) -> str:
    place = f'id="ia-{n}" href="?inline={n}#comments" data-start="{start}" data-end="{end}"'
    return f'<sup class="ia-m" data-ia-ui><a class="ia" {place} aria-label="1 comment">1</a></sup>'
