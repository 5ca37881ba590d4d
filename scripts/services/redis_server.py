"""Redis for the tests: any server of version 7 or newer with an empty database to spare."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import redis

from scripts.services import ServiceError, processes
from scripts.services.postgres import first_line, without_password

OLDEST = 7
CLAIM = "parkbench:claimed-by-a-test-run"
# Longer than any run: a run that was killed gives its database back by itself.
CLAIM_SECONDS = 2 * 60 * 60


class Redis:
    """See `scripts.services.choose.Service`; a value is a Redis URL."""

    name = "Redis"
    variable = "REDIS_URL"
    packages: tuple[str, ...] = ("redis-server",)

    def named(self, environ: Mapping[str, str]) -> str | None:
        """Return `REDIS_URL`."""
        return environ.get(self.variable) or None

    def candidates(self, environ: Mapping[str, str]) -> list[str]:
        """Return the default port."""
        return [f"redis://127.0.0.1:{environ.get('PARKBENCH_REDIS_PORT', '6379')}"]

    def problem(self, value: str) -> str | None:
        """Return why the server at this URL will not do, without its password."""
        where = without_password(value)
        try:
            with redis.Redis.from_url(value, socket_timeout=3, socket_connect_timeout=3) as client:
                version = str(client.info("server")["redis_version"])
        except (redis.RedisError, ValueError) as error:
            return f"{where}: {first_line(error)}"
        if int(version.split(".", maxsplit=1)[0]) < OLDEST:
            return f"{where}: it is Redis {version}, and {OLDEST} or newer is needed"
        return None

    def binary(self) -> Path | None:
        """Return the server program on the PATH."""
        found = shutil.which("redis-server") or shutil.which("valkey-server")
        return Path(found) if found else None

    def adopt(self, value: str, stack: ExitStack) -> str:
        """Return the URL of an empty numbered database of that server, claimed for this run and emptied after it."""
        for number in range(15, 0, -1):
            url = f"{value}/{number}"
            client = redis.Redis.from_url(url)
            if client.dbsize() == 0 and client.set(CLAIM, "yes", nx=True, ex=CLAIM_SECONDS):
                stack.callback(client.flushdb)
                return url
        raise ServiceError(f"{value}: none of its databases 1 to 15 is empty; name one with {self.variable}")

    def start(self, binary: Path, stack: ExitStack) -> str:
        """Return the URL of a new, password-protected server on a free port that writes nothing to disk."""
        user = processes.plain_user()
        folder = processes.private_folder(stack, user)
        password, port = secrets.token_hex(16), processes.free_port()
        settings = f'bind 127.0.0.1\nport {port}\nsave ""\nappendonly no\ndir "{folder}"\nrequirepass {password}\n'
        file = processes.private_file(folder, "redis.conf", settings, user)
        server = processes.spawn([str(binary), str(file)], folder, user)
        stack.callback(processes.stop, server)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        processes.wait_until_ready(self.name, server, lambda: self.problem(url), folder / "log")
        return url
