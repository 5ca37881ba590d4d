"""How hot a branch is: the formula. Pure.

    heat = comments / 20 + reports / 3 + returns / 6        (all of the last hour)

*Comments* are those that were written in the branch, *reports* those that nobody has decided about yet, and *returns*
how often the two people who answer each other most have gone back and forth: of "A answers B" and "B answers A", the
smaller count. A branch is hot from 1 on: twenty comments in an hour, or three reports, or six returns, or some of each.
What somebody thinks is no part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(hours=1)
COMMENTS, REPORTS, RETURNS = 20, 3, 6
HOT = 1.0


@dataclass(frozen=True, slots=True)
class Heat:
    """What makes a branch hot."""

    comments: int = 0
    people: int = 0
    reports: int = 0
    returns: int = 0

    @property
    def value(self) -> float:
        """Return the heat; hot from 1 on."""
        return self.comments / COMMENTS + self.reports / REPORTS + self.returns / RETURNS

    @property
    def is_hot(self) -> bool:
        """Return whether moderators should look."""
        return self.value >= HOT


def heat_of(answers: Iterable[tuple[int, int]], reports: int) -> Heat:
    """Return the heat of a branch: (who wrote, who is answered) for each comment, as numbers, and its open reports."""
    rows = list(answers)
    directed = Counter((writer, answered) for writer, answered in rows if writer != answered)
    returns = max((min(n, directed[answered, writer]) for (writer, answered), n in directed.items()), default=0)
    return Heat(len(rows), len({writer for writer, _answered in rows}), reports, returns)
