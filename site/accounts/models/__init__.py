"""The people of the site."""

from __future__ import annotations

from accounts.models.guest import Guest
from accounts.models.mail import Mail, RefusedAddress
from accounts.models.privacy import Erasure, Export
from accounts.models.user import MailFrequency, User

__all__ = ["Erasure", "Export", "Guest", "Mail", "MailFrequency", "RefusedAddress", "User"]
