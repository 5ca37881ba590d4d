"""The house is kept: one noun a file."""

from __future__ import annotations

from moderation.models.guideline import Guideline, GuidelineText, GuidelineVersion

__all__ = ["Guideline", "GuidelineText", "GuidelineVersion"]
