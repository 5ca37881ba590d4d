"""Links: which addresses are links at all, and that a link says where it leads."""

from __future__ import annotations

import re

import pytest

from discussions.markup import mentioned_handles, render_article, render_comment
from discussions.markup.urls import is_image_path, is_site_path, parse_address

REL = ' rel="nofollow ugc noopener noreferrer"'


def rendered(text: str, mentions: dict[str, str] | None = None) -> str:
    """Return a comment of one paragraph without the paragraph and without `rel`, which every link must have."""
    html = render_comment(text, mentions=mentions).strip()
    assert html.count("<a ") == html.count(REL)
    return html.replace(REL, "").removeprefix("<p>").removesuffix("</p>")


# Each row: why, an address, its canonical form or None.
ADDRESSES = [
    ("plain", "https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
    ("upper case scheme and host", "HTTPS://Example.ORG/Path", "https://example.org/Path"),
    ("port", "http://example.org:8080/", "http://example.org:8080/"),
    ("port with zeros before it", "http://example.org:0080", "http://example.org:80"),
    ("dot after the host", "https://example.org./x", "https://example.org/x"),
    ("letters outside ASCII in the path", "https://example.org/é", "https://example.org/%C3%A9"),
    ("escapes stay as they are", "https://example.org/%C3%A9%2F", "https://example.org/%C3%A9%2F"),
    ("a lone percent sign", "https://example.org/100%", "https://example.org/100%25"),
    (
        "quotes and brackets",
        "https://example.org/'\"<>`[]{}|^",
        "https://example.org/%27%22%3C%3E%60%5B%5D%7B%7D%7C%5E",
    ),
    ("full-width letters are ordinary ones", "https://ｅxample.org/", "https://example.org/"),
    ("full stop of another script", "https://example。org/", "https://example.org/"),
    ("host outside ASCII is punycode", "https://müller.example/", "https://xn--mller-kva.example/"),
    ("mail", "mailto:Ana.Lopez+news@Example.org", "mailto:Ana.Lopez+news@example.org"),
    ("script", "javascript:alert(1)", None),
    ("script, only digits", "javascript:123", None),
    ("script behind a control", "\x01javascript:alert(1)", None),
    ("script with a tab inside", "java\tscript:alert(1)", None),
    ("data", "data:text/html,<script>1</script>", None),
    ("other schemes", "ftp://example.org/", None),
    ("phone", "tel:+12345", None),
    ("scheme of its own", "steam://run/1", None),
    ("relative", "/account/delete", None),
    ("relative to the scheme", "//example.org/x", None),
    ("relative to nothing", "example.org/x", None),
    ("fragment", "#top", None),
    ("empty", "", None),
    ("user name", "https://bank.example@evil.example/", None),
    ("user name and password", "https://a:b@evil.example/", None),
    ("backslash", "https://evil.example\\@bank.example/", None),
    ("backslash in the path", "https://example.org/a\\b", None),
    ("one slash", "https:/example.org", None),
    ("no slash", "https:example.org", None),
    ("three slashes", "https:///example.org", None),
    ("space in the host", "https://exa mple.org", None),
    ("line feed", "https://example.org/\nx", None),
    ("no dot: a machine in the house", "http://router/", None),
    ("the reader's own machine", "http://localhost:8000/", None),
    ("number as address", "http://127.0.0.1/", None),
    ("number in one piece", "http://2130706433/", None),
    ("number in hexadecimal", "http://0x7f.1/", None),
    ("number of six bytes and more", "http://[::1]/", None),
    ("escape in the host", "https://bank%2eexample/", None),
    ("empty label", "https://a..example/", None),
    ("port too high", "https://example.org:70000/", None),
    ("port that is none", "https://example.org:x/", None),
    ("host that changes to a slash", "https://bank.example\uff0fevil.example/", None),
    ("too long", "https://example.org/" + "a" * 2000, None),
    ("mail with headers", "mailto:a@example.org?subject=x&body=y", None),
    ("mail to several", "mailto:a@example.org,b@example.org", None),
    ("mail to nobody", "mailto:@example.org", None),
    ("mail with an escape", "mailto:a%0d%0ab@example.org", None),
    ("mail outside ASCII", "mailto:a@müller.example", None),
]


@pytest.mark.parametrize(("raw", "href"), [row[1:] for row in ADDRESSES], ids=[row[0] for row in ADDRESSES])
def test_an_address_is_canonical_or_refused(raw: str, href: str | None) -> None:
    address = parse_address(raw)
    assert (address.href if address else None) == href
    if href:
        assert parse_address(href) == address


@pytest.mark.parametrize(("raw", "href"), [row[1:] for row in ADDRESSES], ids=[row[0] for row in ADDRESSES])
def test_every_way_to_write_a_link_has_the_same_rule(raw: str, href: str | None) -> None:
    for text in (f"[words](<{raw}>)", f"[words]({raw})", f"<{raw}>", raw):
        for target in re.findall(r'href="([^"]*)"', render_comment(text)):
            # What is refused as a whole may hold an address that is fine, never the other way round.
            assert parse_address(target.replace("&amp;", "&")) is not None
            assert target.startswith(("https://", "http://", "mailto:"))
            assert "xn--" not in target
    if href is None:
        assert ">words</a>" not in render_comment(f"[words](<{raw}>)")
    elif "xn--" not in href:
        assert f'href="{href.replace("&", "&amp;")}"' in render_comment(f"[words](<{raw.replace('<>', '%3C%3E')}>)")


# Each row: why, what was typed, what is shown.
BARE = [
    (
        "in a sentence",
        "See https://example.org/a, or not.",
        'See <a href="https://example.org/a">https://example.org/a</a>, or not.',
    ),
    ("www", "www.example.org!", '<a href="https://www.example.org">www.example.org</a>!'),
    ("in brackets", "(https://example.org)", '(<a href="https://example.org">https://example.org</a>)'),
    (
        "with its own brackets",
        "https://example.org/a_(b)",
        '<a href="https://example.org/a_(b)">https://example.org/a_(b)</a>',
    ),
    (
        "underscores are no emphasis",
        "https://example.org/__init__.py",
        '<a href="https://example.org/__init__.py">https://example.org/__init__.py</a>',
    ),
    (
        "inside emphasis",
        "**https://example.org**",
        '<strong><a href="https://example.org">https://example.org</a></strong>',
    ),
    (
        "after a script without spaces",
        "见https://example.org。",
        '见<a href="https://example.org">https://example.org</a>。',
    ),
    ("before one", "https://example.org谢谢", '<a href="https://example.org">https://example.org</a>谢谢'),
    (
        "with an ampersand",
        "https://example.org/?a&copy;=1",
        '<a href="https://example.org/?a&amp;copy;=1">https://example.org/?a&amp;copy;=1</a>',
    ),
    ("not in code", "`https://example.org`", "<code>https://example.org</code>"),
    ("not inside a word", "xhttps://example.org", "xhttps://example.org"),
    ("not without a scheme: a file name is no host", "setup.py readme.md", "setup.py readme.md"),
    ("not a mail address: machines collect them", "ana@example.org", "ana@example.org"),
    (
        "a mail address in angle brackets is meant",
        "<ana@example.org>",
        '<a href="mailto:ana@example.org">ana@example.org</a>',
    ),
    ("never script", "javascript:alert(1) data:text/html,x", "javascript:alert(1) data:text/html,x"),
    ("never script behind http", "http://javascript:alert(1)", "http://javascript:alert(1)"),
    (
        "no link in a link",
        "[a https://a.example b](https://a.example)",
        '<a href="https://a.example">a https://a.example b</a>',
    ),
    ("no title", '[a](https://a.example "b")', '<a href="https://a.example">a</a>'),
    ("no picture, but its address", "![a](https://a.example/b.png)", '!<a href="https://a.example/b.png">a</a>'),
    (
        "no references",
        "[a]: https://a.example\n\n[a]",
        '[a]: <a href="https://a.example">https://a.example</a></p>\n<p>[a]',
    ),
]


@pytest.mark.parametrize(("typed", "shown"), [row[1:] for row in BARE], ids=[row[0] for row in BARE])
def test_addresses_in_running_text(typed: str, shown: str) -> None:
    assert rendered(typed) == shown


# Each row: why, the text of a link to https://evil.example/x, what is shown.
EVIL = '(<a href="https://evil.example/x">evil.example</a>)'
TEXTS = [
    ("another host", "www.bank.example", f"www.bank.example {EVIL}"),
    ("another address", "https://bank.example/login", f"https://bank.example/login {EVIL}"),
    ("another host further on", "log in at bank.example now", f"log in at bank.example now {EVIL}"),
    ("in several pieces", "bank.**example**", f"bank.<strong>example</strong> {EVIL}"),
    ("dot as a reference", "bank&#46;example", f"bank.example {EVIL}"),
    ("something invisible inside", "bank&shy;.example", f"bank.example {EVIL}"),
    ("dot of another script", "bank。example", f"bank。example {EVIL}"),
    ("letter of another script", "bаnk.example", f"bаnk.example {EVIL}"),
    ("as a user name", "https://bank.example@evil.example", f"https://bank.example@evil.example {EVIL}"),
    ("many labels", "a.b.c.d.e.f.g.h.i.j.k.l.m.bank.example", f"a.b.c.d.e.f.g.h.i.j.k.l.m.bank.example {EVIL}"),
    ("another mail address", "ana@bank.example", f"ana@bank.example {EVIL}"),
    ("no text at all", "", '<a href="https://evil.example/x">evil.example</a>'),
    ("the host itself", "evil.example", '<a href="https://evil.example/x">evil.example</a>'),
    ("the host with www", "www.evil.example/y", '<a href="https://evil.example/x">www.evil.example/y</a>'),
    ("words", "my bank", '<a href="https://evil.example/x">my bank</a>'),
]


@pytest.mark.parametrize(("text", "shown"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_a_link_does_not_pretend_to_lead_elsewhere(text: str, shown: str) -> None:
    assert rendered(f"[{text}](https://evil.example/x)") == shown


def test_a_host_outside_ascii_is_shown_as_punycode_and_not_linked() -> None:
    assert rendered("[my bank](https://bаnk.example/)") == "my bank (xn--bnk-6cd.example)"
    assert rendered("https://müller.example/x") == "https://müller.example/x (xn--mller-kva.example)"
    assert rendered("https://www.straße.example") == "https://www.straße.example (www.xn--strae-oqa.example)"
    assert rendered("[x](https://xn--bnk-6cd.example/)") == "x (xn--bnk-6cd.example)"
    assert "<a" not in render_article("[x](https://xn--bnk-6cd.example/)")


def test_a_mail_link_with_another_address_in_its_text_shows_the_real_one() -> None:
    assert (
        rendered("[ana@a.example](mailto:eve@a.example)")
        == 'ana@a.example (<a href="mailto:eve@a.example">eve@a.example</a>)'
    )


PEOPLE = {"ana": "/people/ana/", "j.r-r_t": "https://profiles.example/j", "bank.example": "/people/bank.example/"}
ANA = '<a href="/people/ana/"><span class="mention">@{}</span></a>'


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Thanks @ana!", f"Thanks {ANA.format('ana')}!"),
        ("@Ana.", f"{ANA.format('Ana')}."),  # any case, and the full stop is the sentence's
        ("(@ana) @ana's", f"({ANA.format('ana')}) {ANA.format('ana')}'s"),
        ("@j.r-r_t", '<a href="https://profiles.example/j"><span class="mention">@j.r-r_t</span></a>'),
        ("**@ana**", f"<strong>{ANA.format('ana')}</strong>"),
        ("@nobody", "@nobody"),
        ("@anabel", "@anabel"),
        ("me@ana.example é@ana @@ana /@ana", "me@ana.example é@ana @@ana /@ana"),
        ("`@ana` \\@ana", "<code>@ana</code> @ana"),
        ("[@ana](https://a.example)", '<a href="https://a.example">@ana</a>'),
        ("[x](/people/ana/)", "[x](/people/ana/)"),  # the path of a mention is not a link for everybody
    ],
)
def test_mentions_of_people_who_exist_become_links(typed: str, shown: str) -> None:
    assert rendered(typed, PEOPLE) == shown


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "//evil.example", "/\\evil.example", "people/ana", "http://a.example/ana", "https://a@b.example/",
     'https://a.example/"onclick=1', "/a b", "", "https://xn--bnk-6cd.example/"],
)  # fmt: skip
def test_a_mention_with_an_unfit_address_stays_text(url: str) -> None:
    assert rendered("@ana", {"ana": url}) == "@ana"


def test_only_so_many_mentions_are_links() -> None:
    html = render_comment("@ana " * 100, mentions=PEOPLE)
    assert html.count("<a ") == 30
    assert html.count("@ana") == 100


def test_the_handles_of_a_text_can_be_looked_up() -> None:
    assert mentioned_handles("@Ana, a@b.cc @j.r-r_t. @xy") == {"ana", "j.r-r_t", "j.r-r_t."}
    assert mentioned_handles("@" + "a" * 31) == frozenset()
    assert len(mentioned_handles(" ".join(f"@reader{n}" for n in range(500)))) == 30


@pytest.mark.parametrize(
    ("path", "fits"),
    [("/", True), ("/a/b-c_d.e/?f=g#h", True), ("/@ana/", True), ("//a.example", False), ("/\\a", False), ("a", False),
     ("/a//b", False), ("/a\n", False), ("/a b", False), ("/a:b", False), ('/"', False), ("", False)],
)  # fmt: skip
def test_paths_on_this_site(path: str, fits: bool) -> None:
    assert is_site_path(path) is fits


@pytest.mark.parametrize(
    ("path", "fits"),
    [("/media/2026/a.jpg", True), ("/static/img/b.svg", True), ("/accounts/logout", False), ("/media/../x.png", False),
     ("/media/x.html", False), ("https://a.example/b.png", False), ("/media/a.png?x", False), ("//media/a.png", False)],
)  # fmt: skip
def test_pictures_are_files_of_this_site(path: str, fits: bool) -> None:
    assert is_image_path(path) is fits


def test_editors_links_are_links_of_the_site() -> None:
    html = render_article("[a](https://a.example) [b](/about/) [c](javascript:1) [d](//e.example)")
    assert '<a href="https://a.example" rel="noopener">a</a>' in html
    assert '<a href="/about/" rel="noopener">b</a>' in html
    assert html.count("<a ") == 2
