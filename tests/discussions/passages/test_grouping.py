from __future__ import annotations

from discussions.passages.canon import Span
from discussions.passages.grouping import Marked, drawn, group

TEXT = "x" * 100 + "\n" + "y" * 900


def ids(*marked: Marked) -> list[list[int]]:
    return [[member.id for member in one.members] for one in group(TEXT, marked)]


def test_half_shared_or_one_inside_the_other_is_one_group() -> None:
    assert ids(Marked(1, Span(0, 20), 1), Marked(2, Span(5, 22), 1), Marked(3, Span(0, 40), 1)) == [[1, 2, 3]]
    assert ids(Marked(1, Span(0, 20), 1), Marked(2, Span(0, 50), 1)) == [[1], [2]]


def test_two_blocks_are_two_groups() -> None:
    assert ids(Marked(1, Span(90, 110), 1), Marked(2, Span(92, 112), 1)) == [[1], [2]]


def test_a_row_of_passages_does_not_creep_through_the_article() -> None:
    row = [Marked(n, Span(200 + 4 * n, 220 + 4 * n), 1) for n in range(12)]
    groups = group(TEXT, row)
    assert len(groups) > 3
    assert all(one.span.end - one.span.start == 20 for one in groups)


def test_the_span_is_the_one_most_comments_are_about() -> None:
    (one,) = group(TEXT, [Marked(1, Span(0, 20), 1), Marked(2, Span(2, 20), 5), Marked(3, Span(2, 20), 2)])
    assert (one.id, one.span, one.comments) == (1, Span(2, 20), 8)


def test_no_more_than_a_part_of_the_article_is_drawn_the_most_commented_first() -> None:
    groups = group(TEXT, [Marked(n, Span(150 + n * 160, 300 + n * 160), n) for n in range(1, 5)])
    assert drawn(TEXT, groups) == {3, 4}
    assert drawn("short", group("short", [Marked(1, Span(0, 5), 1)])) == {1}
