"""A mail server in a process of its own: `python -m tests.discussions.mail.smtp_server FOLDER`.

It prints its port, keeps every mail that it takes in FOLDER, and behaves as the word in FOLDER/mood says: `well`,
`later` (451), `unknown` (550 for the address), `ours` (550 5.7.1 for the address), `spam` (554 for the text), `slow`
(answers after the client has gone), `lost` (takes the mail and hangs up before it says so).
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.discussions.mail.parsing import parse

RECIPIENT = {
    "later": "451 4.2.1 <{}> come back later",
    "unknown": "550 5.1.1 <{}>: no such user",
    "ours": "550 5.7.1 <{}>: relaying denied",
}


class Handler:
    """Takes mails, or does not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = itertools.count(1)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Answer about the recipient."""
        mood = (self._folder / "mood").read_text()
        if mood == "slow":
            await asyncio.sleep(3)
        if mood in RECIPIENT:
            return RECIPIENT[mood].format(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail, and answer about it."""
        mood = (self._folder / "mood").read_text()
        if mood == "spam":
            return "554 5.6.0 not this text"
        (self._folder / f"{next(self._number):04}.eml").write_bytes(envelope.content)
        if mood == "lost":
            server.transport.abort()
        return "250 OK"


@dataclass(frozen=True)
class MailServer:
    """The running process, from outside."""

    port: int
    folder: Path

    def behave(self, mood: str) -> None:
        """Choose how it behaves from the next command on."""
        (self.folder / "mood").write_text(mood)

    def taken(self) -> list[EmailMessage]:
        """Return what it took, in order."""
        return [parse(path.read_bytes()) for path in sorted(self.folder.glob("*.eml"))]


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """Run one, and end it."""
    (folder / "mood").write_text("well")
    command = [sys.executable, "-m", "tests.discussions.mail.smtp_server", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield MailServer(int(process.stdout.readline()), folder)
    finally:
        process.kill()
        process.communicate()


async def _serve(folder: Path) -> None:
    handler = Handler(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, hostname="mail.test"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
