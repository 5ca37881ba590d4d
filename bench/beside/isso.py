"""isso, as its documentation runs it in production: gunicorn and SQLite."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.beside import corpus
from bench.beside.client import get, post
from bench.beside.environment import PYTHON
from bench.beside.systems import ISSO, System, Writing, responds
from bench.beside.tokens import numbers
from scripts.stack.program import Program

CONFIG = """[general]
dbpath = {folder}/isso.db
host = http://127.0.0.1:{port}/
notify =
log-file = {folder}/isso.log
[guard]
enabled = false
[server]
trusted-proxies = 127.0.0.1
"""
MARK = rb'"mode": ?\d|"mode":\d'
JSON = "application/json"


def program(folder: Path, port: int) -> Program:
    """Return isso on `port` with the web server that all Python systems here get."""
    folder.mkdir(exist_ok=True)
    (folder / "isso.cfg").write_text(CONFIG.format(folder=folder, port=port))
    command = [str(PYTHON), "-m", "gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "8",
               "--no-control-socket", "--bind", f"127.0.0.1:{port}", "isso.run"]  # fmt: skip
    environ = {**os.environ, "ISSO_SETTINGS": str(folder / "isso.cfg")}
    return Program("isso", command, folder, environ=environ, problem=responds(port, "/info"))


def fill(folder: Path) -> dict[str, list[int]]:
    """Write the corpus into the tables that isso has made; return the ids by size of article."""
    # Voters are a Bloom filter; nobody of the corpus votes again in the measurement.
    voters, now, ids = bytes(256), time.time(), {}
    with sqlite3.connect(folder / "isso.db", timeout=20) as base:
        for thread, size in enumerate(corpus.SIZES, start=1):
            base.execute(
                "INSERT INTO threads (id, uri, title) VALUES (?, ?, ?)", (thread, f"/talk-{size}/", f"Talk {size}")
            )
            first = int(base.execute("SELECT coalesce(max(id), 0) + 1 FROM comments").fetchone()[0])
            base.executemany(
                "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author, likes, dislikes, voters,"  # noqa: E501
                " notification) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, 0)",
                _rows(thread, first, corpus.article(size), now, voters),
            )
            ids[str(size)] = list(range(first, first + size))
    return ids


def _rows(thread: int, first: int, said: list[corpus.Said], now: float, voters: bytes) -> list[tuple[Any, ...]]:
    # isso keeps two levels: what answers a reply stands below the root.
    root, rows = list(range(len(said))), []
    for n, each in enumerate(said):
        root[n] = n if each.parent is None else root[each.parent]
        rows.append((
            thread, first + n, None if each.parent is None else first + root[n],
            now - corpus.SECONDS_BETWEEN * len(said) + each.at, f"10.{each.reader % 250}.0.0", each.text,
            f"Reader {each.reader}", len(each.up), len(each.down), voters,
        ))  # fmt: skip
    return rows


def system(started: Program, folder: Path, port: int, ids: Mapping[str, list[int]], run: str) -> System:
    """Return isso, asked as its own script asks, with 50 comments and 5 replies to each."""

    def page(size: str, more: str = "") -> bytes:
        return get(f"/?uri=/talk-{size}/&limit=50&nested_limit=5{more}")

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(folder / "isso.db", timeout=20) as base:
            return base.execute(sql).fetchall()

    roots = ask("SELECT count(*) FROM comments WHERE tid = 4 AND parent IS NULL")[0][0]
    reads = {
        **{size: page(size, "&sort=upvotes") for size in ("10", "135", "1000", "10000")},
        **{sort: page("10000", f"&sort={sort}") for sort in ("newest", "oldest")},
        "deep": page("10000", f"&sort=upvotes&offset={roots // 2}"),
        **{f"deep-{sort}": page("10000", f"&sort={sort}&offset={roots // 2}") for sort in ("newest", "oldest")},
    }
    writes = {
        "post": _posts(ask, f"{run} post", []),
        "reply": _posts(ask, f"{run} reply", ids["1000"]),
        "vote": _votes(ask, ids["1000"]),
    }
    return System(ISSO, "JSON, 50 roots with 5 replies each", port, [started], reads, MARK, writes)


def _posts(ask: Any, word: str, parents: list[int]) -> Writing:
    count, acknowledged = numbers(), set()

    def make() -> bytes:
        n = next(count)
        body = {"author": f"Reader {n % 200}", "text": f"{word} {n:06} and what I saw by the river.", "title": "Talk"}
        if parents:
            body["parent"] = str(parents[n * 7919 % len(parents)])
        text = json.dumps({**body, "parent": int(body["parent"])} if parents else body)
        return post("/new?uri=/talk-1000/", text, kind=JSON)

    def heed(asked: bytes, status: int, _answer: bytes) -> None:
        if status == 201:
            acknowledged.add(json.loads(asked.rpartition(b"\r\n\r\n")[2])["text"])

    def lost() -> list[str]:
        return sorted(acknowledged - {row[0] for row in ask(f"SELECT text FROM comments WHERE text LIKE '{word} %'")})

    return Writing(make, heed, lost)


def _votes(ask: Any, comments: list[int]) -> Writing:
    rng, told = random.Random(5), {"acknowledged": 0}  # noqa: S311
    sums = "SELECT sum(likes) FROM comments WHERE tid = 3"
    before = ask(sums)[0][0]

    def make() -> bytes:
        address = f"{rng.randrange(11, 200)}.{rng.randrange(255)}.{rng.randrange(255)}.1"
        return post(f"/id/{rng.choice(comments)}/like", "", kind=JSON, headers=f"X-Forwarded-For: {address}\r\n")

    def heed(_asked: bytes, status: int, answer: bytes) -> None:
        told["acknowledged"] += status == 200 and b'"message"' not in answer

    def lost() -> list[str]:
        stored = ask(sums)[0][0] - before
        return [] if stored == told["acknowledged"] else [f"{stored} likes stored of {told['acknowledged']}"]

    return Writing(make, heed, lost)
