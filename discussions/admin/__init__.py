"""What operators see of the discussions."""

from __future__ import annotations

from discussions.admin import articles, comments, news, passages

__all__ = ["articles", "comments", "news", "passages"]
