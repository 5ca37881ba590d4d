"""Says where the database and the clients' journal disagree: `python -m tests.services.checker JOURNAL MAILS SECONDS`.

Waits until the outbox is empty, for at most SECONDS, then prints a JSON list of sentences; an empty one is the proof.
It believes the journal, the rows and the mails that arrived, and never a counter of the server.
"""

from __future__ import annotations

import email
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from tests.services.journal import outcomes

#: How many rows an operation may have left, by what its client was told.
MAY_BE = {"ok": (1, 1), "fail": (0, 0), "info": (0, 1)}


def problems(journal: Path, mails: Path, seconds: float) -> Iterator[str]:
    """Yield every disagreement, in words."""
    yield from _outbox(seconds)
    done = outcomes(journal)
    yield from _posts([each for each in done if each["op"] == "post"])
    yield from _pairs(done)
    yield from _decisions([each for each in done if each["op"] == "decide"])
    yield from _books()
    yield from _mails(mails)


def _outbox(seconds: float) -> Iterator[str]:
    from django.utils import timezone

    from core.models import Outbox

    def due() -> list[tuple[str, int, str]]:
        rows = Outbox.objects.filter(done_at=None).exclude(failed_at__isnull=False)
        return list(rows.filter(created_at__lte=timezone.now()).values_list("topic", "attempts", "error"))

    until = time.monotonic() + seconds
    while (left := due()) and time.monotonic() < until:
        time.sleep(0.2)
    yield from (f"outbox: {topic} is not done after {tries} tries ({error})" for topic, tries, error in left)
    for row in Outbox.objects.filter(failed_at__isnull=False):
        yield f"outbox: {row.topic} was given up ({row.error})"


def _posts(done: list[dict[str, Any]]) -> Iterator[str]:
    from discussions.models import Comment

    by_words: Counter[str] = Counter()
    ids: dict[str, int] = {}
    for pk, body in Comment.objects.filter(body__startswith="What I saw, ").values_list("pk", "body"):
        key = body.removeprefix("What I saw, ").removesuffix(".")
        by_words[key] += 1
        ids[key] = pk
    for each in done:
        yield from _count(each, by_words[each["key"]])
        if each["event"] == "ok" and ids.get(each["key"]) != each["id"]:
            yield f"post {each['key']}: the client was told {each['id']}, the comment is {ids.get(each['key'])}"
    if strangers := by_words.keys() - {each["key"] for each in done}:
        yield f"comments that nobody has written: {sorted(strangers)}"


def _pairs(done: list[dict[str, Any]]) -> Iterator[str]:
    """Compare votes and reports, which a person has one of for a comment."""
    from discussions.models import Vote
    from moderation.models import Report

    tables = {
        "vote": Counter(Vote.objects.filter(value=1).values_list("member_id", "comment_id")),
        "report": Counter(Report.objects.values_list("user_id", "comment_id")),
    }
    for each in done:
        if each["op"] in tables:
            person, comment = map(int, each["key"].split("/"))
            yield from _count(each, tables[each["op"]][person, comment])


def _decisions(done: list[dict[str, Any]]) -> Iterator[str]:
    from discussions.models import Comment, Visibility
    from moderation.models import AuditEntry, Decision

    rows = {str(row.key): row for row in Decision.objects.all()}
    per_comment = Counter(Decision.objects.values_list("comment_id", flat=True))
    yield from (f"comment {comment} was decided {n} times" for comment, n in per_comment.items() if n > 1)
    lines = AuditEntry.objects.filter(name="comment.removed").values_list("data", flat=True)
    audited = Counter(data.get("decision") for data in lines)
    shown = dict(Comment.objects.filter(pk__in=per_comment).values_list("pk", "visibility"))
    for each in done:
        row = rows.get(each["key"])
        yield from _count(each, int(row is not None))
    for row in rows.values():
        if audited[row.pk] != 1:
            yield f"decision {row.pk} has {audited[row.pk]} lines in the audit log"
        if shown[row.comment_id] != Visibility.REMOVED:
            yield f"comment {row.comment_id} was removed by decision {row.pk}, and is {shown[row.comment_id]}"


def _books() -> Iterator[str]:
    """Count everything anew, and read the audit log from its first line."""
    from discussions.actions.recount import recount
    from moderation.audit import find_break

    yield from (str(drift) for drift in recount(repair=False))
    if broken := find_break():
        yield f"audit log: line {broken.entry_id}: {broken.why}"


def _mails(folder: Path) -> Iterator[str]:
    """Compare what was to be told with what arrived. A mail may arrive twice, and must then be known as the same."""
    from moderation.models import Notification

    arrived: Counter[tuple[str, str]] = Counter()
    for file in folder.glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes())
        name = message["Message-ID"].partition("@")[0]
        if name.startswith("<notification-"):
            arrived[name, message["X-Envelope-To"]] += 1
    expected = {
        (f"<notification-{row.pk}", row.user.email)
        for row in Notification.objects.filter(cancelled_at=None).select_related("user")
        if row.user
    }
    yield from (f"mail {name} never came to {to}" for name, to in expected - arrived.keys())
    yield from (f"mail {name} came to {to}, whom it does not concern" for name, to in arrived.keys() - expected)


def _count(operation: dict[str, Any], rows: int) -> Iterator[str]:
    least, most = MAY_BE[operation["event"]]
    if not least <= rows <= most:
        yield f"{operation['op']} {operation['key']}: the client was told {operation['event']}, there are {rows}"


def mails_that_came_twice(folder: Path) -> dict[str, int]:
    """Return the ids of the mails that arrived more than once, and how often."""
    ids = Counter(email.message_from_bytes(file.read_bytes())["Message-ID"] for file in folder.glob("*.eml"))
    return {name: n for name, n in ids.items() if n > 1}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(list(problems(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))))
