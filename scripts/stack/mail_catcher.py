"""A mail server that keeps what it is given: every mail is a file, nothing is sent on.

python -m scripts.stack.mail_catcher PORT FOLDER
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import uuid
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Catcher:
    """Writes each mail to `FOLDER/<id>.eml`, with the addresses of its envelope as the first lines."""

    def __init__(self, folder: Path) -> None:
        """Keep mails in `folder`."""
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, and only then say that it was taken."""
        self.keep(envelope)
        return "250 OK"

    def keep(self, envelope: Envelope) -> None:
        """Write one file, whole and on the disk before the answer."""
        content = envelope.content or b""
        head = "".join(f"X-Envelope-To: {to}\r\n" for to in envelope.rcpt_tos).encode()
        name = uuid.uuid4().hex
        part = self.folder / f"{name}.part"
        with part.open("wb") as file:
            file.write(head + (content if isinstance(content, bytes) else content.encode()))
            file.flush()
            os.fsync(file.fileno())
        part.rename(self.folder / f"{name}.eml")


async def serve(handler: Catcher, port: int) -> None:
    """Listen on 127.0.0.1 until SIGTERM."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, over.set)
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=True), "127.0.0.1", port)
    await over.wait()
    server.close()


def main() -> None:
    """Read the arguments and serve."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(Catcher(folder), port))


if __name__ == "__main__":
    main()
