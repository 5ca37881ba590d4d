"""What an import did, for the person who runs it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """Counts by outcome. A dry run and a real one fill it alike."""

    articles: Counter[str] = field(default_factory=Counter)
    comments: Counter[str] = field(default_factory=Counter)
    #: What was not as it should be and was imported all the same.
    repaired: Counter[str] = field(default_factory=Counter)
    #: Where and why the file stopped being readable; empty if it was read to its end.
    broken: str = ""

    def skip(self, reason: str, count: int = 1) -> None:
        """Count comments that are left out on purpose."""
        self.comments[f"skipped: {reason}"] += count

    def reject(self, reason: str) -> None:
        """Count a comment that goes to the rejects file."""
        self.comments[f"rejected: {reason}"] += 1

    def lines(self) -> list[str]:
        """Return the report as lines of text: every outcome that occurred, the wished-for ones first."""
        lines = [*_table("Articles", self.articles), *_table("Comments", self.comments, always="imported")]
        lines += _table("Repaired", self.repaired) if self.repaired.total() else []
        if self.broken:
            lines += [f"The file could not be read to its end. {self.broken}", "Everything before that place is in."]
        return lines


def _table(title: str, counts: Counter[str], always: str = "") -> list[str]:
    shown = {always: counts[always]} if always else {}
    plain = {name: n for name, n in sorted(counts.items()) if n and ":" not in name}
    shown |= plain | {name: n for name, n in sorted(counts.items()) if n and ":" in name}
    width = max((len(name) for name in shown), default=0)
    return [title, *(f"  {name:<{width}}  {n:>9,}" for name, n in shown.items())]
