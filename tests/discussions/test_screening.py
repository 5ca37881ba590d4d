"""Screens: the strongest verdict wins, and a broken screen is no verdict."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from discussions.screening import (
    Allow,
    Draft,
    Hold,
    Nudge,
    Refuse,
    Verdict,
    ask_screens,
    refusal_to_take_part,
    strongest,
)
from tests.factories import make_article, make_user


class Holding:
    def screen(self, draft: Draft) -> Verdict:
        return Hold("First comment")


class Nudging:
    def screen(self, draft: Draft) -> Verdict:
        return Nudge("Is that about the person or about the idea?")


class Broken:
    def screen(self, draft: Draft) -> Verdict:
        raise RuntimeError("the model is not loaded")


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], Allow()),
        ([Allow(), Nudge("n")], Nudge("n")),
        ([Hold("h"), Nudge("n")], Hold("h")),
        ([Hold("h"), Refuse("r"), Nudge("n")], Refuse("r")),
        ([Hold("first"), Hold("second")], Hold("first")),
    ],
)
def test_the_strongest_verdict_wins(verdicts: list[Verdict], expected: Verdict) -> None:
    assert strongest(verdicts) == expected


@pytest.mark.django_db
def test_the_settings_name_the_screens(settings: LazySettings, caplog: pytest.LogCaptureFixture) -> None:
    draft = Draft(make_article(), None, make_user(), "text", "<p>text</p>")
    assert ask_screens(draft) == Allow()
    settings.COMMENT_SCREENS = [f"{__name__}.{name}" for name in ("Broken", "Nudging", "Holding")]
    assert ask_screens(draft) == Hold("First comment")
    assert "screen failed" in caplog.text


class Excluding:
    def screen(self, draft: Draft) -> Verdict:
        return Allow()

    def may_take_part(self, by: object) -> Refuse | None:
        return Refuse("Not today.")


class BrokenPart(Excluding):
    def may_take_part(self, by: object) -> Refuse | None:
        raise RuntimeError("the list is gone")


@pytest.mark.django_db
def test_a_screen_may_be_asked_about_taking_part(settings: LazySettings, caplog: pytest.LogCaptureFixture) -> None:
    reader = make_user()
    settings.COMMENT_SCREENS = [f"{__name__}.{name}" for name in ("Holding", "BrokenPart")]
    assert refusal_to_take_part(reader) is None
    assert "screen failed" in caplog.text
    settings.COMMENT_SCREENS = [f"{__name__}.{name}" for name in ("Holding", "Excluding")]
    assert refusal_to_take_part(reader) == Refuse("Not today.")
