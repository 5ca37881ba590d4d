"""Floors: the least that nginx, asynchronous Python and Django can do with the same comments."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.parse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench.beside import corpus
from bench.beside.client import FORM, get, post
from bench.beside.environment import PYTHON
from bench.beside.systems import FILE, ORM, PLAIN, UVICORN, System, Writing
from bench.beside.tokens import numbers, of_a_script, pairs
from scripts.services import processes
from scripts.stack.front import answers
from scripts.stack.program import Program
from scripts.stack.servers import own_folder

SITES = Path(__file__).resolve().parent / "sites"
MARK = rb'<li id="c\d'
#: How many of the authors write.
WRITERS = 200
#: Path, number of an author from 1, fields → request.
Ask = Callable[[str, int, Mapping[str, Any]], bytes]
TABLES = """
CREATE TABLE author (id serial PRIMARY KEY, name varchar(60) NOT NULL);
CREATE TABLE comment (
    id bigserial PRIMARY KEY, article_id int NOT NULL, author_id int NOT NULL REFERENCES author,
    parent_id bigint REFERENCES comment, html text NOT NULL, created_at timestamptz NOT NULL,
    up int NOT NULL, down int NOT NULL
);
CREATE TABLE vote (
    comment_id bigint REFERENCES comment, author_id int REFERENCES author, PRIMARY KEY (comment_id, author_id)
);
CREATE INDEX most_voted ON comment (article_id, (up - down) DESC, id DESC);
"""
COPY = "COPY comment (article_id, author_id, parent_id, html, created_at, up, down) FROM STDIN"
NGINX = """daemon off; pid nginx.pid; worker_processes 2; error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000; default_type text/html;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


def fill(url: str) -> dict[str, list[int]]:
    """Make the tables and write the corpus; return the ids by size of article."""
    ids, first, now = {}, 1, datetime.now(UTC)
    with psycopg.connect(url) as base:
        base.execute(TABLES)
        base.cursor().executemany(
            "INSERT INTO author (name) VALUES (%s)", [(f"Reader {n}",) for n in range(corpus.READERS)]
        )
        for size in corpus.SIZES:
            said = corpus.article(size)
            with base.cursor().copy(COPY) as copy:
                for each in said:
                    parent = first + each.parent if each.parent is not None else None
                    at = now - timedelta(seconds=corpus.SECONDS_BETWEEN * size - each.at)
                    row = (size, each.reader + 1, parent, corpus.as_html(each.text), at, len(each.up), len(each.down))
                    copy.write_row(row)
            ids[str(size)] = list(range(first, first + size))
            first += size
        base.execute("INSERT INTO vote SELECT id, author_id FROM comment")
    with psycopg.connect(url, autocommit=True) as base:
        base.execute("VACUUM ANALYZE")
    return ids


def nginx(binary: str, folder: Path, port: int, pages: Mapping[str, bytes]) -> Program:
    """Return an nginx that serves `pages` (file name → content) from files."""
    user = processes.plain_user()
    own_folder(folder, user)
    (folder / "pages").mkdir(exist_ok=True)
    for name, page in pages.items():
        (folder / "pages" / name).write_bytes(page)
        (folder / "pages" / name).chmod(0o644)
    file = processes.private_file(folder, "nginx.conf", NGINX.format(port=port, root=folder / "pages"), user)
    command = [binary, "-p", str(folder), "-e", "stderr", "-c", str(file)]
    return Program("nginx", command, folder, user=user, problem=answers(port))


def uvicorn(folder: Path, port: int, url: str) -> Program:
    """Return the asynchronous floor."""
    command = [str(PYTHON), "-m", "uvicorn", "--workers", "2", "--no-access-log", "--port", str(port), "floor_asgi:app"]
    environ = {**os.environ, "FLOOR_DATABASE": url, "PYTHONPATH": str(SITES), "PGAPPNAME": "uvicorn"}
    return Program("uvicorn", command, folder, environ=environ, problem=answers(port))


def django(kind: str, folder: Path, port: int, environ: Mapping[str, str]) -> Program:
    """Return one of the floors of Django, `plain` or `orm`."""
    command = [str(PYTHON), "-m", "gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "8",
               "--no-control-socket", "--bind", f"127.0.0.1:{port}", "floor_django"]  # fmt: skip
    own = {**environ, "FLOOR": kind, "PGAPPNAME": kind}
    return Program(f"django-{kind}", command, folder, environ=own, problem=answers(port))


def reads(shown: Mapping[str, int]) -> dict[str, bytes]:
    """Return requests for as many comments as Parkbench shows on each page."""
    return {size: get(f"/{size}/{count}") for size, count in shown.items()}


def enrol(environ: Mapping[str, str]) -> list[str]:
    """Make members of the authors for the floor of Django that asks who they are; return the keys of their sessions."""
    command = [str(PYTHON), "-m", "floor_django", str(WRITERS)]
    told = subprocess.run(command, env={**environ, "FLOOR": "orm"}, check=True, capture_output=True, text=True).stdout
    sessions: list[str] = json.loads(told)
    return sessions


def asks_as_json(path: str, author: int, fields: Mapping[str, Any]) -> bytes:
    """Return a request that says itself who writes."""
    body = {"article": 1000, **fields, "author": author}
    return post(path, json.dumps(body), kind="application/json")


def asks_as_members(sessions: list[str]) -> Ask:
    """Return what makes the request of a member's form."""

    def ask(path: str, author: int, fields: Mapping[str, Any]) -> bytes:
        return post(path, urllib.parse.urlencode(fields), kind=FORM, headers=of_a_script(sessions[author - 1]))

    return ask


def writes(url: str, ask: Ask, parents: list[int], voted: list[int], run: str) -> dict[str, Writing]:
    """Return posting, replying to `parents` and voting on `voted`, which nobody else votes on."""
    return {
        "post": _posts(url, ask, f"{run} post", []),
        "reply": _posts(url, ask, f"{run} reply", parents),
        "vote": _votes(url, ask, voted),
    }


def _posts(url: str, ask: Ask, word: str, parents: list[int]) -> Writing:
    count, asked, acknowledged = numbers(), dict[bytes, str](), set[str]()

    def make() -> bytes:
        n = next(count)
        fields: dict[str, Any] = {"text": f"{word} {n:06} and what I saw by the river."}
        if parents:
            fields["parent"] = parents[n * 7919 % len(parents)]
        request = ask("/comment", n % WRITERS + 1, fields)
        asked[request] = fields["text"]
        return request

    def heed(request: bytes, status: int, _answer: bytes) -> None:
        text = asked.pop(request)
        if status == 201:
            acknowledged.add(f"<p>{text}</p>")

    def lost() -> list[str]:
        with psycopg.connect(url) as base:
            rows = base.execute("SELECT html FROM comment WHERE html LIKE %s", [f"<p>{word} %"]).fetchall()
        return sorted(acknowledged - {row[0] for row in rows})

    return Writing(make, heed, lost)


def _votes(url: str, ask: Ask, comments: list[int]) -> Writing:
    todo, state = pairs(comments, WRITERS, []), {"acknowledged": 0}

    def stored() -> int:
        with psycopg.connect(url) as base:
            row = base.execute("SELECT count(*) FROM vote WHERE comment_id = ANY(%s)", [comments]).fetchone()
        assert row
        return int(row[0])

    before = stored()

    def make() -> bytes:
        comment, reader = next(todo)
        return ask("/vote", reader + 1, {"comment": comment})

    def heed(_asked: bytes, status: int, answer: bytes) -> None:
        state["acknowledged"] += status == 201 and b'"added": 1' in answer

    def lost() -> list[str]:
        there = stored() - before
        return [] if there == state["acknowledged"] else [f"{there} votes stored of {state['acknowledged']}"]

    return Writing(make, heed, lost)


def systems(
    programs: Mapping[str, Program], ports: Mapping[str, int], shown: Mapping[str, int],
    writing: Mapping[str, dict[str, Writing]], helpers: list[Program],
) -> list[System]:  # fmt: skip
    """Return the four floors."""
    asked, same = reads(shown), "HTML, as many comments"
    files = {size: get(f"/{size}.html") for size in shown}

    def floor(name: str, kind: str) -> System:
        own = writing.get(kind, {})
        return System(name, same, ports[kind], [programs[kind]], asked, MARK, own, helpers, asks_as=(kind,))

    return [
        System(FILE, "HTML, Parkbench's page", ports["file"], [programs["file"]], files, MARK),
        floor(UVICORN, "uvicorn"),
        floor(PLAIN, "plain"),
        floor(ORM, "orm"),
    ]
