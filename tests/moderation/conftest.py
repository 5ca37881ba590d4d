"""What tests of moderation share."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from moderation.models import Guideline


@pytest.fixture
def defaults(db: None) -> list[Guideline]:
    """Return the guidelines that a new site starts with; a test that flushed the database took the migration's away."""
    importlib.import_module("moderation.migrations.0002_default_guidelines").install(apps, None)
    return list(Guideline.objects.all())
