"""What a template knows of a comment: values, no rows, so that a template cannot start a query.

A card holds only what everybody may see; what is the reader's own is in `Viewer`. A page of cards can therefore be
cached once for all readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from discussions.diff import Change, compare
from discussions.models import PassageStatus, Visibility
from discussions.models.passage import PLACED

QUOTED_AT_MOST = 160
#: Writers whose address one process remembers.
PROFILES = 5000


def comment_url(comment_id: int) -> str:
    """Return the own page of a comment."""
    before, after = _around_the_id()
    return f"{before}{comment_id}{after}"


@lru_cache(1)
def _around_the_id() -> tuple[str, str]:
    # `reverse` takes 20 µs, and a page asks several times for each of its comments.
    before, _id, after = reverse("discussions:comment", args=[987654321]).partition("987654321")
    return before, after


@lru_cache(PROFILES)
def _profile_url(username: str) -> str:
    return reverse("discussions:profile", args=[username])


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote a comment. `username` is empty for guests and for accounts that are gone."""

    name: str
    username: str = ""
    is_guest: bool = False
    #: Wrote the article.
    is_article_author: bool = False

    @property
    def url(self) -> str:
        """Return the profile's address, or an empty string."""
        return _profile_url(self.username) if self.username else ""


@dataclass(frozen=True, slots=True)
class InReplyTo:
    """The comment that a reply answers."""

    id: int
    name: str

    @property
    def url(self) -> str:
        """Return its own page."""
        return comment_url(self.id)


@dataclass(frozen=True, slots=True)
class Quoted:
    """The words of the article that a comment is about."""

    id: int
    status: str
    #: What the first commenter saw, and what stands there today; the latter is empty where it has no place.
    exact: str
    now: str
    question: str = ""

    @property
    def is_changed(self) -> bool:
        """Return whether other words stand there today."""
        return self.status == PassageStatus.EDITED

    @property
    def is_placed(self) -> bool:
        """Return whether the article has a place for it, and so a marker."""
        return self.status in PLACED

    @property
    def changes(self) -> list[Change]:
        """Return what became of the words since the comment."""
        return compare(self.exact, self.now)

    @property
    def short(self) -> str:
        """Return the words cut at `QUOTED_AT_MOST`."""
        return Truncator(self.exact).chars(QUOTED_AT_MOST)

    @property
    def is_cut(self) -> bool:
        """Return whether `short` is not all of it."""
        return len(self.exact) > QUOTED_AT_MOST


@dataclass(frozen=True, slots=True)
class Card:
    """One comment, or the stub of one, in a thread."""

    id: int
    parent_id: int | None
    #: Distance to the root, and the indentation on screen: a branch moves in only where it forks.
    depth: int
    level: int
    visibility: str
    byline: Byline
    created_at: datetime
    edited_at: datetime | None
    #: Safe HTML; empty on a stub.
    html: str
    language: str
    up_count: int
    down_count: int
    score: int
    #: Listed direct replies, shown here or not.
    reply_count: int
    is_pinned: bool
    is_locked: bool
    #: Why a stub is a stub, or why it is collapsed, in words.
    reason: str
    changed_at: datetime | None
    in_reply_to: InReplyTo | None
    #: Only on roots.
    quoted: Quoted | None = None
    #: Identity of the author (`Participant.identity`), so that a reader's own comments can be told apart.
    owner: str = ""
    replies: tuple[Card, ...] = ()
    #: The comment's own page shows the rest of this branch, when the branch goes deeper than is shown.
    continues: bool = False

    @property
    def is_stub(self) -> bool:
        """Return whether only the place is shown, not the text."""
        return self.visibility not in (Visibility.PUBLIC, Visibility.COLLAPSED)

    @property
    def url(self) -> str:
        """Return the comment's own page."""
        return comment_url(self.id)

    @property
    def editable_until(self) -> datetime:
        """Return the end of the author's edit window."""
        return self.created_at + timedelta(minutes=settings.COMMENT_EDIT_WINDOW_MINUTES)

    def walk(self) -> Iterator[Card]:
        """Yield this card and every card below it, in reading order."""
        yield self
        for reply in self.replies:
            yield from reply.walk()


@dataclass(frozen=True, slots=True)
class Branch:
    """A root (or the top of a comment's own page) with the replies that are shown of it."""

    top: Card
    #: Replies further on that are not shown.
    more: int = 0
    #: Cursor after the last reply shown; empty when everything is shown.
    after: str = ""

    @property
    def more_url(self) -> str:
        """Return the page that begins with the replies which are not shown."""
        return f"{self.top.url}?after={self.after}"

    @property
    def branch_url(self) -> str:
        """Return the same without the page around them, to append."""
        return f"{self.top.url}branch/?after={self.after}"


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One page of an article's discussion."""

    sort: str
    branches: tuple[Branch, ...]
    #: Cursor of the next page; empty on the last one.
    after: str
    #: Whether this is the first page.
    is_first: bool
    #: As in the address: the number of a passage, "all" for comments on any, empty for everything.
    inline: str = ""

    @property
    def and_inline(self) -> str:
        """Return what keeps the filter in the address of another order or another page."""
        return f"&inline={self.inline}" if self.inline else ""

    def cards(self) -> Iterator[Card]:
        """Yield every card of the page."""
        for branch in self.branches:
            yield from branch.top.walk()


@dataclass(frozen=True, slots=True)
class Viewer:
    """What is the reader's own on a page of cards."""

    is_member: bool = False
    is_guest: bool = False
    is_moderator: bool = False
    can_write: bool = False
    can_vote: bool = False
    #: Why writing is not possible, in words; empty when it is.
    why_not: str = ""
    why_not_code: str = ""
    #: comment id → +1 or -1
    votes: dict[int, int] = field(default_factory=dict)
    #: Ids of the cards that this reader wrote.
    own: frozenset[int] = frozenset()
    #: The reader's own comments that wait for review, for a moderator everybody's; newest first.
    held: tuple[Card, ...] = ()

    def can_edit(self, card: Card) -> bool:
        """Return whether the edit button is shown; `access.check_can_edit` decides."""
        return card.id in self.own and self.can_write and timezone.now() <= card.editable_until
