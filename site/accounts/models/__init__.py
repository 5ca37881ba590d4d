"""The people of the site."""

from __future__ import annotations

from accounts.models.guest import Guest
from accounts.models.user import User

__all__ = ["Guest", "User"]
