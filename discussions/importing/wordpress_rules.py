"""What becomes of a WordPress comment: the tables, and the one function that reads them. Asks no database."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from discussions.actions.render import Rendered, render_body
from discussions.importing.fields import parse_date, vote_sums
from discussions.importing.wxr import WxrComment, WxrItem
from discussions.markup import draws_something, plain_text
from discussions.models import Comment, Visibility

#: `comment_approved` → what readers see. WordPress leaves spam out of exports; other tools do not.
APPROVAL = {
    "1": Visibility.PUBLIC,
    "approve": Visibility.PUBLIC,
    "approved": Visibility.PUBLIC,
    "0": Visibility.HELD,
    "hold": Visibility.HELD,
    "trash": Visibility.REMOVED,
    "post-trashed": Visibility.REMOVED,
}
#: `comment_type` of what people wrote. Unknown types go to the rejects: shops keep private notes on orders as comments.
WRITTEN = frozenset({"comment", "review", "wpdiscuz_sticky", "wpdiscuz_private"})
#: Made by machines, for machines.
PINGS = frozenset({"pingback", "trackback"})
#: Post types that are not pages.
NO_PAGE = frozenset({"attachment", "nav_menu_item", "revision"})
#: Post states whose page everybody can read, now or on its date.
OUT = frozenset({"publish", "future"})

#: Notes that are read here, are caches, or say who somebody is.
_NOT_KEPT = re.compile(r"wpdiscuz_(?:votes|votes_seperate|closed|last_edited_at|last_edited_by|subscribe_.*)")
_KEPT = re.compile(r"wpdiscuz_\w{1,60}|wmu_attachments|rating")
_NOTE_LENGTH = 2_000

VOTES_UNREADABLE = "vote sums that could not be read count as none"


class Skip(Exception):
    """The comment is left out on purpose; the message is the reason."""


class Reject(Exception):
    """The comment cannot be imported; the message is the reason."""


@dataclass(slots=True)
class Entry:
    """A comment that is ready to be written, apart from its place in the tree."""

    id: str
    parent: str
    author_name: str
    author_email: str
    #: Whose comment it is, within the source: see `guest_key`.
    author_key: str
    posted_at: datetime
    edited_at: datetime | None
    body: str
    visibility: Visibility
    reason: str
    is_pinned: bool
    is_closed: bool
    up: int
    down: int
    #: Whether the file says anything of votes.
    has_votes: bool
    meta: dict[str, str] = field(default_factory=dict)
    #: What readers will see; None until it is needed, because rendering is most of the work of an import.
    rendered: Rendered | None = None


def guest_key(comment: WxrComment) -> str:
    """Return the key of the author: the account, else the address, else the comment alone. Names are never a key."""
    if comment.user_id:
        return f"user:{comment.user_id}"
    return f"email:{comment.author_email}" if comment.author_email else f"comment:{comment.id}"


def why_no_article(item: WxrItem) -> str:
    """Return why the item does not become a discussion here; empty if it does."""
    if item.post_type in NO_PAGE:
        return item.post_type
    if item.status not in OUT:
        return f"not public there ({item.status[:20]})"
    if item.has_password:
        return "behind a password"
    if item.post_type != "post" and not item.comments and not item.bad_rows:
        return f"{item.post_type[:20]} without comments"
    return ""


def read_entry(comment: WxrComment, repairs: Counter[str], *, now: datetime) -> Entry:
    """Return what is to be written of the comment, not rendered yet. Raises `Skip` or `Reject`."""
    visibility = _visibility(comment)
    sums = vote_sums(dict(comment.meta))
    repairs[VOTES_UNREADABLE] += sums is None
    up, down = sums or (0, 0)
    is_private = comment.type == "wpdiscuz_private"
    edited_at = parse_date(comment.meta.get("wpdiscuz_last_edited_at", ""), now=now)
    return Entry(
        id=comment.id,
        parent=comment.parent,
        author_name=comment.author_name or _("Anonymous"),
        author_email=comment.author_email,
        author_key=guest_key(comment),
        posted_at=comment.posted_at,
        edited_at=edited_at,
        body=comment.content,
        visibility=visibility,
        reason=_reason(visibility, is_private=is_private),
        is_pinned=comment.type == "wpdiscuz_sticky",
        is_closed=comment.meta.get("wpdiscuz_closed", "").strip() == "1",
        up=up,
        down=down,
        has_votes=sums is not None and _mentions_votes(comment),
        meta=_kept(comment),
    )


def render_entry(entry: Entry) -> None:
    """Set `entry.rendered`. Raises `Reject` for a text of which nothing would be seen."""
    rendered = render_body(entry.body, Comment.Format.HTML)
    if not draws_something(plain_text(rendered.html)):
        raise Reject("no text")
    entry.rendered = rendered


def _visibility(comment: WxrComment) -> Visibility:
    if comment.type in PINGS:
        raise Skip(comment.type)
    if comment.approved == "spam":
        raise Reject("spam")
    if comment.type not in WRITTEN:
        raise Reject(f"unknown kind of comment: {comment.type[:40]}")
    visibility = APPROVAL.get(comment.approved)
    if visibility is None:
        raise Reject(f"unknown state: {comment.approved[:40] or 'none'}")
    if comment.type == "wpdiscuz_private" and visibility == Visibility.PUBLIC:
        return Visibility.HELD
    return visibility


def _reason(visibility: Visibility, *, is_private: bool) -> str:
    if visibility == Visibility.REMOVED:
        return _("It was removed before this discussion moved here.")
    if visibility == Visibility.HELD:
        return (
            _("It was private before this discussion moved here.")
            if is_private
            else _("It waited for review when this discussion moved here.")
        )
    return ""


def _mentions_votes(comment: WxrComment) -> bool:
    return "wpdiscuz_votes" in comment.meta or "wpdiscuz_votes_seperate" in comment.meta


def _kept(comment: WxrComment) -> dict[str, str]:
    """Return the notes that nothing here has a column for, passage ids among them, and the author's site."""
    kept = {
        key: value[:_NOTE_LENGTH]
        for key, value in comment.meta.items()
        if _KEPT.fullmatch(key) and not _NOT_KEPT.fullmatch(key)
    }
    if comment.author_url:
        kept["author_url"] = comment.author_url
    return kept
