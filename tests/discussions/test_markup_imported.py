"""Comments of other systems: their HTML becomes ours, and nothing of it can do harm."""

from __future__ import annotations

import pytest

from discussions.markup import render_imported_html

REL = 'rel="nofollow ugc noopener noreferrer"'

# Each row: why, HTML of the export, HTML here.
IMPORTS = [
    ("blank lines are paragraphs", "one\n\ntwo", "<p>one</p><p>two</p>"),
    ("lines are lines", "one\ntwo", "<p>one<br>\ntwo</p>"),
    ("breaks and line ends together are one", "one<br />\ntwo", "<p>one<br>\ntwo</p>"),
    ("two breaks are a paragraph", "one<br><br>two", "<p>one</p><p>two</p>"),
    ("emphasis over a blank line", "<b>one\n\ntwo</b>", "<p><b>one</b></p><p><b>two</b></p>"),
    ("real paragraphs: their line ends are spaces", "<p>one\ntwo</p>\n\n<p>three</p>", "<p>one\ntwo</p><p>three</p>"),
    ("words beside real paragraphs", "one<p>two</p>three", "<p>one</p><p>two</p><p>three</p>"),
    (
        "quote and answer",
        "<blockquote>one\n\ntwo</blockquote>\nthree",
        "<blockquote><p>one</p><p>two</p></blockquote><p>three</p>",
    ),
    ("list", "<ul>\n<li>one</li>\n<li>two\nlines</li>\n</ul>", "<ul><li>one</li><li>two<br>\nlines</li></ul>"),
    ("code keeps its lines", "<pre>\n\na\n\n  b</pre>", "<pre>a\n\n  b</pre>"),
    ("other blocks are paragraphs", "<h3>one</h3><div>two</div><div>three</div>", "<p>one</p><p>two</p><p>three</p>"),
    ("table", "<table><tr><td>a</td><td>b</td></tr></table>", "<p>a</p><p>b</p>"),
    (
        "near relatives",
        "<cite>a</cite> <strike>b</strike> <tt>c</tt> <abbr title='x'>d</abbr>",
        "<p><em>a</em> <s>b</s> <code>c</code> d</p>",
    ),
    ("quotation marks", "<q>a</q>", "<p>“a”</p>"),
    ("a smiley is its text", '<img src="https://a.example/s.gif" alt=":-)" class="wp-smiley">', "<p>:-)</p>"),
    (
        "link",
        '<a href="https://a.example/?b&amp;c" target="_blank" onclick="x()">d</a>',
        f'<p><a href="https://a.example/?b&amp;c" {REL}>d</a></p>',
    ),
    (
        "link that lies",
        '<a href="https://evil.example">bank.example</a>',
        f'<p>bank.example (<a href="https://evil.example" {REL}>evil.example</a>)</p>',
    ),
    (
        "link without words",
        '<a href="https://a.example"><img src="x"></a>',
        f'<p><a href="https://a.example" {REL}>a.example</a></p>',
    ),
    ("link to here", '<a href="/wp-admin/">a</a>', "<p>a</p>"),
    ("link with script", '<a href="java&#x09;script:x()">a</a>', "<p>a</p>"),
    ("script and style go with their text", "a<script>b</script><style>c</style>d", "<p>ad</p>"),
    ("attributes go", '<p id="a" class="b" style="position:fixed" onclick="c">d</p>', "<p>d</p>"),
    ("left open", "<b>one <i>two", "<p><b>one <i>two</i></b></p>"),
    ("closed too often", "one</b></div></section></p> two", "<p>one</p><p>two</p>"),
    ("a comment", "one <!-- more --> two", "<p>one  two</p>"),
    ("an element of SVG", "<svg><p>a</p><style><img src=x onerror=y></style></svg>", "<p>a</p>"),
    ("a form", '<form action="https://a.example"><input name="b"><button>c</button></form>', "<p>c</p>"),
    ("references", "a &lt;b&gt; &amp;amp; &#x202e;c", "<p>a &lt;b&gt; &amp;amp; c</p>"),
    ("a sign that is no tag", "1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
    ("nothing", "", ""),
    ("empty elements", "<p></p><p> </p><div></div>", ""),
]


@pytest.mark.parametrize(("html", "shown"), [row[1:] for row in IMPORTS], ids=[row[0] for row in IMPORTS])
def test_html_of_an_export(html: str, shown: str) -> None:
    assert render_imported_html(html).strip() == shown


@pytest.mark.parametrize("html", [row[1] for row in IMPORTS], ids=[row[0] for row in IMPORTS])
def test_importing_what_was_imported_changes_nothing(html: str) -> None:
    once = render_imported_html(html)
    again = render_imported_html(once)
    assert render_imported_html(again) == again


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 3000 + "word",
        "word<table>" * 3000,
        "<p>word\n" * 5000,
        "<ul><li>" * 2000 + "word",
        "a\n" * 20_000 + "word",
    ],
)
def test_html_nobody_writes_is_its_words(html: str) -> None:
    shown = render_imported_html(html)
    assert "word" in shown
    assert set(shown.replace("<br>", "").replace("<p>", "").replace("</p>", "")).isdisjoint("<>")
