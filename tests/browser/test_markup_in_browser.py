"""Hostile texts of our own in a real page: nothing runs, nothing is fetched, nothing leaves its comment.

The page has no content security policy and every request but its own is refused and noted: the markup stands alone.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

from discussions.markup import render_article, render_comment, render_imported_html

pytestmark = [pytest.mark.browser, pytest.mark.once]

#: Markdown and HTML as an attacker would try it. `PING` would set a mark on the page if it ever ran.
PING = "window.hit=1"
HOSTILE = [
    f"<script>{PING}</script>",
    f"<img src=x onerror={PING}>",
    f"<svg><animate onbegin={PING} attributeName=x dur=1s>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={PING}>",
    f'<noscript><p title="</noscript><img src=x onerror={PING}>">',
    f"<svg></p><style><a title='</style><img src onerror={PING}>'>",
    f"<iframe srcdoc='<script>parent.{PING}</script>'></iframe>",
    f"[click](javascript:{PING})",
    f"[click](java&#115;cript:{PING})",
    f"[click](<java\tscript:{PING}>)",
    f"<javascript:{PING}>",
    f"<a href='javascript:{PING}'>click</a>",
    f"<a href=' &#1;javascript:{PING}'>click</a>",
    "![x](http://tracker.example/pixel.gif)",
    "<img src=//tracker.example/p.gif><link rel=stylesheet href=//tracker.example/a.css>",
    "<style>@import '//tracker.example/x'; body{display:none}</style>",
    "<p style='position:fixed;inset:0;background:url(//tracker.example)'>cover</p>",
    "</div></section></main></body></html>",
    "<plaintext>", "<textarea>", "<!--", "<title>", "<select><option>", "<table><tr><td>",
    "<template shadowrootmode=open>",
    "<a href='http://a.example/?", "<img src='http://tracker.example/?", "[x](http://a.example/?\n",
    "<form id=after action=//tracker.example><input name=hit><button>go</button></form>",
    "<base href=//tracker.example/><meta http-equiv=refresh content='0;url=//tracker.example'>",
    "```\n</code></pre><script>x</script>", "`</code><script>x</script>`", "> </blockquote></div>",
    # mutations: one parser reads text where the next one reads elements
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src onerror={PING}&gt;'>",
    f"<svg><desc><table><a><style><title id='</style><img src onerror={PING}>'></table>",
    f"<math><annotation-xml encoding=text/html><style><img src onerror={PING}></style>",
    f"<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror={PING} src>'>",
    f"<select><xmp><script>{PING}</script></xmp><math><select><style>/*</select><img src onerror={PING}>",
    f"<xmp><p title='</xmp><img src onerror={PING}>'>", f"<noembed><a title='</noembed><img src onerror={PING}>'>",
    f"<a><table><tr><td><a href=x><b onclick={PING}>", "<p><button><p><form><p><table><p>", "<b>" * 300 + "deep",
    f"<details open ontoggle={PING}>x</details>", f"<input autofocus onfocus={PING}>", f"<body onload={PING}>",
    f"<object data='data:text/html,<script>{PING}</script>'></object>", f"<embed src='data:text/html,{PING}'>",
    f"<math href='javascript:{PING}'>click</math>",
    f"<svg><a xlink:href='javascript:{PING}'><text>click</text></a></svg>",
    f"[click](vbscript:{PING})", "[click](data:text/html;base64,PHNjcmlwdD4)", f"[click](&#x6a;avascript&colon;{PING})",
    f"""[click](http://a.example/" onmouseover="{PING})""", f"""[click](http://a.example '" onmouseover={PING} "')""",
    f"""```x" onmouseover={PING}\ncode\n```""",
    f"https://a.example/<img src=x onerror={PING}>", "www.a.example/'onclick=x",
    "x" + "&#x301;" * 60, "&#x202e;backwards", "👩\u200d" * 200, "क्" * 400, "ก" + "\u0e33" * 400, ">" * 30 + "deep",
    "- " * 40 + "deep", "W" * 4000, "[" * 500, "*_" * 800,
    "[a][b]\n\n[b]: javascript:alert(1)", '<http://a.example/"onmouseover=alert(1)>',
]  # fmt: skip


STYLE = "<style>main{width:40rem}.c{overflow-wrap:anywhere}pre{white-space:pre-wrap}</style>"
ELEMENTS = "a b blockquote br code del em h2 h3 h4 hr i li ol p pre s span strong sub sup table tbody td th thead tr ul"
ATTRIBUTES = {"a href", "a rel", "code class", "ol start"}


def page_of(comments: list[str]) -> str:
    """Return a page that holds the comments, and after each one a line that must stay where it is."""
    slots = "".join(
        f'<section><div class="c">{html}</div><p class="after">{n}</p></section>' for n, html in enumerate(comments)
    )
    return f"<!doctype html><meta charset=utf-8><title>t</title>{STYLE}<main>{slots}</main><footer>end</footer>"


LOOK = """() => {
    const nodes = [...document.querySelectorAll('main .c *')];
    return {
        elements: [...new Set(nodes.map(n => n.localName))],
        attributes: [...new Set(nodes.flatMap(n => [...n.attributes].map(a => n.localName + ' ' + a.name)))],
        schemes: [...new Set(nodes.filter(n => n.localName === 'a').map(n => n.protocol))].sort(),
        wide: [...document.querySelectorAll('main .c')].flatMap((c, n) => c.scrollWidth > c.clientWidth + 2 ? [n] : []),
    };
}"""


@pytest.mark.parametrize("render", [render_comment, render_imported_html, render_article])
def test_hostile_texts_stay_in_their_place_and_do_nothing(browser: Browser, render: object) -> None:
    assert callable(render)
    outputs = [render(text) for text in HOSTILE]
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url == "https://comments.example/":
            route.fulfill(content_type="text/html; charset=utf-8", body=page_of(outputs))
        else:
            asked.append(route.request.url)
            route.abort()

    context = browser.new_context()
    context.route("**/*", answer)
    page = context.new_page()
    page.goto("https://comments.example/")
    assert page.locator("main > section").count() == len(HOSTILE)
    assert page.locator("section > .after").all_inner_texts() == [str(n) for n in range(len(HOSTILE))]
    assert page.locator("footer").inner_text() == "end"
    # Twice through innerHTML, as a script that moves comments does: what changes on the way is where mutations hide.
    moved = page.evaluate(
        """() => [...document.querySelectorAll('.c')].map(node => {
            const box = document.createElement('div');
            box.innerHTML = node.innerHTML;
            const same = box.innerHTML === node.innerHTML;
            document.querySelector('footer').append(box);
            return same;
        })"""
    )
    assert all(moved)
    kinds = page.evaluate("[...new Set([...document.querySelectorAll('.c *')].map(n => n.namespaceURI + n.localName))]")
    assert all(kind.startswith("http://www.w3.org/1999/xhtml") for kind in kinds)
    found = page.evaluate(LOOK)
    assert set(found["elements"]) <= set(ELEMENTS.split())
    assert set(found["attributes"]) <= ATTRIBUTES
    assert set(found["schemes"]) <= {"http:", "https:"}
    assert found["wide"] == [], [HOSTILE[n] for n in found["wide"]]
    for link in page.locator(".c a").all():
        link.dispatch_event("mouseover")
    page.wait_for_timeout(200)
    assert page.evaluate("window.hit") is None
    assert asked == []
    context.close()


def test_the_page_would_notice(browser: Browser) -> None:
    """The same look at the same texts unrendered: a check that cannot fail is none."""
    context = browser.new_context()
    page = context.new_page()
    page.set_content(page_of([f"<img src=x onerror={PING}>"]))
    page.wait_for_function("window.hit === 1")
    page.set_content(page_of(["<textarea>", "safe"]))
    assert page.locator("main > section").count() == 1
    context.close()
