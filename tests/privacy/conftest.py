"""What these tests share."""

from __future__ import annotations

import pytest
from django.core.cache import caches

from moderation.models import Guideline
from tests.moderation.conftest import defaults
from tests.privacy.life import Life, live

__all__ = ["defaults"]


@pytest.fixture
def life(defaults: list[Guideline], django_capture_on_commit_callbacks: object) -> Life:
    """Return somebody with a past."""
    for cache in caches.all():
        cache.clear()
    return live()
