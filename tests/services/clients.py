"""Readers and a moderator as browsers: forms with their keys over HTTP, sent again when no answer comes."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.services.journal import Journal

#: Seconds. An answer that takes longer is none; a form is sent again for so long.
ANSWER, PATIENCE = 20.0, 75.0
#: Any value will do, as long as cookie and form agree.
CSRF = "c" * 32
#: The server says itself that it cannot, or nobody answers: the same form is sent again.
AGAIN = (500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 when nothing did."""

    status: int
    location: str = ""
    text: str = ""


@dataclass(slots=True)
class Seen:
    """What all clients together have seen of the server's health: status and seconds of each answer, as they came."""

    answers: list[tuple[int, float]] = field(default_factory=list)
    #: What was asked, and what happened to the connection instead of an answer.
    lost: list[str] = field(default_factory=list)

    @property
    def statuses(self) -> dict[int, int]:
        """Return how many answers had which status."""
        return dict(Counter(status for status, _seconds in self.answers))

    def p95(self) -> float:
        """Return the seconds within which 95 of 100 answers came; 0 when there was none."""
        times = sorted(seconds for _status, seconds in self.answers)
        return times[max(round(0.95 * len(times)) - 1, 0)] if times else 0.0

    def bound(self) -> float:
        """Return the seconds in which answers have to come while something is broken that nobody should notice.

        Five; on a machine that is busy with other things, ten times what it took before. It tells a site that answers
        from one that stands still, no more: how fast it is, `bench/load.py` measures.
        """
        return max(5.0, 10 * self.p95())


class Browser:
    """One person's browser: a session, and forms that are sent until they are answered."""

    def __init__(self, port: int, session: str, journal: Journal, seen: Seen) -> None:
        """Talk to `port` with the cookie `session`."""
        self.port, self.session, self.journal, self.seen = port, session, journal, seen

    def ask(self, method: str, path: str, form: Mapping[str, object] | None = None, **headers: str) -> Answer:
        """Send one request and return the answer."""
        sent = {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", "Connection": "close", **headers}
        body = None
        if form is not None:
            body = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": CSRF})
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection, asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER), time.monotonic()
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            answer = Answer(response.status, response.getheader("Location", ""), text)
        except (OSError, http.client.HTTPException) as error:
            answer = Answer(0)
            self.seen.lost.append(f"{method} {path} after {time.monotonic() - asked:.1f} s: {error!r}")
        finally:
            connection.close()
        self.seen.answers.append((answer.status, time.monotonic() - asked))
        return answer

    def send(self, op: str, key: str, path: str, form: Mapping[str, object], *, good: int, **facts: Any) -> Answer:
        """Send a form until it is answered, and note what the client was told."""
        self.journal.write("invoke", op, key, **facts)
        started, was_lost = time.monotonic(), False
        while True:
            answer = self.ask("POST", path, form, Accept="application/json" if op == "vote" else "text/html")
            if answer.status == good:
                self.journal.write("ok", op, key, id=_id_in(answer), tries_lost=was_lost)
                return answer
            if answer.status not in (0, *AGAIN):
                # After an answer that was lost, a refusal may be about what the lost one did.
                self.journal.write("info" if was_lost else "fail", op, key, status=answer.status)
                return answer
            was_lost = True
            if time.monotonic() - started > PATIENCE:
                self.journal.write("info", op, key, status=answer.status)
                return answer
            time.sleep(0.3)


def _id_in(answer: Answer) -> int | None:
    found = re.search(r"#c(\d+)$", answer.location)
    return int(found[1]) if found else None


class Crowd:
    """Members who post, reply, vote and report, and a moderator who decides, all at once, until told to stop."""

    def __init__(self, port: int, world: dict[str, Any], journal: Journal, *, seed: int) -> None:
        """Prepare threads for the people of `world`; `seed` decides what each does next."""
        self.port, self.world, self.journal, self.seed = port, world, journal, seed
        self.seen = Seen()
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Crowd:
        """Let them begin."""
        for n, member in enumerate(self.world["members"]):
            self._begin(self._take_part, member, random.Random(f"{self.seed}/{n}"))
        self._begin(self._keep_house, self.world["moderator"], random.Random(f"{self.seed}/house"))
        return self

    def __exit__(self, *_exception: object) -> None:
        """Let each finish what they are at."""
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE + ANSWER)

    def wait_for(self, acknowledged: int, *, seconds: float = 60.0) -> None:
        """Return as soon as so many more operations were acknowledged; fails after `seconds`."""
        goal, until = self.journal.counts["ok"] + acknowledged, time.monotonic() + seconds
        while self.journal.counts["ok"] < goal:
            assert time.monotonic() < until, f"the site does not take anything: {self.seen.statuses}"
            self._over.wait(0.1)

    @contextmanager
    def nobody_notices(self) -> Iterator[None]:
        """Do inside what costs readers nothing: each is answered, none with "not now", and 95 of 100 in time."""
        before, bound = len(self.seen.answers), self.seen.bound()
        yield
        inside = Seen(self.seen.answers[before:])
        assert len(inside.answers) > 20, "too few to say anything"
        unwell = [status for status in inside.statuses if status == 0 or status >= 500]
        assert not unwell, (inside.statuses, self.seen.lost[-5:])
        assert inside.p95() < bound, f"95 of 100 took {inside.p95():.2f} s; allowed were {bound:.2f} s"

    def _begin(self, work: Any, person: dict[str, Any], rng: random.Random) -> None:
        browser = Browser(self.port, person["session"], self.journal, self.seen)
        thread = threading.Thread(target=work, args=(browser, person, rng), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _take_part(self, browser: Browser, person: dict[str, Any], rng: random.Random) -> None:
        while not self._over.wait(rng.uniform(0.1, 0.4)):
            target, kind = rng.choice(self.world["stock"]), rng.random()
            if kind < 0.55:
                post(browser, self.world, parent=target if kind < 0.15 else None)
            elif kind < 0.85:
                vote(browser, person, target)
            else:
                report(browser, person, self.world, target)

    def _keep_house(self, browser: Browser, _person: dict[str, Any], rng: random.Random) -> None:
        while self.world["to_decide"] and not self._over.wait(rng.uniform(0.1, 0.5)):
            decide(browser, self.world, self.world["to_decide"].pop())


def post(browser: Browser, world: dict[str, Any], *, parent: int | None = None) -> Answer:
    """Post a comment, or a reply to `parent`; its words hold its key, so that it can be found again."""
    key = str(uuid.uuid4())
    form = {"body": f"What I saw, {key}.", "key": key, "parent": parent or ""}
    return browser.send("post", key, f"/articles/{world['article']}/comment/", form, good=303)


def vote(browser: Browser, person: dict[str, Any], comment: int) -> Answer:
    """Vote for the comment; the same person voting for the same comment again is the same operation."""
    key = f"{person['id']}/{comment}"
    return browser.send("vote", key, f"/comments/{comment}/vote/", {"value": 1}, good=200)


def report(browser: Browser, person: dict[str, Any], world: dict[str, Any], comment: int) -> Answer:
    """Report the comment."""
    key = f"{person['id']}/{comment}"
    form = {"guideline": world["guideline"], "body": ""}
    return browser.send("report", key, f"/comments/{comment}/report/", form, good=303)


def decide(browser: Browser, world: dict[str, Any], comment: int) -> Answer | None:
    """Open the comment's case and remove the comment; None when the card could not be had (nothing was decided)."""
    opened = browser.ask("POST", f"/moderation/comments/{comment}/open/", {})
    path = urllib.parse.urlsplit(opened.location).path
    if opened.status != 303 or not (card := browser.ask("GET", path)).text:
        return None
    names = ("key", "lock_version", "revision", "opened")
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', card.text) for name in names}
    if not all(found.values()):
        return None
    form = {name: match[1] for name, match in found.items() if match}
    form |= {"outcome": "remove", "guideline": str(world["version"]), "note": "Please talk about the idea."}
    return browser.send("decide", form["key"], f"{path}decide/", form, good=303, comment=comment)
