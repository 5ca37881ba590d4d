"""A small site with one of everything, as the matrix of roles has it."""

from __future__ import annotations

import pytest

from moderation.models import Guideline
from tests.moderation.conftest import defaults
from tests.moderation.stage import Stage, build

__all__ = ["defaults"]


@pytest.fixture
def stage(defaults: list[Guideline]) -> Stage:
    return build()
