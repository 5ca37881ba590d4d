"""django-comments-xtd on PostgreSQL: a page by its template tags, and its REST API."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.beside.client import get, post
from bench.beside.environment import PYTHON
from bench.beside.parkbench import Ask
from bench.beside.systems import XTD, XTD_TAGS, System, Writing, responds
from bench.beside.tokens import numbers, of_a_script, pairs
from scripts.stack.program import Program

NAME = "xtd"
JSON = "application/json"


def program(folder: Path, port: int, environ: Mapping[str, str]) -> Program:
    """Return the paper of `sites/press` on `port`."""
    command = [str(PYTHON), "-m", "gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "8",
               "--no-control-socket", "--timeout", "300", "--bind", f"127.0.0.1:{port}", "press.wsgi"]  # fmt: skip
    own = {**environ, "PGAPPNAME": NAME}
    return Program("django-comments-xtd", command, folder, environ=own, problem=responds(port, "/stories/1/"))


def fill(environ: Mapping[str, str], out: Path) -> dict[str, Any]:
    """Write the corpus, and return what clients need to know."""
    subprocess.run([str(PYTHON), "-m", "press.fill", str(out)], env=dict(environ), check=True)
    told: dict[str, Any] = json.loads(out.read_text())
    return told


def systems(
    started: Program, port: int, told: Mapping[str, Any], ask: Ask, run: str, helpers: list[Program]
) -> list[System]:
    """Return the API, which also writes, and the page."""
    stories = told["stories"]
    # Not the page of 10,000: it takes a minute, and a server that goes on making it when nobody waits any more.
    pages = {size: get(f"/stories/{stories[size]}/") for size in ("10", "135", "1000")}

    def listed(size: str, more: str = "") -> bytes:
        return get(f"/comments/api/press-story/{stories[size]}/?limit=50{more}")

    api = {
        # It has one order, that of writing, which therefore is its first page and its oldest.
        **{size: listed(size) for size in ("10", "135", "1000", "10000")},
        "oldest": listed("10000"),
        "deep": listed("10000", "&offset=5000"),
        "deep-oldest": listed("10000", "&offset=5000"),
    }
    writes = {
        "post": _posts(told, ask, f"{run} post", []),
        "reply": _posts(told, ask, f"{run} reply", told["comments"]["1000"]),
        "vote": _votes(told, ask),
    }
    return [
        System(XTD, "JSON, 50 comments, oldest first", port, [started], api, rb'"level":', writes, helpers,
               asks_as=(NAME,)),
        System(XTD_TAGS, "HTML, every comment", port, [started], pages, rb'<div id="c\d', {}, helpers,
               asks_as=(NAME,)),
    ]  # fmt: skip


def _headers(session: str) -> str:
    return f"{of_a_script(session)}Accept: application/json\r\n"


def _posts(told: Mapping[str, Any], ask: Ask, word: str, parents: list[int]) -> Writing:
    count, acknowledged, form, sessions = numbers(), set(), told["forms"]["1000"], told["sessions"]

    def make() -> bytes:
        n = next(count)
        body = {
            **form, "comment": f"{word} {n:06} and what I saw by the river.", "honeypot": "", "followup": False,
            "name": f"reader{n}", "email": f"reader{n}@example.org", "url": "",
            "reply_to": parents[n * 7919 % len(parents)] if parents else 0,
        }  # fmt: skip
        return post(
            "/comments/api/comment/", json.dumps(body), kind=JSON, headers=_headers(sessions[n % len(sessions)])
        )

    def heed(asked: bytes, status: int, _answer: bytes) -> None:
        if status == 201:
            acknowledged.add(json.loads(asked.rpartition(b"\r\n\r\n")[2])["comment"])

    def lost() -> list[str]:
        there = {row[0] for row in ask(f"SELECT comment FROM django_comments WHERE comment LIKE '{word} %'")}
        doubled = ask(
            'SELECT count(*) FROM (SELECT thread_id FROM django_comments_xtd_xtdcomment GROUP BY thread_id, "order" '
            "HAVING count(*) > 1) twice"
        )[0][0]
        return sorted(acknowledged - there) + ([f"{doubled} places in threads are taken twice"] if doubled else [])

    return Writing(make, heed, lost)


def _votes(told: Mapping[str, Any], ask: Ask) -> Writing:
    sessions, state = told["sessions"][:200], {"acknowledged": 0}
    todo = pairs(told["comments"]["1000"], len(sessions), told["taken"])
    count = "SELECT count(*) FROM django_comment_flags"
    before = ask(count)[0][0]

    def make() -> bytes:
        comment, reader = next(todo)
        body = json.dumps({"comment": comment, "flag": "like"})
        return post("/comments/api/feedback/", body, kind=JSON, headers=_headers(sessions[reader]))

    def heed(_asked: bytes, status: int, _answer: bytes) -> None:
        state["acknowledged"] += status == 201

    def lost() -> list[str]:
        stored = ask(count)[0][0] - before
        return [] if stored == state["acknowledged"] else [f"{stored} likes stored of {state['acknowledged']}"]

    return Writing(make, heed, lost)
