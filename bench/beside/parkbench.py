"""Parkbench: the whole set of `make stack`, and the same on SQLite without anything beside it."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import urllib.parse
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.beside.client import FORM, answer_to, get, post
from bench.beside.systems import System, Writing
from bench.beside.tokens import cookies, numbers, pairs
from scripts import serve
from scripts.stack.program import Program
from scripts.stack.whole import healthy

MARK = rb'<li id="c\d'
#: How many comments of the whole are asked for one by one.
ANYWHERE = 500
OWN = "Origin: http://127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
#: Asks the database of a system: returns rows.
Ask = Callable[[str], list[tuple[Any, ...]]]


def settings_of(environ: Mapping[str, str], **extra: str) -> dict[str, str]:
    """Return `environ` with the benchmark's settings."""
    path = f"{serve.ROOT}:{serve.ROOT / 'site'}"
    return {**environ, "DJANGO_SETTINGS_MODULE": "bench.beside.settings", "PYTHONPATH": path, **extra}


def fill(environ: Mapping[str, str], out: Path) -> dict[str, Any]:
    """Write the corpus, and return what clients need to know."""
    command = [sys.executable, "-m", "bench.beside.fill", str(out)]
    subprocess.run(command, env=dict(environ), cwd=serve.ROOT, check=True)
    told: dict[str, Any] = json.loads(out.read_text())
    return told


def web(name: str, folder: Path, port: int, environ: Mapping[str, str]) -> Program:
    """Return a gunicorn as the site runs it, on `port`."""
    own = {**environ, "WEB_BIND": f"127.0.0.1:{port}", "PGAPPNAME": name}
    return Program(name, serve.command("web", own), folder, environ=own, problem=healthy(port))


def reads(port: int, told: dict[str, Any]) -> dict[str, bytes | Sequence[bytes]]:
    """Return the requests; pages half way down are found by the links, as a reader would, once for each `told`."""
    slug = told["slugs"]["10000"]
    ids = told["comments"]["10000"]
    deep = told.setdefault("half way down", {})
    for sort in ("most-voted", "newest", "oldest"):
        if sort not in deep:
            deep[sort] = get(f"/articles/{slug}/?{_half_way(port, slug, sort)}")
    return {
        **{size: get(f"/articles/{told['slugs'][size]}/") for size in ("10", "135", "1000", "10000")},
        "newest": get(f"/articles/{slug}/?sort=newest"),
        "oldest": get(f"/articles/{slug}/?sort=oldest"),
        "deep": deep["most-voted"],
        "deep-newest": deep["newest"],
        "deep-oldest": deep["oldest"],
        "permalink": get(f"/comments/{ids[len(ids) // 2]}/"),
        "anywhere": [get(f"/comments/{each}/") for each in told.get("anywhere") or some(told)],
    }


def some(told: Mapping[str, Any]) -> list[int]:
    """Return comments of every article, the same in each run."""
    ids = [each for of_one in told["comments"].values() for each in of_one]
    return random.Random(13).sample(ids, ANYWHERE)  # noqa: S311


def _half_way(port: int, slug: str, sort: str, pages: int = 100) -> str:
    """Return the query of the page after `pages` pages."""
    query = f"sort={sort}"
    for _n in range(pages):
        page = answer_to(port, get(f"/articles/{slug}/thread/?{query}"))
        found = re.search(rb"\?(sort=[a-z-]+&amp;after=[^\"#]+)", page)
        if found is None:
            break
        query = found[1].decode().replace("&amp;", "&")
    return query


def writes(told: Mapping[str, Any], ask: Ask, run: str) -> dict[str, Writing]:
    """Return posting, replying and voting under the article of 1,000 comments."""
    comments = told["comments"]["1000"]
    vote = _Votes(told, ask)
    return {
        "post": _Posts(told, ask, f"{run} post", []).writing(),
        "reply": _Posts(told, ask, f"{run} reply", comments).writing(),
        "vote": Writing(vote.make, vote.heed, vote.lost),
    }


class _Posts:
    """Comments of this run: each has a word of its own, by which it is found."""

    def __init__(self, told: Mapping[str, Any], ask: Ask, word: str, parents: list[int]) -> None:
        self.sessions, self.slug = told["sessions"], told["slugs"]["1000"]
        self.ask, self.word, self.parents, self.count = ask, word, parents, numbers()
        self.acknowledged: set[str] = set()

    def writing(self) -> Writing:
        return Writing(self.make, self.heed, self.lost)

    def make(self) -> bytes:
        n = next(self.count)
        fields = {"body": f"{self.word} {n:06} and what I saw by the river.", "key": str(uuid.uuid4())}
        if self.parents:
            fields["parent"] = str(self.parents[n * 7919 % len(self.parents)])
        headers = f"{OWN}HX-Request: true\r\n{cookies(self.sessions[n % len(self.sessions)])}"
        return post(f"/articles/{self.slug}/comment/", urllib.parse.urlencode(fields), kind=FORM, headers=headers)

    def heed(self, asked: bytes, status: int, answer: bytes) -> None:
        if status == 201:
            body = asked.rpartition(b"\r\n\r\n")[2].decode()
            self.acknowledged.add(urllib.parse.parse_qs(body)["body"][0])

    def lost(self) -> list[str]:
        rows = self.ask(f"SELECT body FROM discussions_comment WHERE body LIKE '{self.word} %'")
        there = [row[0] for row in rows]
        problems = sorted(self.acknowledged - set(there)) + (["said twice"] if len(there) != len(set(there)) else [])
        ((counted, kept),) = self.ask(
            "SELECT (SELECT count(*) FROM discussions_comment c WHERE c.article_id = a.id AND c.visibility IN "
            "('public', 'collapsed')), a.comment_count FROM discussions_article a WHERE a.slug = 'talk-1000'"
        )
        return problems + ([f"the article counts {kept} of {counted} comments"] if counted != kept else [])


class _Votes:
    """Each reader votes once on a comment, up."""

    def __init__(self, told: Mapping[str, Any], ask: Ask) -> None:
        self.sessions, self.ask = told["sessions"], ask
        self.pairs = pairs(told["comments"]["1000"], len(self.sessions), told["taken"])
        self.before, self.acknowledged = self._stored(), 0

    def _stored(self) -> int:
        return int(self.ask("SELECT count(*) FROM discussions_vote")[0][0])

    def make(self) -> bytes:
        comment, reader = next(self.pairs)
        headers = f"{OWN}Accept: application/json\r\n{cookies(self.sessions[reader])}"
        return post(f"/comments/{comment}/vote/", "value=1", kind=FORM, headers=headers)

    def heed(self, _asked: bytes, status: int, _answer: bytes) -> None:
        self.acknowledged += status == 200

    def lost(self) -> list[str]:
        stored = self._stored() - self.before
        wrong = self.ask(
            "SELECT count(*) FROM discussions_comment c WHERE c.up_count <> (SELECT count(*) FROM discussions_vote v "
            "WHERE v.comment_id = c.id AND v.value = 1) "
            "AND c.article_id = (SELECT id FROM discussions_article WHERE slug = 'talk-1000')"
        )[0][0]
        problems = [f"{stored} votes stored of {self.acknowledged}"] if stored != self.acknowledged else []
        return problems + ([f"{wrong} comments count their votes wrongly"] if wrong else [])


def system(name: str, does: str, web_program: Program, port: int, told: dict[str, Any], **more: Any) -> System:
    """Return one of the ways to serve Parkbench."""
    return System(name, does, port, [web_program], reads(port, told), MARK, **more)
