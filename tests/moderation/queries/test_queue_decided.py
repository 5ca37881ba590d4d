"""What a moderator can take back."""

from __future__ import annotations

from accounts.models import User
from discussions.actions.edit import edit_comment
from discussions.models import Comment
from moderation.models import Case, Outcome
from moderation.queries.queue_decided import last_undoable
from tests.moderation.conftest import Decide
from tests.moderation.readers import later


def test_the_last_decision_for_a_minute(case: Case, decide_: Decide, moderator: User) -> None:
    decision = decide_(case)
    row = last_undoable(moderator)
    assert row is not None
    assert (row.pk, row.outcome) == (decision.pk, decision.outcome)
    assert 0 < row.seconds <= 60
    with later():
        assert last_undoable(moderator) is None


def test_not_once_its_author_has_changed_the_comment(
    case: Case, held: Comment, decide_: Decide, moderator: User, reader: User
) -> None:
    decide_(case, Outcome.RETURN)
    held.refresh_from_db()
    edit_comment(held, by=reader, body="I disagree with you.", revision=1)
    assert last_undoable(moderator) is None
