"""Questions about members whose answers come with the member's row.

Every request of a member reads that row, and a statement of its own costs as much again. So what is asked of nearly
every member, answered by an index, and hardly ever true, is registered here when the site starts. An answer is as old
as the row: for what a request does at once, not for what is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists

#: Returns the question, with `OuterRef("pk")` for the member.
Question = Callable[[], Exists]

_questions: dict[str, Question] = {}


def ask_with_member(name: str, question: Question) -> None:
    """Have `question` answered whenever a member is read by its key; `name` is its own, as an attribute's would be."""
    _questions[name] = question


def asked_with_member() -> dict[str, Exists]:
    """Return the questions by their names, for `annotate`."""
    return {name: question() for name, question in _questions.items()}


def may_be(member: Any, name: str) -> bool:
    """Return whether the answer may be yes: it is, or nobody knows, because the row was read another way."""
    return vars(member).get(name) is not False
