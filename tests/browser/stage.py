"""Discussions to look at: each function fills an article and returns what a test wants to point at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Guest, User
from discussions.markup import render_comment
from discussions.models import Article, Comment, Revision, Visibility
from tests.factories import make_article, make_comment, make_guest, make_section, make_user

LONG = "The council counted cars for a week, and what it found surprised nobody who lives there. "
ZALGO = "Z" + "\u0301\u0316\u0359" * 12 + "algo"


def say(article: Article, body: str, parent: Comment | None = None, **fields: Any) -> Comment:
    """Return a comment whose HTML is what the renderer makes of `body`."""
    return make_comment(article, parent=parent, body=body, html=render_comment(body), **fields)


def story(title: str = "The lights went out", **fields: Any) -> Article:
    """Return an article with a section, a byline and a few paragraphs."""
    body = "<p>When the lights went dark, planners expected chaos.</p><h2>Who waits</h2><p>Nobody.</p>"
    fields = {"section": make_section(), "byline": "By a friend", "summary": "A trial, half a year on.", **fields}
    return make_article(title, **{"body_html": body, **fields})


def busy(article: Article, roots: int = 25) -> list[Comment]:
    """Fill with roots from the oldest to the newest, the n-th with n votes up; return them."""
    start = timezone.now() - timedelta(hours=roots + 1)
    readers = [make_user(name=name) for name in ("Ada Grey", "Ben Alder", "עדי לוי", "Sol")]
    return [
        say(article, f"Thought number {n}.", by=readers[n % 4], created_at=start + timedelta(hours=n), up_count=n)
        for n in range(roots)
    ]


def forked(article: Article, levels: int) -> list[Comment]:
    """Fill with one root whose branch forks at each of `levels`; return the comments along the spine, root first."""
    spine = [say(article, "The root of it.")]
    for n in range(1, levels + 1):
        parent = spine[-1]
        spine.append(say(article, f"Level {n}, going on.", parent))
        say(article, f"Level {n}, another voice.", parent)
    return spine


def linear(article: Article, length: int) -> list[Comment]:
    """Fill with one root and a talk below it that never forks; return it, root first."""
    talk = [say(article, "Shall we talk?")]
    for n in range(length):
        talk.append(say(article, f"Turn {n} of two people talking.", talk[-1]))
    return talk


def every_state(article: Article, reader: User) -> dict[str, Comment]:
    """Fill with one comment of each state and return them by name; the held one and the fresh one are `reader`'s."""
    now = timezone.now()
    guest: Guest = make_guest("Passer-by")
    odd = make_user(name=ZALGO)
    made = {
        "pinned": say(article, "Read this first.", by=article.author, is_pinned=True),
        "removed": say(
            article, "Rude words.", visibility=Visibility.REMOVED, visibility_at=now,
            visibility_reason="Insults a reader (guideline 2).",
        ),
        "withdrawn": say(article, "I was wrong.", visibility=Visibility.WITHDRAWN, visibility_at=now, is_listed=True),
        "collapsed": say(
            article, "About something else.", visibility=Visibility.COLLAPSED, visibility_reason="Off topic"
        ),
        "held": say(
            article, "See https://example.org", by=reader, visibility=Visibility.HELD,
            visibility_reason="It holds a link.",
        ),
        "locked": say(article, "This got heated.", is_locked=True),
        "edited": say(article, "The council has asked the drivers.", edited_at=now, revision=2),
        "guest": say(article, "Just passing.", by=guest),
        "fresh": say(article, "Mine, just now.", by=reader),
        "arabic": say(article, "ما الساعة العادلة؟ https://example.org/counts", language="ar"),
        "long": say(article, "\n\n".join([LONG * 2] * 12)),
        "unbroken": say(article, "w" * 5000),
        "zalgo": say(article, ZALGO * 30, by=odd),
        "rich": say(article, f"> quoted\n\n- one\n- two\n\n`code` and **bold**\n\n```\n{'long code ' * 40}\n```"),
    }  # fmt: skip
    for name in ("removed", "withdrawn", "locked"):
        say(article, "An answer below it.", made[name])
    Revision.objects.create(
        comment=made["edited"], number=1, body="The council never asked the drivers.", created_at=now
    )
    return made
