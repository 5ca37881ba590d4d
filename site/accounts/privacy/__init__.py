"""A person's own data: a copy of it, and its end. Apps above tell what they hold; nothing here knows them."""

from __future__ import annotations

from accounts.privacy.registry import (
    register_erasure,
    register_export,
    register_obstacle,
    register_sweep,
)
from accounts.privacy.subject import Subject, subject_of

__all__ = [
    "Subject", "register_erasure", "register_export", "register_obstacle", "register_sweep", "subject_of",
]  # fmt: skip
