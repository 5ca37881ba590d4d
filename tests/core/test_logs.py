"""A request is found in the log by its id, and nobody's secret or address is."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from django.core.signing import Signer
from django.test import Client
from pytest_django import Settings

from config.logging import logging_config
from tests.factories import make_user

HOSTILE = [
    "one\ntwo", "one\r\n2026-01-01 [error] forged", "\x1b[2J\x1b[31mred", "a\u2028b", "a\x85b", "\u202egnp.exe", "\x00",
]  # fmt: skip


class Lines(logging.Handler):
    """Keeps the lines as they would be written."""

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        config = logging_config(as_json=as_json)["formatters"]["line"]
        self.setFormatter(config["()"](foreign_pre_chain=config["foreign_pre_chain"], processors=config["processors"]))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def entries(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.lines]


def _listening(*, as_json: bool) -> Iterator[Lines]:
    handler, root = Lines(as_json=as_json), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def lines() -> Iterator[Lines]:
    yield from _listening(as_json=True)


@pytest.fixture
def laptop() -> Iterator[Lines]:
    yield from _listening(as_json=False)


@pytest.mark.parametrize("typed", HOSTILE)
def test_one_event_is_one_line_on_a_laptop_too(laptop: Lines, lines: Lines, typed: str) -> None:
    logging.getLogger("park").warning("said: %s", typed, extra={"also": typed})
    structlog.get_logger("park").warning("said", also=typed)
    logging.getLogger("park").warning(typed)
    assert len(laptop.lines) == len(lines.lines) == 3
    for line in lines.lines:
        assert line.isprintable()
    for line in laptop.lines:
        # The renderer's own colours are what a laptop may show; what was typed has none of them.
        assert len(line.splitlines()) == 1
        assert not {"\x1b[2J", "\u202e", "\x00"} & {typed[:4], *line} or typed not in line


@pytest.mark.parametrize(
    "text", ["550 no mailbox bo.muster+x@mail.example.org here", "{'bo@example.org': (550, b'no')}", "<bo@пример.рф>"]
)
def test_no_address_of_anybody(lines: Lines, text: str) -> None:
    log = logging.getLogger("park")
    log.warning("failed: %s", text, extra={"deep": {"er": [text]}})
    try:
        raise ConnectionRefusedError(text)
    except ConnectionRefusedError:
        log.exception("failed")
    assert "@" not in str(lines.entries).replace("…@…", "")
    assert "…@…" in str(lines.entries[1]["exception"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("5f2c7c1e-99aa-4c3f-8f7e-0d6a6f0f7f11", True),
        ("proxy_1.abcdef", True),
        ("short", False),
        ("x" * 65, False),
        ("a-request\r\nSet-Cookie: a=b", False),
        ("a request of mine", False),
        ("<script>alert(1)</script>", False),
    ],
)
def test_an_id_is_taken_when_it_looks_like_one_and_always_told(
    client: Client, lines: Lines, given: str, is_taken: bool
) -> None:
    response = client.get("/nowhere/", headers={"x-request-id": given})
    told = response["X-Request-ID"]
    assert (told == given) is is_taken
    mine = [entry for entry in lines.entries if entry["logger"] != "asyncio"]
    assert mine
    assert {entry["request_id"] for entry in mine} == {told}, "Django's line about the 404 has it too"


@pytest.mark.django_db
def test_a_line_about_a_request_names_the_member_by_a_number(client: Client, lines: Lines) -> None:
    ann = make_user("ann", email="ann@example.org")
    client.force_login(ann)
    client.get("/nowhere/")
    finished = [entry for entry in lines.entries if entry["event"] == "request_finished"]
    assert [entry["user_id"] for entry in finished] == [ann.pk]
    assert "ann@example.org" not in "".join(lines.lines)


@pytest.mark.django_db
def test_two_requests_are_two(client: Client) -> None:
    assert client.get("/")["X-Request-ID"] != client.get("/")["X-Request-ID"]
    assert "request_id" not in structlog.contextvars.get_contextvars()


@pytest.mark.django_db
def test_what_lets_somebody_in_is_not_logged(client: Client, lines: Lines, settings: Settings) -> None:
    token = Signer().sign("17")
    client.get(f"/guest/{token}/?next=/search?q=my-illness")
    client.delete(f"/guest/{token}/")
    assert "/guest/<token>/" in lines.lines[0]
    assert token not in "".join(lines.lines)
    assert "illness" not in "".join(lines.lines)
