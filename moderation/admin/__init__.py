"""What operators see of moderation. Moderators have pages of their own."""

from __future__ import annotations

from moderation.admin import audit, cases, guidelines, people, roles, rules, signals

__all__ = ["audit", "cases", "guidelines", "people", "roles", "rules", "signals"]
