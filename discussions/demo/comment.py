"""What is planned of one comment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoComment:
    """One planned comment. Indexes count from 0 within the discussion, authors within `people.readers()`."""

    index: int
    parent_index: int | None
    author_index: int
    is_guest: bool
    #: Markdown.
    text: str
    language: str
    minutes_after_publication: float
    ups: int = 0
    downs: int = 0
    #: public, held, removed, collapsed or withdrawn.
    visibility: str = "public"
    #: Why it is held, removed or collapsed.
    reason: str = ""
    #: The text before an edit.
    edited_from: str | None = None
    pinned: bool = False
    #: Nobody replies any more, to it or to what is below it.
    locked: bool = False
    #: Words of the article, or `?mark` of a question that its author asks; empty: it is about the whole.
    passage: str = ""
