"""What `make run` says before it does anything."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from scripts.run import demo_environment, free_port_named_in
from scripts.services.processes import free_port
from scripts.venv import SetupError


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_free_port_is_taken_as_it_is() -> None:
    port = free_port()
    assert free_port_named_in({"PORT": str(port)}) == port


def test_a_busy_port_is_told_with_the_way_out(busy_port: int) -> None:
    with pytest.raises(SetupError) as raised:
        free_port_named_in({"PORT": str(busy_port)})
    assert f"Port {busy_port} cannot be used" in str(raised.value)
    assert "make run PORT=" in str(raised.value)


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "٨٠٠٠", "80 80"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(SetupError, match="has to be a number from 1 to 65535"):
        free_port_named_in({"PORT": port})


def test_the_demo_has_its_own_settings_and_address_whatever_the_shell_says() -> None:
    environ = demo_environment({"DJANGO_SETTINGS_MODULE": "config.settings.production", "LANG": "de"}, 8123)
    assert environ["DJANGO_SETTINGS_MODULE"] == "config.settings.dev"
    assert environ["SITE_URL"] == "http://127.0.0.1:8123"
    assert environ["LANG"] == "de"


def test_an_address_that_the_shell_names_is_kept() -> None:
    assert demo_environment({"SITE_URL": "http://bench.example"}, 8123)["SITE_URL"] == "http://bench.example"
