"""Whatever is typed, what comes out is a short list of elements, balanced, the same for every parser, in time.

The oracle here is stricter than a browser: it accepts one way of writing HTML only, the one in which no two parsers
can differ. What a real browser makes of it is tested in `tests/browser/test_markup_in_browser.py`.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discussions.markup import plain_text, render_article, render_comment, render_imported_html
from discussions.markup.urls import parse_address

Render = Callable[[str], str]

REL = "nofollow ugc noopener noreferrer"
COMMENT_TAGS = {
    "a": {"href", "rel"}, "p": set(), "br": set(), "strong": set(), "em": set(), "s": set(), "code": {"class"},
    "pre": set(), "blockquote": set(), "ul": set(), "ol": {"start"}, "li": set(), "span": {"class"},
}  # fmt: skip
IMPORTED_TAGS = COMMENT_TAGS | {tag: set() for tag in ("b", "i", "del", "sup", "sub")}
ARTICLE_TAGS = COMMENT_TAGS | {
    tag: set() for tag in ("h2", "h3", "h4", "hr", "table", "thead", "tbody", "tr", "th", "td")
} | {"img": {"src", "alt"}}  # fmt: skip
RENDERERS = [
    pytest.param(render_comment, COMMENT_TAGS, id="comment"),
    pytest.param(render_imported_html, IMPORTED_TAGS, id="import"),
    pytest.param(render_article, ARTICLE_TAGS, id="article"),
]
VOID = {"br", "hr", "img"}
MAX_DEPTH = 24

_PIECE = re.compile(r'<(?P<close>/?)(?P<tag>[a-z][a-z0-9]*)(?P<attrs>(?: [a-z]+="[^"<>]*")*)>|(?P<text>[^<>]+)')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp);)")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]"
)
_PILE = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5}")


def faults(html: str, tags: dict[str, set[str]]) -> list[str]:
    """Return what is wrong with the HTML, in words."""
    pieces = list(_PIECE.finditer(html))
    ends = [0, *(piece.end() for piece in pieces)]
    starts = [*(piece.start() for piece in pieces), len(html)]
    found = [f"not in the one form: {html[e:s]!r}" for e, s in zip(ends, starts, strict=True) if e != s]
    found += _tree_faults([piece for piece in pieces if piece["tag"]], tags)
    found += [f"reference {html[m.start() : m.start() + 9]!r}" for m in _REFERENCE.finditer(html)]
    found += [f"character {ord(char[0]):x}" for char in _UNSEEN.findall(html)]
    return found + (["pile of accents"] if _PILE.search(html) else [])


def _tree_faults(pieces: list[re.Match[str]], tags: dict[str, set[str]]) -> list[str]:
    found: list[str] = []
    stack: list[str] = []
    for piece in pieces:
        tag = piece["tag"]
        if piece["close"]:
            if not stack or stack.pop() != tag:
                found.append(f"</{tag}> closes something else")
            continue
        if tag not in tags or (tag == "a" and "a" in stack) or len(stack) > MAX_DEPTH:
            found.append(f"<{tag}> in {stack}")
        found += [f"{tag}: {fault}" for fault in _attribute_faults(tag, piece["attrs"], tags)]
        if tag not in VOID:
            stack.append(tag)
    return found + [f"{tag} left open" for tag in stack]


def _attribute_faults(tag: str, source: str, tags: dict[str, set[str]]) -> list[str]:
    pairs = _ATTRIBUTE.findall(source)
    attributes = {name: unescape(value) for name, value in pairs}
    found = [f"attribute {name}" for name in attributes.keys() - tags.get(tag, set())]
    if len(attributes) != len(pairs):
        found.append("attribute twice")
    if tag == "a":
        href = attributes.get("href", "")
        address = parse_address(href)
        is_path = tags is ARTICLE_TAGS and re.fullmatch(r"/[^/\\].*|/", href)
        if not is_path and (address is None or address.href != href or address.international):
            found.append(f"link to {href!r}")
        if attributes.get("rel") != ("noopener" if tags is ARTICLE_TAGS else REL):
            found.append("no rel")
    if tag == "img" and not re.fullmatch(r"/(?:media|static)/[\w./-]+", attributes.get("src", "")):
        found.append("picture from elsewhere")
    if "class" in attributes and not re.fullmatch(r"language-[\w+-]{1,30}|mention", attributes["class"], re.ASCII):
        found.append("class")
    return found


def is_harmless(html: str, tags: dict[str, set[str]]) -> bool:
    """Tell whether the HTML has no faults and stays what it is when another parser reads and writes it."""
    attributes = {"*": set[str](), **tags}
    same = nh3.clean(html, tags=set(tags), attributes=attributes, link_rel=None) == html
    return same and not faults(html, tags)


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>", "<p onclick=x>a</p>", '<p title="x">a</p>', "<p>a", "a</p>", "<b><i>a</b></i>", "<p>a<",
        "<!-- a -->", f'<a href="javascript:x" rel="{REL}">a</a>', '<a href="https://a.example">a</a>',
        f'<a href="/a" rel="{REL}"></a>', '<code class="modal">a</code>', "a &copy; b", "a\u202eb",
        "x\u0301\u0301\u0301\u0301\u0301", "<p>" * 30 + "</p>" * 30, '<ol start="1" start="2"></ol>', "a & b", "<p/>",
        "<P>a</P>", "a > b",
        f'<a href="https://a.example" rel="{REL}"><a href="https://a.example" rel="{REL}"></a></a>',
    ],
)  # fmt: skip
def test_the_oracle_sees_what_it_must(html: str) -> None:
    assert faults(html, COMMENT_TAGS)


# What attacks are made of, in Markdown and in HTML. Hypothesis puts it together.
PARTS = [
    "*", "**", "_", "~~", "`", "```\n", "[", "]", "(", ")", "](", "![", "<", ">", "> ", "- ", "1. ", "\n",
    "\n\n", "\\", "&", ";", "|", "|-|-|\n", "# ", "===\n", "---\n", "[a]: ", "    ", "\t", "@ana", "https://",
    "www.", "javascript:", "data:text/html,", "mailto:", "a@b.example", "a.example", "bank.example", "//",
    "/media/a.png", '"', "'", "=", "%0a", "%00", "?", "#", "&lt;", "&gt;", "&quot;", "&#60;", "&#x3c;", "&#0;",
    "&#x202e;", "&#xd800;", "&nbsp;", "&zwj;", "&Tab;", "&colon;", "<!--", "-->", "<![CDATA[", "]]>", "<?",
    "</p>", "</div>", "<p>", "<div>", '<a href="', "<a href='https://a.example'>", "</a>", "<b>", "</b>", "<i>",
    "</i>", "<svg>", "</svg>", "<math>", "<mtext>", "<mglyph>", "<style>", "</style>", "<script>", "</script>",
    "<img src=x onerror=y>", "<table>", "<tr>", "<td>", "<caption>", "<select>", "<option>", "<template>",
    "<noscript>", "<title>", "<textarea>", "<xmp>", "<plaintext>", "<iframe>", "<frameset>", "<form id=a>",
    "<input name=b>", "<pre>\n\n", "</pre>", "<code>", "<ul>", "<li>", "<ol start=7>", "<blockquote>",
    "</blockquote>", "<br>", "<hr>", "<q>", "<h1>", "<base href=//a>", "<body a=b>", " style=a", " id=b",
    " onclick=c", "word", " ", "é", "見", "\u0301", "\u0338", "\u202e", "\u200b", "\u200d", "\ud800", "\x00",
]  # fmt: skip
attacks = st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=3)), max_size=30).map("".join)
repeated = st.tuples(attacks, st.integers(1, 40)).map(lambda pair: (pair[0] * pair[1])[:2000])


@pytest.mark.parametrize(("render", "tags"), RENDERERS)
@settings(max_examples=100)
@given(text=st.one_of(st.text(), attacks, repeated))
def test_any_text_becomes_harmless(render: Render, tags: dict[str, set[str]], text: str) -> None:
    html = render(text)
    assert is_harmless(html, tags)
    # Rendering what was rendered is no way around it either.
    assert is_harmless(render(html), tags)
    assert is_harmless(render(plain_text(html)), tags)


# Each is a known way to make some parser take quadratic time, at a size that would show it.
SLOW_SIZE = 40_000
SLOW = [
    "*a ", "*a **b _c __d ", "a**b", "~~a ", "*_", "[", "[a](", '[a](b "', "[a](<b", "![", "[a]: b\n", "[a\n",
    "]", "<", "<a:", "`a``", "&", "&#x301;", "\\", "> ", ">>>>a\n", "- ", "- a\n", "1) ", "* a\n b\n", "\n",
    "a\n", "a\n\n", " ", " \n", "\t", "~~~\n", "|", "|a|\n|-|\n", "http://", "https://a.example ",
    "https://a.example/(", "www.", "@", "@ana ", "a@", "(", "[a.b](https://c.example)", "<b><i>", "</p>", "<p>",
    "<div>", "<b></i>", "<table>", "<table>x", "<ul><li>", "<a href=x>", "<svg><math>", "<select><option>",
    "<!--", "<![CDATA[", "<?", "<pre>", "<br>", "\u0301\u0323", "👩\u200d", "क्", "م\u200c", "a\ufe0f", "\u200b",
    "\ud800", "\u00a0", "\u1100",
]  # fmt: skip


@pytest.mark.parametrize("render", [render_comment, render_imported_html], ids=["comment", "import"])
def test_endless_text_comes_back_in_time(render: Render) -> None:
    # The processor's time, not the clock's: other work on the machine is not this code's fault.
    for part in SLOW:
        start = time.process_time()
        html = render(part * (SLOW_SIZE // len(part)))
        seconds = time.process_time() - start
        assert seconds < 1, f"{seconds:.2f} s for {part!r}"
        assert len(html) < 20 * SLOW_SIZE


@pytest.mark.parametrize("part", SLOW)
def test_output_does_not_grow_out_of_proportion(part: str) -> None:
    text = part * (1500 // len(part))
    for render in (render_comment, render_imported_html):
        assert len(render(text)) <= max(1000, 15 * len(text))


def _vectors() -> list[str]:
    data = Path(os.environ.get("PARKBENCH_DATA") or Path(__file__).parents[3] / "shared" / "data")
    path = data / "hostile" / "vectors-dev.jsonl"
    if not path.is_file():
        pytest.skip(f"no hostile vectors at {path}: set PARKBENCH_DATA to the folder that holds hostile/")
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("render", "tags", "step"), [(*param.values, step) for param, step in zip(RENDERERS, (1, 3, 5), strict=True)]
)
def test_collected_attacks_become_harmless(render: Render, tags: dict[str, set[str]], step: int) -> None:
    vectors = _vectors()
    assert len(vectors) > 1000
    for text in vectors[::step]:
        start = time.process_time()
        html = render(text)
        assert time.process_time() - start < 1, text[:200]
        assert is_harmless(html, tags), text[:200]
