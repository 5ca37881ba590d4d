"""What plug-ins had said of comments of the past, and how many others had said the same before."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from discussions.models import Comment
from moderation.fingerprints import BANDS, NEAR, likeness, unpack
from moderation.models import Fingerprint, RecordedSignal
from moderation.queries.near import MOST_COMPARED
from moderation.rules.facts import Key, Value

CHUNK = 2000
_SAME, _NEAR = "same_text_of_others", "near_duplicate_of_others"
#: Person, time, sketch.
_Seen = tuple[int, datetime, bytes]


def scores_of(rows: QuerySet[Comment], keys: Collection[Key]) -> dict[int, dict[Key, Value]]:
    """Return the scores that are asked for, by comment, as they were said then: one query, none for none."""
    names = {dict(told)["name"]: (field, told) for field, told in keys if field == "score"}
    if not names:
        return {}
    said = RecordedSignal.objects.filter(name__in=names, comment__in=rows.order_by().values("pk"))
    found: dict[int, dict[Key, Value]] = defaultdict(dict)
    now = said.filter(revision=F("comment__revision")).values_list("comment", "name", "value")
    for comment, name, value in now.iterator(chunk_size=CHUNK):
        found[comment][names[name]] = value
    return found


class Copies:
    """Counts, comment by comment from the oldest on, the others who had written the same; as `queries.near` does."""

    def __init__(self, rows: QuerySet[Comment], keys: Collection[Key]) -> None:
        """Read the fingerprints of the comments as they stand if `keys` ask: one query, none if not."""
        self._keys = [key for key in keys if key[0] in (_SAME, _NEAR)]
        self._prints: dict[int, tuple[Any, ...]] = {}
        self._exact: dict[int, deque[_Seen]] = defaultdict(lambda: deque(maxlen=MOST_COMPARED))
        self._bands: dict[tuple[int, int], deque[_Seen]] = defaultdict(lambda: deque(maxlen=MOST_COMPARED))
        if self._keys:
            kept = Fingerprint.objects.filter(comment__in=rows.order_by().values("pk"), revision=F("comment__revision"))
            columns = ("comment", "exact", "sketch", *(f"band{i}" for i in range(BANDS)))
            self._prints = {row[0]: row[1:] for row in kept.values_list(*columns).iterator(chunk_size=CHUNK)}

    def of(self, comment: int, who: int, at: datetime) -> dict[Key, Value]:
        """Return what is asked for, of a comment by `who`; nothing without a fingerprint: they are kept for a while."""
        if comment not in self._prints:
            return {}
        exact, sketch, *bands = self._prints[comment]
        found: dict[Key, Value] = {}
        for key in self._keys:
            since = at - timedelta(hours=dict(key[1])["hours"])
            near = [seen for place in enumerate(bands) for seen in self._bands[place]] if key[0] == _NEAR else ()
            seen = self._exact[exact] if key[0] == _SAME else _alike(near, bytes(sketch))
            found[key] = len({person for person, then, _sketch in seen if then > since and person != who})
        row = (who, at, bytes(sketch))
        self._exact[exact].append(row)
        for place in enumerate(bands):
            self._bands[place].append(row)
        return found


def _alike(rows: Iterable[_Seen], sketch: bytes) -> list[_Seen]:
    mine = unpack(sketch)
    return [row for row in set(rows) if likeness(mine, unpack(row[2])) >= NEAR]
