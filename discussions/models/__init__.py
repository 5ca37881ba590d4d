"""Articles, comments, votes: one noun a file."""

from __future__ import annotations

from discussions.models.article import Article, Section
from discussions.models.comment import Comment, Visibility
from discussions.models.live import LiveEvent
from discussions.models.notice import Notice
from discussions.models.revision import Revision
from discussions.models.submission import Submission
from discussions.models.vote import Vote

__all__ = ["Article", "Comment", "LiveEvent", "Notice", "Revision", "Section", "Submission", "Visibility", "Vote"]
