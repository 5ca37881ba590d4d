"""What operators see of the discussions."""

from __future__ import annotations

from discussions.admin import articles, comments, passages

__all__ = ["articles", "comments", "passages"]
