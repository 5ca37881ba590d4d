"""Arithmetic of comment paths. Pure: it knows no model.

A path is the ids of a comment's ancestors and of the comment itself, `WIDTH` bytes each, big-endian. Compared byte by
byte, paths sort a branch in reading order (a parent before its replies, replies in the order they were written), and
the ancestors of any comment can be read off its path without asking the database.
"""

from __future__ import annotations

#: 5 bytes number 1.1 million million comments.
WIDTH = 5

#: PostgreSQL refuses index rows over 2,704 bytes; 500 levels are 2,500. Nobody has ever read a branch that deep.
MAX_DEPTH = 500


def child_path(parent: bytes, child_id: int) -> bytes:
    """Return the path of comment `child_id` below `parent` (`b""` for a root).

    Raises `ValueError` when the branch would get deeper than `MAX_DEPTH`.
    """
    path = parent + child_id.to_bytes(WIDTH, "big")
    if len(path) > MAX_DEPTH * WIDTH:
        raise ValueError(f"a branch has at most {MAX_DEPTH} levels")
    return path


def depth_of(path: bytes) -> int:
    """Return the depth of a path: 0 for a root."""
    return len(path) // WIDTH - 1


def ids_of(path: bytes) -> list[int]:
    """Return the ids along `path`, root first, the comment itself last."""
    return [int.from_bytes(path[i : i + WIDTH], "big") for i in range(0, len(path), WIDTH)]


def ancestor_ids(path: bytes) -> list[int]:
    """Return the ids of the ancestors, root first; empty for a root."""
    return ids_of(path[:-WIDTH])


def branch_end(path: bytes) -> bytes:
    """Return the first path after the whole branch: all that is below `path` lies between the two."""
    number = int.from_bytes(path, "big") + 1
    return number.to_bytes(len(path), "big")
