"""Refusals in words: what an action raises, and what the reader is told.

An action that will not do what was asked raises one of these. `core.middleware.ErrorsMiddleware` answers with the
status and the message; a form view may catch it instead, to show the message beside the text that was typed.
"""

from __future__ import annotations

from http import HTTPStatus


class Refused(Exception):
    """The request was understood and is not carried out; `message` is a translated sentence for the reader."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    #: Where the person can do something about it, and the words of the link; empty where there is no such page.
    link: str = ""
    link_words: str = ""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).__name__


class BadRequest(Refused):
    """Something in the address or the form cannot have come from one of our pages."""

    status = HTTPStatus.BAD_REQUEST


class NotAllowed(Refused):
    """The person may see the thing, but not do this to it."""

    status = HTTPStatus.FORBIDDEN


class Conflict(Refused):
    """The thing has changed since the page was made."""

    status = HTTPStatus.CONFLICT


class Gone(Refused):
    """It was there once, and will not come back."""

    status = HTTPStatus.GONE


class TooMany(Refused):
    """A limit was reached; `retry_after` is the wait in whole seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(Refused):
    """The site cannot write at the moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
