"""The discussion as JSON-LD: what it says, that it is small, and that nothing gets out of it."""

from __future__ import annotations

import gzip
import json
import random
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from discussions.models import Article, Comment, Visibility
from discussions.queries.thread import FIRST_REPLIES, ROOTS_PER_PAGE, thread_page
from discussions.structured import EXCERPT, MOST_COMMENTS, discussion_json_ld
from tests.factories import make_article, make_comment, make_guest, make_user

pytestmark = pytest.mark.django_db


class Scripts(HTMLParser):
    """Reads a page as a browser does, and keeps its data blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script" and dict(attrs).get("type") == "application/ld+json"
        if self.inside:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.blocks[-1] += data


def _described(html: str) -> dict[str, Any]:
    parser = Scripts()
    parser.feed(html)
    (block,) = parser.blocks
    thing: dict[str, Any] = json.loads(block)
    return thing


def _of(article: Article) -> dict[str, Any]:
    return _described(discussion_json_ld(article, thread_page(article, sort="oldest")))


def _names(things: list[dict[str, Any]]) -> list[Any]:
    return [[thing["author"]["name"], *_names(thing.get("comment", []))] for thing in things]


def test_an_article_with_its_thread() -> None:
    article = make_article(
        "Parks", slug="parks", byline="R. Reporter", published_at=datetime(2026, 11, 1, 9, tzinfo=UTC)
    )
    root = make_comment(article, by=make_user("ana", name="Ana"), body="One.", up_count=5, down_count=2)
    make_comment(parent=root, by=make_guest("Bo"), body="Two.")
    article.refresh_from_db()
    thing = _of(article)
    comments = thing.pop("comment")
    assert thing == {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": "Parks",
        "url": "http://testserver/articles/parks/",
        "mainEntityOfPage": "http://testserver/articles/parks/",
        "datePublished": "2026-11-01T09:00:00Z",
        "inLanguage": "en",
        "author": {"@type": "Person", "name": "R. Reporter"},
        "publisher": {"@type": "Organization", "name": "Parkbench", "url": "http://testserver/"},
        "commentCount": 2,
    }
    (first,) = comments
    (reply,) = first.pop("comment")
    assert first == {
        "@type": "Comment",
        "url": f"http://testserver/comments/{root.pk}/",
        "author": {"@type": "Person", "name": "Ana", "url": "http://testserver/people/ana/"},
        "datePublished": root.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "text": "One.",
        "upvoteCount": 5,
    }
    assert reply["author"] == {"@type": "Person", "name": "Bo"}
    assert reply["text"] == "Two."


def test_a_page_elsewhere_is_what_the_posting_shares() -> None:
    thing = _of(make_article(url="https://example.org/news", summary="In short."))
    assert thing["@type"] == "DiscussionForumPosting"
    assert thing["sharedContent"] == {"@type": "WebPage", "url": "https://example.org/news"}
    assert thing["description"] == "In short."
    assert "comment" not in thing


def test_what_is_not_plainly_public_is_left_out_and_its_replies_move_up() -> None:
    article = make_article()
    for visibility in (Visibility.REMOVED, Visibility.WITHDRAWN, Visibility.COLLAPSED):
        hidden = make_comment(article, by=make_guest(f"secret {visibility}"), visibility=visibility, body="secret")
        make_comment(parent=hidden, by=make_guest(f"answers {visibility}"))
    make_comment(article, by=make_guest("secret held"), visibility=Visibility.HELD, body="secret")
    html = discussion_json_ld(article, thread_page(article, sort="oldest"))
    assert "secret" not in html
    assert _names(_described(html)["comment"]) == [["answers removed"], ["answers withdrawn"], ["answers collapsed"]]


HOSTILE = [
    "</script><script>alert(1)</script>",
    "</SCRIPT >",
    "<!--<script>",
    "]]>",
    '"},{"@type":"Person","x":"',
    "\\u003c/script\\u003e \\",
    "\u2028\u2029 line ends",
    "&lt;/script&gt;&quot;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_inside(client: Client, text: str) -> None:
    article = make_article(title=f"T{text}", summary=text, byline=text)
    comment = make_comment(article, by=make_guest(f"N{text}"), body=text, html=f"<p>{escape(text)}</p>")
    for address in (article.get_absolute_url(), comment.get_absolute_url()):
        page = client.get(address).content.decode()
        thing = _described(page)
        block = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
        assert not set(block) & set("<>&\u2028\u2029")
        assert json.loads(block) == thing
    assert thing["headline"] == f"T{text}"
    assert thing["author"]["name"] == f"N{text}"


def test_a_comments_own_page_is_a_posting(client: Client) -> None:
    top = make_comment(make_article("Parks", slug="parks"), by=make_guest("Top"))
    make_comment(parent=make_comment(parent=top, by=make_guest("Below")), by=make_guest("Deeper"))
    thing = _described(client.get(top.get_absolute_url()).content.decode())
    assert (thing["@type"], thing["headline"]) == ("DiscussionForumPosting", "Parks")
    assert thing["isPartOf"]["url"] == "http://testserver/articles/parks/"
    assert _names([thing]) == [["Top", ["Below", ["Deeper"]]]]


def test_the_page_of_a_removed_comment_describes_nothing(client: Client) -> None:
    top = make_comment(visibility=Visibility.REMOVED)
    make_comment(parent=top)
    assert b"ld+json" not in client.get(top.get_absolute_url()).content


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <em>two</em>, three.</p>\n<ul>\n<li>four</li>\n</ul>\n", "One two, three. four"),
        ("<p>a<br>\nb &lt;i&gt; &amp;amp;</p>\n", "a b <i> &amp;"),
        (f"<p>{'word ' * 200}</p>\n", "word " * 14 + "word…"),
        (f"<p>{'w' * 200}</p>\n", "w" * 79 + "…"),
        (f'<p>Hi.</p>\n<p><a href="https://example.org/{"x" * 900}">link</a></p>\n', "Hi."),
    ],
)
def test_of_a_text_only_its_first_words_are_told(html: str, text: str) -> None:
    assert len(text) <= EXCERPT
    article = make_article()
    make_comment(article, html=html)
    assert _of(article)["comment"][0]["text"] == text


def test_a_full_page_stays_small() -> None:
    """At most 4 kB after gzip, with long texts out of 2,000 random words: worse than anything that people write."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(2000)]
    article = make_article(byline="R. Reporter", summary=" ".join(words[:30]))

    def write(parent: Comment | None = None) -> Comment:
        name = " ".join(chance.choices(words, k=2)).title()
        at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=chance.randint(0, 10**6))
        body = " ".join(chance.choices(words, k=120))
        up = chance.randint(0, 300)
        by = make_user(f"u{chance.randint(1, 10**9)}", name=name)
        return make_comment(article, parent=parent, by=by, body=body, created_at=at, up_count=up)

    for _root in range(ROOTS_PER_PAGE):
        root = write()
        for _reply in range(FIRST_REPLIES):
            write(root)
    html = discussion_json_ld(article, thread_page(article, sort="oldest"))
    texts = html.count('"@type":"Comment"')
    assert texts == MOST_COMMENTS
    assert len(gzip.compress(html.encode())) <= 4096
    assert max(len(part.split('"')[0]) for part in html.split('"text":"')[1:]) <= EXCERPT
