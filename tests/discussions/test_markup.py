"""What a comment's and an article's text becomes."""

from __future__ import annotations

import pytest

from discussions import markup
from discussions.markup import (
    MAX_LENGTH,
    MarkupError,
    check_comment,
    contains_only_invisible,
    excerpt,
    plain_text,
    render_article,
    render_comment,
)
from discussions.markup import render as render_module

# Each row: why, what was typed, what is shown.
COMMENTS = [
    ("paragraphs", "one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
    ("a line end is a line end", "one\ntwo", "<p>one<br>\ntwo</p>\n"),
    ("emphasis", "*a* **b** ~~c~~", "<p><em>a</em> <strong>b</strong> <s>c</s></p>\n"),
    ("names_with_underscores", "a_b_c", "<p>a_b_c</p>\n"),
    ("code keeps its signs", "`<b> **x**`", "<p><code>&lt;b&gt; **x**</code></p>\n"),
    (
        "block of code with its language",
        "```py\na < b\n```",
        '<pre><code class="language-py">a &lt; b\n</code></pre>\n',
    ),
    ("no class but a language", "```x onclick=1\na\n```", '<pre><code class="language-x">a\n</code></pre>\n'),
    ("no class with signs", '```"><b\na\n```', "<pre><code>a\n</code></pre>\n"),
    (
        "quote",
        "> a\n> > b\n\nc",
        "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n<p>c</p>\n",
    ),
    ("list", "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    ("numbered list from its number", "3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
    ("a backslash takes the meaning away", "\\*a\\*", "<p>*a*</p>\n"),
    ("no headings", "# a\n\nb\n===", "<p># a</p>\n<p>b<br>\n===</p>\n"),
    ("no rules", "---", "<p>---</p>\n"),
    ("no tables", "|a|b|\n|-|-|\n|c|d|", "<p>|a|b|<br>\n|-|-|<br>\n|c|d|</p>\n"),
    ("no pictures", "![a](/media/b.png)", "<p>![a](/media/b.png)</p>\n"),
    ("an indented paragraph is no code", "    a", "<p>a</p>\n"),
    ("HTML is text", "<b>a</b><script>x</script>", "<p>&lt;b&gt;a&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;</p>\n"),
    ("a comment is text", "a <!-- b --> c", "<p>a &lt;!-- b --&gt; c</p>\n"),
    ("references are decoded once", "&lt;b&gt; &amp;lt; &copy;", "<p>&lt;b&gt; &amp;lt; ©</p>\n"),
    ("controls come back by no reference", "a&#x202e;b&#8203;c&#1;d&#xfffe;e&shy;f", "<p>abc\ufffdd\ufffdef</p>\n"),
    ("accents come back by no reference", "x" + "&#x317;&#x323;" * 9, "<p>x\u0317\u0323\u0317\u0323</p>\n"),
    ("an overlay is no bracket", "**a**&#x338;", "<p><strong>a</strong></p>\n"),
    (
        "seven levels of quotes are six",
        ">" * 7 + "a",
        "<blockquote>\n" * 6 + "\n<p>a</p>\n" + "\n</blockquote>" * 6 + "\n",
    ),
    ("nothing", "", ""),
    ("only space", " \n\t\n", ""),
]


@pytest.mark.parametrize(("typed", "shown"), [row[1:] for row in COMMENTS], ids=[row[0] for row in COMMENTS])
def test_a_comment(typed: str, shown: str) -> None:
    assert render_comment(typed).split() == shown.split()


# Each row: why, what was typed, what is shown.
ARTICLES = [
    (
        "headings start at the second level",
        "# a\n\n## b\n\n### c\n\n#### d\n\n###### e",
        "<h2>a</h2><h3>b</h3><h4>c</h4><h4>d</h4><h4>e</h4>",
    ),
    ("rule", "a\n\n---\n\nb", "<p>a</p><hr><p>b</p>"),
    (
        "table without styles",
        "|a|\n|:-:|\n|b|",
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
    ),
    ("own picture", '![a "b"](/media/c.jpg "d")', '<p><img src="/media/c.jpg" alt="a &quot;b&quot;"></p>'),
    ("picture of another site is its words", "![a & b](https://a.example/c.jpg)", "<p>a &amp; b</p>"),
    ("picture that is an action", "![a](/accounts/logout/)", "<p>a</p>"),
    ("references", "[a][1]\n\n[1]: https://a.example", '<p><a href="https://a.example" rel="noopener">a</a></p>'),
    (
        "words that name another host stay: editors mean it",
        "[Node.js](https://nodejs.example)",
        '<p><a href="https://nodejs.example" rel="noopener">Node.js</a></p>',
    ),
    ("HTML is text here too", "<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
    ("indented code", "    a < b", "<pre><code>a &lt; b</code></pre>"),
]


@pytest.mark.parametrize(("typed", "shown"), [row[1:] for row in ARTICLES], ids=[row[0] for row in ARTICLES])
def test_an_article(typed: str, shown: str) -> None:
    assert render_article(typed).replace("\n", "") == shown


@pytest.mark.parametrize(
    ("why", "typed"),
    [
        ("more brackets than the parser takes", "[" * 601 + " word"),
        ("longer than is formatted", "**word** " * 2000),
        ("nested deeper than the parser goes", ">" * 60 + " word"),
        ("more pieces than bleach takes in time", "a\n" * 2600 + "word"),
    ],
)
def test_markup_nobody_writes_is_shown_as_text(why: str, typed: str) -> None:
    html = render_comment(typed)
    assert "word" in plain_text(html)
    assert set(html.replace("<br>", "").replace("<p>", "").replace("</p>", "")).isdisjoint("<>")
    assert plain_text(html) == plain_text(html.replace("<br>", "")) or "\n" in typed


def test_output_that_grows_too_much_is_shown_as_text() -> None:
    path = "/people/" + "a" * 1900 + "/"
    html = render_comment("@ana " * 20, mentions={"ana": path})
    assert html == f"<p>{('@ana ' * 20).strip()}</p>\n"


def test_a_parser_that_breaks_loses_no_words(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_source: str, _env: object) -> str:
        raise RecursionError

    monkeypatch.setattr(render_module, "_comment", broken)
    assert render_comment("a **b** <i>\nc") == "<p>a **b** &lt;i&gt;<br>\nc</p>\n"
    assert "fell back" in caplog.text


def test_a_text_over_the_hard_cap_is_cut_and_says_so() -> None:
    html = render_comment("word " * 100_000)
    assert html.endswith("…</p>\n")
    assert len(html) == markup.HARD_CAP + len("<p></p>\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u200b",
        "&nbsp;",
        "&#8203;&shy;",
        "\u3164",
        "\u2800",
        "> ",
        "- \n- ",
        "```\n```",
        "&#x202e;",
        "\u0301",
        "**&nbsp;**",
    ],
)
def test_a_comment_that_shows_nothing_is_refused(text: str) -> None:
    assert contains_only_invisible(text)
    with pytest.raises(MarkupError) as refused:
        check_comment(text)
    assert refused.value.code == "empty"


@pytest.mark.parametrize("text", ["a", "👍", "!", "[](https://a.example)", "<!-- -->", "```\nx\n```", "\\"])
def test_a_comment_that_shows_anything_is_not(text: str) -> None:
    assert not contains_only_invisible(text)
    assert check_comment(text) == text


def test_the_length_counts_after_normalising() -> None:
    assert len(check_comment("e\u0301" * MAX_LENGTH)) == MAX_LENGTH
    with pytest.raises(MarkupError) as refused:
        check_comment("a" * (MAX_LENGTH + 1))
    assert refused.value.code == "too_long"


# Each row: why, HTML, its words.
TEXTS = [
    ("blocks are lines", "<p>a</p>\n<p>b<br>\nc</p>", "a\nb\nc"),
    ("lists", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", "a\nb"),
    ("references are decoded", "<p>a &lt;b&gt; &amp;amp; &nbsp;c</p>", "a <b> &amp; \u00a0c"),
    ("links are their words", '<p>see <a href="https://a.example" rel="x">b</a></p>', "see b"),
    ("cells", "<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
    ("code keeps its lines", "<pre><code>a\n  b\n</code></pre>", "a\n  b"),
    ("what is not ours is left out", "<script>x</script>a<style>y</style>", "a"),
    ("nothing", "", ""),
]


@pytest.mark.parametrize(("html", "text"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_html_as_text(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.parametrize(
    ("html", "length", "text"),
    [
        ("<p>short</p>", 160, "short"),
        ("<p>one</p><p>two &amp; three</p>", 160, "one two & three"),
        ("<p>one two three</p>", 9, "one two…"),
        ("<p>one two, three</p>", 9, "one two…"),  # no comma before the dots
        ("<p>one two three</p>", 8, "one two…"),
        ("<p>incomprehensibilities</p>", 9, "incompre…"),
        ("<p>見見見見見見見見</p>", 4, "見見見…"),
    ],
)
def test_an_excerpt_ends_between_words(html: str, length: int, text: str) -> None:
    assert excerpt(html, length) == text
    assert len(text) <= length


def test_what_others_import_is_there() -> None:
    assert all(hasattr(markup, name) for name in markup.__all__)
    assert markup.RENDERER_VERSION >= 1
