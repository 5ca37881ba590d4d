"""Writing down what the plug-ins have said and by what a text is recognised, in the transaction of the comment."""

from __future__ import annotations

from collections.abc import Iterable

from core.inserts import insert
from discussions.models import Comment
from moderation.fingerprints import Print, pack
from moderation.models import Fingerprint, RecordedSignal
from moderation.scores.heard import Answer, Heard

#: A word in a reason or a mark may be as long as a reader likes.
LONGEST = 100


def record_heard(comment: Comment, findings: Iterable[object]) -> None:
    """Write down what was heard of a comment that is saved, or is written together with it: two statements at most."""
    for finding in findings:
        if isinstance(finding, Heard):
            if finding.answers:
                RecordedSignal.objects.bulk_create([_row(comment, answer) for answer in finding.answers])
            if finding.print is not None:
                insert(_fingerprint(comment, finding.print), later=True)


def _row(comment: Comment, answer: Answer) -> RecordedSignal:
    signal = answer.signal
    return RecordedSignal(
        comment=comment, revision=comment.revision, name=signal.name, value=signal.value,
        version=signal.version[:40], trouble=answer.trouble.value,
        reasons=[[reason.text, reason.words[:LONGEST]] for reason in signal.reasons],
        spans=[[start, end, words[:LONGEST]] for start, end, words in answer.places],
    )  # fmt: skip


def _fingerprint(comment: Comment, found: Print) -> Fingerprint:
    bands = {f"band{i}": band for i, band in enumerate(found.bands)}
    return Fingerprint(
        comment=comment, revision=comment.revision, exact=found.exact, sketch=pack(found.sketch), **bands
    )  # fmt: skip
