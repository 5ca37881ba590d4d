"""Servers of our own: they start on any machine that has their programs, need a password, and leave nothing behind."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from scripts.services import ServiceError
from scripts.services.postgres import Postgres, drop_databases
from scripts.services.processes import free_port, plain_user, private_folder, spawn, wait_until_ready
from scripts.services.redis_server import CLAIM, Redis


@pytest.fixture
def postgres_binary() -> Path:
    binary = Postgres().binary()
    if binary is None:
        pytest.skip("PostgreSQL's programs are not installed here: the suite runs on a server that DATABASE_URL names")
    return binary


@pytest.fixture
def redis_binary() -> Path:
    binary = Redis().binary()
    if binary is None:
        pytest.skip("Redis is not installed here: the suite runs on a server that REDIS_URL names")
    return binary


def test_a_private_postgres_works_and_goes(postgres_binary: Path) -> None:
    service = Postgres()
    with ExitStack() as stack:
        url = service.start(postgres_binary, stack)
        assert service.problem(url) is None
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url.replace(url.split(":")[2].split("@")[0], "wrong"))
        with psycopg.connect(url, autocommit=True) as connection:
            for name in ("test_parkbench_1_gw0", 'test_parkbench_1_"odd"', "test_parkbench_2_gw0"):
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        drop_databases(url, "test_parkbench_1_")
        with psycopg.connect(url) as connection:
            names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_%'").fetchall()
        assert names == [("test_parkbench_2_gw0",)]
    assert service.problem(url) is not None


def test_a_private_redis_works_and_goes(redis_binary: Path) -> None:
    service = Redis()
    with ExitStack() as stack:
        url = service.start(redis_binary, stack)
        assert service.problem(url) is None
        without = redis.Redis.from_url(f"redis://{url.split('@')[1]}")
        with without as client, pytest.raises(redis.AuthenticationError):
            client.ping()
    assert service.problem(url) is not None


def test_two_runs_on_one_redis_get_databases_of_their_own_and_empty_them(redis_binary: Path) -> None:
    service = Redis()
    with ExitStack() as stack:
        server = service.start(redis_binary, stack).removesuffix("/0")
        with ExitStack() as runs:
            first = service.adopt(server, runs)
            second = service.adopt(server, runs)
            assert first != second
            with redis.Redis.from_url(first) as client:
                client.set("left", "behind")
        with redis.Redis.from_url(first) as client:
            assert client.dbsize() == 0
        with redis.Redis.from_url(second) as client:
            assert client.get(CLAIM) is None


def test_a_server_that_does_not_start_says_its_last_words() -> None:
    with ExitStack() as stack:
        folder = private_folder(stack, plain_user())
        server = spawn(["sh", "-c", "echo no room on the shelf; exit 1"], folder, plain_user())
        with pytest.raises(ServiceError, match=r"(?s)Kettle did not start: refused.*no room on the shelf"):
            wait_until_ready("Kettle", server, lambda: "refused", folder / "log")
        server.wait()


def test_a_free_port_is_free() -> None:
    assert Redis().problem(f"redis://127.0.0.1:{free_port()}") is not None
