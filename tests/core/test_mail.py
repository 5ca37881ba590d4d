"""Mails are counted on their way out."""

from __future__ import annotations

import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from django.core.mail import EmailMessage, get_connection

from core.metrics import series


def counted(outcome: str) -> float:
    return float(series.MAILS.labels(outcome)._value.get())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_what_the_server_took_and_what_it_did_not() -> None:
    sent, failed = counted("sent"), counted("failed")
    server = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    server.start()
    connection = get_connection("core.mail.EmailBackend", host="127.0.0.1", port=server.port)
    messages = [EmailMessage("Hello", "you", "us@news.example", [f"{name}@example.org"]) for name in "ab"]
    try:
        assert connection.send_messages(messages) == 2
        assert connection.send_messages([]) == 0
    finally:
        server.stop()
    with pytest.raises(OSError):
        connection.send_messages(messages[:1])
    assert (counted("sent"), counted("failed")) == (sent + 2, failed + 1)
