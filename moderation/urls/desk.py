"""The moderators' desk: queues, cards and what is done to them."""

from __future__ import annotations

from django.urls import URLPattern, path

from moderation.views import case, case_acts, heat, queue, queue_bulk

urlpatterns: list[URLPattern] = [
    path("moderation/", queue.queue, name="queue"),
    path("moderation/next/", queue.next_case, name="next"),
    path("moderation/bulk/", queue_bulk.bulk, name="bulk"),
    path("moderation/hot/", heat.hot_branches, name="hot-branches"),
    path("moderation/hot/<int:branch_id>/cool/", heat.branch_cool, name="branch-cool"),
    path("moderation/cases/<int:case_id>/", case.case, name="case"),
    path("moderation/cases/<int:case_id>/claim/", case.case_claim, name="case-claim"),
    path("moderation/cases/<int:case_id>/decide/", case.case_decide, name="case-decide"),
    path("moderation/cases/<int:case_id>/skip/", case_acts.case_skip, name="case-skip"),
    path("moderation/cases/<int:case_id>/release/", case_acts.case_release, name="case-release"),
    path("moderation/cases/<int:case_id>/escalate/", case_acts.case_escalate, name="case-escalate"),
    path("moderation/cases/<int:case_id>/note/", case_acts.case_note, name="case-note"),
    path("moderation/decisions/<int:decision_id>/undo/", case_acts.decision_undo, name="decision-undo"),
    path("moderation/comments/<int:comment_id>/open/", case_acts.comment_open, name="comment-open"),
]
