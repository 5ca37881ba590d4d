"""Which passages share a marker, and which are drawn. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from discussions.passages.anchor import overlap
from discussions.passages.canon import Span

#: Two passages are about the same words when they share half of what they cover …
_SHARED = 0.5
#: … or when one is inside the other and at most twice as long.
_LONGER = 2
#: More than this share of an article's letters is not drawn: where everything is marked, nothing is.
COVERAGE = 0.4


@dataclass(frozen=True, slots=True)
class Marked:
    """A passage with a place. `comments` counts those that everybody may read."""

    id: int
    span: Span
    comments: int
    #: An author's question: it is shown before anybody has answered.
    is_prompt: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Passages that share a marker at the end of `span`, which is the span that most of the comments are about."""

    span: Span
    members: tuple[Marked, ...]

    @property
    def id(self) -> int:
        """Return the id that addresses name the group by: its oldest passage."""
        return min(member.id for member in self.members)

    @property
    def ids(self) -> frozenset[int]:
        """Return the ids of all its passages."""
        return frozenset(member.id for member in self.members)

    @property
    def comments(self) -> int:
        """Return the number of comments on its passages."""
        return sum(member.comments for member in self.members)

    @property
    def is_prompt(self) -> bool:
        """Return whether the author asks something here."""
        return any(member.is_prompt for member in self.members)


def belong_together(text: str, one: Span, other: Span) -> bool:
    """Return whether two spans of `text` are about the same words: in one block, and largely the same."""
    first, last = min(one.start, other.start), max(one.end, other.end)
    if overlap(one, other) == 0 or "\n" in text[first:last]:
        return False
    short, long = sorted((one, other), key=lambda span: span.end - span.start)
    contains = long.start <= short.start and short.end <= long.end
    is_close = long.end - long.start <= _LONGER * (short.end - short.start)
    return overlap(one, other) >= _SHARED or (contains and is_close)


def group(text: str, passages: Iterable[Marked]) -> list[Group]:
    """Return the groups of passages in `text`, in reading order of their ends.

    A passage joins the first group whose span it belongs with. That span is one that somebody chose, the most used
    one, never a union: a row of passages, each a little further on, cannot creep through the article.
    """
    groups: list[list[Marked]] = []
    for passage in sorted(passages, key=lambda one: (-one.comments, one.id)):
        home = next((members for members in groups if belong_together(text, _span(members), passage.span)), None)
        if home is None:
            groups.append([passage])
        else:
            home.append(passage)
    found = [Group(_span(members), tuple(sorted(members, key=lambda one: one.id))) for members in groups]
    return sorted(found, key=lambda one: (one.span.end, one.span.start))


def drawn(text: str, groups: Sequence[Group]) -> frozenset[int]:
    """Return the ids of the groups whose words are drawn: the most commented first, up to `COVERAGE` of the text."""
    room = COVERAGE * len(text)
    chosen: list[int] = []
    covered: list[Span] = []
    for one in sorted(groups, key=lambda one: (not one.is_prompt, -one.comments, one.id)):
        length = _length([*covered, one.span])
        # The first is always drawn: a short text may be one passage.
        if length <= room or not chosen:
            covered.append(one.span)
            chosen.append(one.id)
    return frozenset(chosen)


def _span(members: Sequence[Marked]) -> Span:
    """Return the span that most comments are about; among equals the oldest."""
    weights: Counter[Span] = Counter()
    for member in members:
        weights[member.span] += max(member.comments, 1)
    return max(weights, key=lambda span: (weights[span], -min(m.id for m in members if m.span == span)))


def _length(spans: Collection[Span]) -> int:
    length = end = 0
    for span in sorted(spans, key=lambda one: one.start):
        length += max(span.end - max(span.start, end), 0)
        end = max(end, span.end)
    return length
