"""Articles, comments, votes: one noun a file."""

from __future__ import annotations

from discussions.models.article import Article, Section
from discussions.models.comment import Comment, Visibility
from discussions.models.delivery import Delivery
from discussions.models.live import LiveEvent
from discussions.models.notice import Notice
from discussions.models.passage import ArticleRevision, Passage, PassageHistory, PassageStatus
from discussions.models.prompt_notice import PromptNotice
from discussions.models.revision import Revision
from discussions.models.submission import Submission
from discussions.models.subscription import Mute, Subscription
from discussions.models.vote import Vote

__all__ = [
    "Article",
    "ArticleRevision",
    "Comment",
    "Delivery",
    "LiveEvent",
    "Mute",
    "Notice",
    "Passage",
    "PassageHistory",
    "PassageStatus",
    "PromptNotice",
    "Revision",
    "Section",
    "Submission",
    "Subscription",
    "Visibility",
    "Vote",
]
