"""Imported article texts become Markdown that says the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions.importing.to_markdown import to_markdown
from discussions.markup import plain_text, render_article, render_imported_html


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One.</p>\n<p>Two<br>\nthree.</p>", "One.\n\nTwo\nthree."),
        ("<p>a <strong>b</strong> <em>c</em> <s>d</s></p>", "a **b** *c* ~~d~~"),
        ("<p>a<b> b </b>c<i> </i></p>", "a **b** c"),
        ("<p><code>x &lt; `y`</code></p>", "`` x < `y` ``"),
        ('<p><a href="https://a.example/x_(y)">t</a></p>', "[t](<https://a.example/x_(y)>)"),
        ("<ul><li>a</li><li><p>b</p><p>c</p></li></ul>", "- a\n- b\n\n  c"),
        ("<ol><li>a<ul><li>b</li></ul></li></ol>", "1. a\n\n   - b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<pre><code>a\n  *b*\n</code></pre>", "```\na\n  *b*\n```"),
        ("<pre>```\nx</pre>", "````\n```\nx\n````"),
        ("<p># no heading</p>", "\\# no heading"),
        ("<p>1. no list<br>- none</p>", "1\\. no list\n\\- none"),
        (
            "<p>*a* _b_ [c](d) &lt;e&gt; &amp;amp; | ~f~ `g` \\</p>",
            r"\*a\* \_b\_ \[c\](d) \<e\> \&amp; \| \~f\~ \`g\` \\",
        ),
        ("loose <p>a</p> text", "loose\n\na\n\ntext"),
        ("", ""),
    ],
)
def test_each_element_has_its_markdown(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


def _words(html: str) -> str:
    return re.sub(r"\s+", "", plain_text(html))


@pytest.mark.parametrize(
    "html",
    [
        "<p>One <strong>two</strong>.</p><p>Three<br>four</p>",
        "<blockquote><p>a</p><ul><li>b</li><li>c<blockquote><p>d</p></blockquote></li></ul></blockquote><p>e</p>",
        "<ol><li><p>a</p><pre>b\n\n  c</pre></li><li>d</li></ol>",
        "<p>+ a<br>= b<br>--- c<br>=== d<br>: e</p>",
        "<p>| a | b |<br>| - | - |</p>",
    ],
)
def test_the_round_trip_keeps_words_and_blocks(html: str) -> None:
    safe = render_imported_html(html)
    again = render_article(to_markdown(safe))
    assert _words(again) == _words(safe)
    for name in ("p", "li", "blockquote", "pre", "strong", "table"):
        assert (f"<{name}" in again) is (f"<{name}" in safe), name


_text = st.text(st.sampled_from("ab *_`[]()<>&#-+=|~\\1.:!\n"), max_size=30)


@given(_text)
def test_no_text_becomes_markup(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = render_imported_html(f"<p>{escaped}</p>")
    again = render_article(to_markdown(safe))
    assert _words(again) == _words(safe)
    assert set(re.findall(r"<(\w+)", again)) <= {"p", "br"}
