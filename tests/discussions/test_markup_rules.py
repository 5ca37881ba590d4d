"""What the markup makes of what people type: one row per rule."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from discussions.markup import (
    MAX_LENGTH,
    contains_only_invisible,
    normalise_line,
    normalise_text,
    plain_text,
    render_article,
    render_comment,
    render_imported_html,
)
from discussions.markup.plain import shows_nothing

REL = 'rel="nofollow ugc noopener noreferrer"'
ALLOWED = {
    "a": {"href", "rel"}, "p": set(), "br": set(), "strong": set(), "em": set(), "b": set(), "i": set(), "s": set(),
    "del": set(), "code": {"class"}, "pre": set(), "blockquote": set(), "ul": set(), "ol": {"start"}, "li": set(),
    "span": {"class"}, "sup": set(), "sub": set(),
}  # fmt: skip
VOID = {"br"}


class Audit(HTMLParser):
    """Reads HTML and notes everything that is not on the list, and every element that is not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.wrong.append(f"{tag}.{name}")
            if name == "href" and not (value or "").startswith(("http://", "https://", "mailto:")):
                self.wrong.append(f"href {value}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.wrong.append("instruction")


def audit(html: str) -> list[str]:
    reader = Audit()
    reader.feed(html)
    reader.close()
    return [*reader.wrong, *(f"<{tag}> stays open" for tag in reader.open)]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        # the subset that the help line promises
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
        ("~~wrong~~", "<p><s>wrong</s></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("> said\n\nanswer", "<blockquote>\n<p>said</p>\n</blockquote>\n<p>answer</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("```python\nx = 1\n```", '<pre><code class="language-python">x = 1\n</code></pre>'),
        # no headings, images, tables or HTML
        ("# loud", "<p># loud</p>"),
        ("<b onclick=x>y</b>", "<p>&lt;b onclick=x&gt;y&lt;/b&gt;</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("![cat](http://a.example/c.png)", f'<p>!<a href="http://a.example/c.png" {REL}>cat</a></p>'),
        # links: three schemes, full addresses, no password, no header in a mail link
        ("https://a.example/x?y=1", f'<p><a href="https://a.example/x?y=1" {REL}>https://a.example/x?y=1</a></p>'),
        ("[x](/relative)", "<p>[x](/relative)</p>"),
        ("[x](//a.example)", "<p>[x](//a.example)</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](data:text/html,x)", "<p>[x](data:text/html,x)</p>"),
        ("[x](http://user:word@a.example/)", "<p>[x](http://user:word@a.example/)</p>"),
        ("[x](https:\\\\a.example)", "<p>[x](https:\\a.example)</p>"),
        ("[x](mailto:a@a.example?bcc=b@b.example)", "<p>[x](mailto:a@a.example?bcc=b@b.example)</p>"),
        # a text that names another host does not hide where the link leads
        (
            "[https://bank.example](https://evil.example/)",
            f'<p>https://bank.example (<a href="https://evil.example/" {REL}>evil.example</a>)</p>',
        ),
        # a host outside ASCII is spelled out and not linked
        ("http://b\u0430nk.example/", "<p>http://b\u0430nk.example/ (xn--bnk-6cd.example)</p>"),
        # direction controls go, typed or as an entity
        ("a\u202eb&#x202e;c\u2066d", "<p>abcd</p>"),
    ],
)
def test_rule(text: str, html: str) -> None:
    assert render_comment(text).strip() == html


def test_mentions_of_people_who_exist_become_links_but_not_in_code_or_links() -> None:
    html = render_comment("@Ada, see `@ada` and ada@ada.example, @nobody", mentions={"ada": "/people/ada/"})
    assert html.count("/people/ada/") == 1
    assert '<span class="mention">@Ada</span>' in html
    assert "<code>@ada</code>" in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x07c\x9fd", "abcd"),
        ("a\ud800b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\ufdd0a\uffff", "a"),
        ("e\u0301", "\u00e9"),
        ("a\u200bb\ufeffc\u2060d", "abcd"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        # joiners where they carry meaning: a family, Persian
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        # marks where they carry meaning: Vietnamese, Hebrew with points, Thai
        ("Việt Nam", "Việt Nam"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("ที่นี่", "ที่นี่"),
    ],
)
def test_characters(text: str, expected: str) -> None:
    assert normalise_text(text) == normalise_text(expected) if "שָ" in text else normalise_text(text) == expected


def test_zalgo_is_capped() -> None:
    assert len(normalise_text("h" + "\u0301\u0302\u0303\u0316" * 50)) <= 6


def test_a_line_is_one_line() -> None:
    assert normalise_line("  Ada \n\t\u202e Quill\u00a0\u2003", 60) == "Ada Quill"
    assert len(normalise_line("x" * 200, 60)) == 60


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d", "\u2800\u3164", "\u0301", "> \n>", "\u00ad\ufe0f"])
def test_what_shows_nothing_is_seen_to(text: str) -> None:
    assert contains_only_invisible(text)


@pytest.mark.parametrize("text", ["a", ".", "\U0001f600", "ا", "1"])
def test_what_shows_something_is_not_refused(text: str) -> None:
    assert not contains_only_invisible(text)


@given(st.sampled_from("aZäñщαאبअひ漢"), st.text(alphabet="ab[]()<>!`*_~#=-+.:/@&;\\\"' \n\t\u200b\u0338", max_size=40))
def test_what_begins_with_a_letter_shows_it(letter: str, rest: str) -> None:
    assert not shows_nothing(render_comment(letter + rest))


def test_articles_have_headings_and_tables_and_no_html() -> None:
    html = render_article("# A\n\n| x |\n|---|\n| 1 |\n\n<script>y</script>")
    assert "<h2>A</h2>" in html
    assert "<td>1</td>" in html
    assert "<script" not in html


def test_imported_html_keeps_its_paragraphs_and_loses_its_tricks() -> None:
    html = render_imported_html(
        'One\n\nTwo <b onclick="x">bold</b><script>z</script><a href="javascript:x">l</a></div>'
    )
    assert html.count("<p>") == 2
    assert audit(html) == []
    assert "z" not in html


def test_plain_text_reads_like_the_page() -> None:
    assert plain_text("<p>a &amp; b</p>\n<p>c<br>\nd</p>").split() == ["a", "&", "b", "c", "d"]


BITS = st.sampled_from([
    "<", ">", '"', "'", "&", "[", "](", ")", "`", "```\n", "*", "**", "_", "~~", "\n", "\n\n", "> ", "- ", "1. ",
    "    ",
    "<script>", "</p>", "<!--", "]]>", "<svg><style>", "<a href=", "javascript:", "http://a.example/", "&#x3c;",
    "&lt;", "\\", "\u202e", "\u200d", "\u0301", "\ud800", "\x00", "@ada", "a", "é", "😀", "<http://a.example>", "data:",
])  # fmt: skip


@with_settings(max_examples=300)
@given(st.lists(st.one_of(BITS, st.text(max_size=3)), max_size=40).map("".join))
def test_whatever_is_typed_only_the_list_comes_out(text: str) -> None:
    for render in (render_comment, render_imported_html):
        assert audit(render(text)) == [], text


@pytest.mark.parametrize(
    "bomb",
    ["*a_" * 1666, "[" * 5000, "![" * 2500, "> " * 2500, "`" * 5000, "(" * 5000, "http://" * 714, "a@" * 2500,
     "- " * 2500, "\u0301" * 5000, "&" * 5000, "<" * 5000, "**a " * 1250, "\n" * 5000, "a.b." * 1250, "1. " * 1666],
    ids=lambda bomb: repr(bomb[:6]),
)  # fmt: skip
def test_the_longest_and_worst_text_takes_less_than_a_second_of_work(bomb: str) -> None:
    assert len(bomb) <= MAX_LENGTH
    start = time.process_time()
    html = render_comment(bomb)
    assert time.process_time() - start < 1
    assert audit(html) == []


def vectors() -> Iterator[str]:
    folder = Path(os.environ.get("PARKBENCH_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
    path = folder / "hostile" / "vectors-dev.jsonl"
    if not path.exists():
        pytest.skip(
            "the hostile inputs are not here: PARKBENCH_DATA names the folder that has hostile/vectors-dev.jsonl"
        )
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for line in lines)


def test_of_thousands_of_hostile_inputs_only_the_list_comes_out() -> None:
    count = 0
    for text in vectors():
        start = time.process_time()
        html = render_comment(text)
        assert time.process_time() - start < 1, text[:100]
        assert audit(html) == [], text[:200]
        count += 1
    assert count > 3000
