from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions.markup import article_prompts, render_article
from discussions.passages.canon import Span, canonical
from discussions.passages.markers import with_inserted

MARK = '<sup data-ia-ui><a href="?inline=1#comments">12</a></sup>'


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One  two\n three</p>\n<p>four</p>", "One two three\nfour"),
        ("<p>one<br>two</p>", "one two"),
        ("<p>a\u00a0b\u200bc\ufeffd\u3000e</p>", "a b c d e"),
        ("<p>a&nbsp;b &amp; c&lt;d&gt; &#x1F600; &quot;</p>", 'a b & c<d> 😀 "'),
        ("<ul><li>one</li><li><p>two</p></li></ul>", "one\ntwo"),
        ("<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td><td></td></tr></tbody></table>", "a\nb"),
        ("<pre><code>x = 1\n  y</code></pre>", "x = 1 y"),
        (f"<p>words{MARK} go on</p>", "words go on"),
        ("<p>a<em>b</em>c <strong> d</strong></p>", "abc d"),
        ('<p>x <img src="/a.png" alt="no words"> y</p>', "x y"),
        ("<script>no</script><p>yes</p><svg><p>no</p></svg>", "yes"),
        ("<p> </p>\n", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_specification(html: str, text: str) -> None:
    assert canonical(html).text == text


def test_offsets_are_code_points() -> None:
    text = canonical("<p>👩‍👩‍👧 and 中文 words</p>").text
    assert text.index("中文") == 10


def test_code_and_prompts_are_known() -> None:
    source = "A `b c` d.\n\nBefore [[?x1 Why *this*?]]the **words** it[[/?]] asks about. `[[?no no]]x[[/?]]`"
    found = canonical(render_article(source))
    assert [found.text[span.start : span.end] for span in found.code] == ["b c", "[[?no no]]x[[/?]]"]
    assert found.prompts == {"x1": Span(found.text.index("the words it"), found.text.index(" asks"))}
    assert article_prompts(source) == {"x1": "Why *this*?"}


@pytest.mark.parametrize(
    "source",
    ["[[?x1 Why?]]never closed", "[[?x1]]no question[[/?]]", "[[?X! Why?]]bad id[[/?]]", "[[?x1 Why?]][[/?]]"],
)
def test_a_mark_that_is_not_complete_is_shown_as_typed(source: str) -> None:
    assert canonical(render_article(source)).prompts == {}
    assert canonical(render_article(source)).text == source


def test_a_mark_does_not_reach_into_another_paragraph() -> None:
    found = canonical(render_article("[[?x1 Why?]]one\n\ntwo[[/?]]"))
    assert found.prompts == {}
    assert found.text == "[[?x1 Why?]]one\ntwo[[/?]]"


def test_nothing_is_put_into_a_link() -> None:
    html = '<p>see <a href="/x" rel="noopener">the <em>whole</em> report</a>, please</p>'
    found = canonical(html)
    assert with_inserted(html, found, [(found.text.index(" report"), MARK)]) == html.replace("</a>", f"</a>{MARK}")


pieces = st.sampled_from(
    ["word", " ", "\n\n", "*", "**", "`", "&", "<b>", "[a](/x)", "😀", "中文", "| a | b |\n|---|---|\n| c | d |", "# ",
     "- ", "\u00a0", "\u200b", "> ", "[[?q1 why]]", "[[/?]]", "    code", "\u0301"]
)  # fmt: skip


@given(st.lists(pieces, max_size=25).map("".join), st.data())
def test_what_is_inserted_changes_no_text_and_stands_after_its_words(source: str, data: st.DataObject) -> None:
    html = render_article(source)
    found = canonical(html)
    assert found.text == found.text.strip()
    if not found.text:
        return
    words_end = [n + 1 for n, sign in enumerate(found.text) if sign not in " \n"]
    ends = data.draw(st.lists(st.sampled_from(words_end), max_size=4))
    marked = with_inserted(html, found, [(end, MARK) for end in ends])
    assert canonical(marked).text == found.text
    # Plain text in the place of a marker stands right after the words, or after the link that they are in.
    signed = canonical(with_inserted(html, found, [(ends[0], "\u241e")])).text if ends else ""
    assert not ends or signed.index("\u241e") >= ends[0]
    assert not ends or signed.replace("\u241e", "") == found.text
