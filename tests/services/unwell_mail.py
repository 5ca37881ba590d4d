"""A mail server that is unwell on command: `python -m tests.services.unwell_mail PORT FOLDER`.

What is in the file `FOLDER.mood` decides: `well`, a number such as 421 that is the answer to every mail, `slow`,
`hang`, or `lost` (the mail is taken, and the answer never comes). `FOLDER.met` tells which moods were met.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from scripts.stack.mail_catcher import Catcher, serve

SLOW_SECONDS = 0.7


def mood_file(folder: Path) -> Path:
    """Return the file that says how the server of `folder` feels."""
    return folder.with_suffix(".mood")


def met_file(folder: Path) -> Path:
    """Return the file with a line for each mail that the server of `folder` was unwell for."""
    return folder.with_suffix(".met")


class Unwell(Catcher):
    """Takes mails as its mood allows."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer by the mood of this moment."""
        file = mood_file(self.folder)
        mood = file.read_text() if file.exists() else "well"
        if mood != "well":
            with met_file(self.folder).open("a") as met:
                met.write(f"{mood}\n")
        if mood.isdigit():
            return f"{mood} not now"
        if mood == "hang":
            await asyncio.sleep(600)
        if mood == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        self.keep(envelope)
        if mood == "lost":
            assert server.transport is not None
            server.transport.close()
        return "250 OK"


if __name__ == "__main__":
    mails = Path(sys.argv[2])
    mails.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(Unwell(mails), int(sys.argv[1])))
