"""Every page of the site, asked for by somebody of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from tests.moderation.stage import Stage
from tests.moderation.test_matrix import MATRIX


@dataclass(frozen=True)
class Answer:
    """What an address said to somebody."""

    name: str
    role: str
    response: Any
    body: str

    @property
    def kind(self) -> str:
        """Return the content type without its parameters."""
        return str(self.response.get("Content-Type", "")).partition(";")[0]

    def __str__(self) -> str:
        return f"{self.name} as {self.role}"


def body_of(response: Any) -> str:
    """Return the text of an answer, streamed or not."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return bytes(content).decode("utf-8", "replace")


def crawl(stage: Stage, *roles: str, query: str = "", **headers: str) -> Iterator[Answer]:
    """GET every address of our apps as each of `roles`, with `query` behind it."""
    for role in roles:
        client: Client = stage.browser(role)
        for name in MATRIX:
            response: HttpResponseBase = client.get(f"{stage.url(name)}{query}", headers=headers)
            yield Answer(name, role, response, body_of(response))
