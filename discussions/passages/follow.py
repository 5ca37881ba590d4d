"""What becomes of all passages of an article when its text is another one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from discussions.passages.align import Alignment, align, fold
from discussions.passages.anchor import Anchored, Found, Method, reanchor
from discussions.passages.canon import Canonical, Span


class Status(StrEnum):
    """What became of a passage; the same words as `models.PassageStatus`."""

    ANCHORED = "anchored"
    MOVED = "moved"
    EDITED = "edited"
    ORPHANED = "orphaned"


#: How an author's mark was found: by its id, which is beyond doubt.
BY_MARK = "mark"


@dataclass(frozen=True, slots=True)
class Place:
    """A span in one of the article's earlier texts, named by a number."""

    text: int
    span: Span


@dataclass(frozen=True, slots=True)
class Tracked:
    """A passage before the change: its words, where it was last and at first, and the author's mark if it has one."""

    exact: str
    last: Place
    origin: Place
    mark: str = ""
    was_moved: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A passage after the change. An orphan has no span, and may have one to suggest."""

    status: Status
    span: Span | None
    confidence: float
    method: str
    suggestion: Span | None = None


class Follower:
    """Follows passages into one new text; each earlier text is aligned once, however many passages come from it."""

    def __init__(self, new: Canonical, texts: Mapping[int, str]) -> None:
        self._new = new
        self._texts = texts
        self._alignments: dict[int, Alignment] = {}

    def follow(self, passage: Tracked) -> Outcome:
        """Return where the passage is in the new text. An author's mark says it; else the words do."""
        marked = self._new.prompts.get(passage.mark) if passage.mark else None
        if marked is not None:
            return Outcome(self._status(passage, marked, is_moved=False), marked, 1.0, BY_MARK)
        if self._texts[passage.origin.text] == self._new.text:
            # The text is again what it was: so is the passage.
            return Outcome(Status.ANCHORED, passage.origin.span, 1.0, Method.KEPT)
        suggestion: Found | None = None
        # What is lost from where it was last is an orphan, and those are looked for from the beginning at each save: at
        # this one, too, or the next save would find what this one did not.
        for place in dict.fromkeys((passage.last, passage.origin)):
            found = self._from(place)
            if found.place is not None:
                is_moved = passage.was_moved or self._is_moved(place, found.place)
                status = self._status(passage, found.place.span, is_moved=is_moved)
                return Outcome(status, found.place.span, round(found.place.score, 4), found.place.method)
            suggestion = suggestion or found.suggestion
        return Outcome(Status.ORPHANED, None, 0.0, "", suggestion.span if suggestion else None)

    def _from(self, place: Place) -> Anchored:
        if self._texts[place.text] == self._new.text:
            return Anchored(Found(place.span, 1.0, 1.0, Method.KEPT))
        return reanchor(self._alignment(place.text), place.span)

    def _alignment(self, text: int) -> Alignment:
        if text not in self._alignments:
            self._alignments[text] = align(self._texts[text], self._new.text)
        return self._alignments[text]

    def _status(self, passage: Tracked, span: Span, *, is_moved: bool) -> Status:
        if fold(self._new.text[span.start : span.end]) != fold(passage.exact):
            return Status.EDITED
        return Status.MOVED if is_moved else Status.ANCHORED

    def _is_moved(self, place: Place, found: Found) -> bool:
        """Return whether it stands in another section or out of order, or was found without the diff's support."""
        if self._texts[place.text] == self._new.text:
            return False
        if found.method in (Method.EXACT, Method.FUZZY):
            return True
        return any(one.old <= place.span.start < one.old_end for one in self._alignment(place.text).moved)
