"""What operators see of moderation. Moderators have pages of their own."""

from __future__ import annotations

from moderation.admin import guidelines

__all__ = ["guidelines"]
