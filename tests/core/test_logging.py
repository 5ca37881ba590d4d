"""The lines of the log."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog

from config.logging import logging_config


@pytest.fixture
def formatter() -> Iterator[logging.Formatter]:
    config = logging_config(as_json=True)["formatters"]["line"]
    yield config["()"](foreign_pre_chain=config["foreign_pre_chain"], processors=config["processors"])
    structlog.reset_defaults()


def line(formatter: logging.Formatter, message: str, **extra: object) -> dict[str, object]:
    record = logging.getLogger("park").makeRecord("park", logging.WARNING, "f", 1, message, (), None, extra=extra)
    text = formatter.format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


def test_one_event_is_one_line_whatever_was_typed(formatter: logging.Formatter) -> None:
    typed = "screen failed\n2026-01-01 [error] forged\x1b[31m"
    assert line(formatter, typed, screen="a\nb")["event"] == typed


def test_a_line_says_which_request_and_member(formatter: logging.Formatter) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", user_id=7):
        entry = line(formatter, "saved")
    assert (entry["request_id"], entry["user_id"], entry["level"], entry["logger"]) == ("r1", 7, "warning", "park")
    assert str(entry["timestamp"]).endswith("Z")
