"""What each fault leaves: everything that a client was told is there once, nothing else, and the outbox is empty."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.stack.program import Program
from tests.services.clients import Browser, Seen, post
from tests.services.conftest import Run
from tests.services.journal import Journal
from tests.services.open_page import OpenPage

pytestmark = pytest.mark.services

#: How long each of three stands still.
FREEZE_SECONDS = float(os.environ.get("PARKBENCH_FREEZE_SECONDS", "30"))
#: The seeded mixture: how long, and how many times.
MIX_SECONDS = float(os.environ.get("PARKBENCH_FAULT_SECONDS", "12"))
MIX_SEEDS = int(os.environ.get("PARKBENCH_FAULT_SEEDS", "1"))


def test_kill_9_of_a_worker_mid_task(run: Run) -> None:
    run.feel("slow")
    with run.crowd() as crowd:
        for _time in range(2):
            _wait_for_a_task(run)
            run.stack.worker.kill()
            run.stack.worker.start()
        crowd.wait_for(10)
    run.check()


def test_kill_9_of_a_pool_child(run: Run) -> None:
    run.feel("slow")
    with run.crowd() as crowd:
        for _time in range(2):
            _wait_for_a_task(run)
            run.stack.worker.tree()[1].kill()
            crowd.wait_for(5)
    run.check()


def test_kill_9_of_redis(run: Run) -> None:
    with run.crowd() as crowd:
        crowd.wait_for(20)
        with run.without_redis(crowd):
            run.stack.redis.kill()
            crowd.wait_for(60)
        run.stack.redis.start()
        crowd.wait_for(10)
    run.check()


def test_broker_down_during_200_posts(run: Run) -> None:
    bound = post_all_at_once(run, 40).bound()
    run.stack.redis.kill()
    seen = post_all_at_once(run, 200)
    run.stack.redis.start()
    assert seen.statuses == {303: 200}, "none of them had to be sent twice"
    assert seen.p95() < bound
    run.check()


def post_all_at_once(run: Run, how_many: int) -> Seen:
    """Let everybody post one comment after the other, without a pause; return what they saw."""
    seen = Seen()
    members = run.world["members"]
    browsers = [Browser(run.stack.ports["web"], each["session"], run.journal, seen) for each in members]
    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = list(pool.map(lambda n: post(browsers[n % len(browsers)], run.world), range(how_many)))
    assert {each.status for each in answers} == {303}
    return seen


def test_kill_9_of_the_mail_server(run: Run) -> None:
    with run.crowd() as crowd:
        run.stack.mail.kill()
        crowd.wait_for(10)
        run.stack.mail.start()
    run.check()


@pytest.mark.parametrize("moods", [("421", "451", "550"), ("slow",), ("hang",), ("lost",)], ids=" ".join)
def test_a_mail_server_that_is_unwell(run: Run, moods: tuple[str, ...]) -> None:
    before = run.mails_twice()
    with run.crowd() as crowd:
        for mood in moods:
            met = len(run.met())
            run.feel(mood)
            # The next mood comes only when the present one has been met.
            _wait_until(lambda n=met: len(run.met()) > n, seconds=60)
        crowd.wait_for(5)
        run.feel("well")
    if "hang" in moods:
        # Who waits for an answer still would for ten minutes.
        run.stack.mail.kill()
        run.stack.mail.start()
    run.check()
    if "421" in moods:
        assert run.mails_twice() == before, "a mail that was refused was not taken"


def test_kill_9_of_a_web_worker(run: Run) -> None:
    with run.crowd() as crowd:
        for _time in range(2):
            run.stack.web.tree()[1].kill()
            crowd.wait_for(5)
    run.check()


def test_kill_9_of_the_live_process(run: Run) -> None:
    """A page that was open all the time has heard everything, once and in its order, by `Last-Event-ID` alone."""
    known = run.latest_event()
    with OpenPage(run.stack.ports["live"], run.world["article_id"], known) as page:
        with run.crowd() as crowd:
            for _time in range(2):
                page.wait_for(run.latest_event())
                run.stack.live.kill()
                post_all_at_once(run, 3)
                crowd.wait_for(5)
                run.stack.live.start()
        told = run.events(since=known)
        page.wait_for(told[-1])
        assert page.heard == told
        assert page.resumed_after[0] == known
        assert len(set(page.resumed_after)) >= 3, "its line broke twice, and it said what it had heard"
    run.check()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
def test_postgres_restarted_under_load(run: Run, sign: signal.Signals) -> None:
    """What `pg_ctl restart -m fast` and `-m immediate` do: the one asks every session to end, the other asks nobody."""
    with run.crowd() as crowd:
        postgres = run.stack.postgres
        assert postgres.process is not None
        postgres.process.send_signal(sign)
        postgres.process.wait()
        postgres.start()
        crowd.wait_for(8)
    run.check()


def test_kill_9_of_postgres(run: Run) -> None:
    with run.crowd() as crowd:
        run.stack.postgres.kill()
        run.stack.postgres.start()
        crowd.wait_for(8)
    run.check()


def test_frozen_and_thawed(run: Run) -> None:
    """Redis, the worker and PostgreSQL stand still, one after the other, each when the one before is half through."""
    stack, half = run.stack, threading.Event().wait
    with run.crowd() as crowd, thawed_in_the_end(stack.redis, stack.worker, stack.postgres):
        crowd.wait_for(20)
        with run.without_redis(crowd):
            stack.redis.freeze()
            half(FREEZE_SECONDS / 2)
            stack.worker.freeze()
            half(FREEZE_SECONDS / 2)
            stack.redis.thaw()
        stack.postgres.freeze()
        half(FREEZE_SECONDS / 2)
        stack.worker.thaw()
        half(FREEZE_SECONDS / 2)
        stack.postgres.thaw()
        crowd.wait_for(10)
    run.check()


@contextmanager
def thawed_in_the_end(*programs: Program) -> Iterator[None]:
    """Whatever happens inside, let the next test find nobody frozen."""
    try:
        yield
    finally:
        for program in programs:
            program.thaw()


def test_a_new_release_under_load(run: Run) -> None:
    """What `docs/running.md` has operators do, in its order: every request is answered, and no task is lost."""
    stack = run.stack
    with run.crowd() as crowd:
        crowd.wait_for(20)
        with crowd.nobody_notices():
            replace_web_processes(stack.web)
            for program in (stack.worker, stack.beat, stack.live):
                program.stop()
                crowd.wait_for(10)
                program.start()
    assert "Warm shutdown" in stack.worker.log.read_text(errors="replace"), "it was let finish"
    run.check()


def replace_web_processes(web: Program) -> None:
    """Do what `systemctl reload parkbench-web` does, and return when only new processes are left, as many as before."""
    master, *before = web.tree()
    for _old in before:
        master.send_signal(signal.SIGTTIN)
        threading.Event().wait(1)
    _wait_until(lambda: len(web.tree()) == len(before) + 1 and not set(before) & set(web.tree()), seconds=90)


@pytest.mark.parametrize("seed", range(MIX_SEEDS))
def test_faults_in_any_order(run: Run, seed: int) -> None:
    """The nemesis: kills, restarts and moods as the seed has it, while everybody goes on."""
    rng, stack = random.Random(seed), run.stack
    until = time.monotonic() + MIX_SECONDS
    with run.crowd() as crowd:
        while time.monotonic() < until:
            fault = rng.choice(["mood", "worker", "redis", "live", "beat", "postgres"])
            if fault == "mood":
                run.feel(rng.choice(["421", "550", "slow", "well"]))
            else:
                program: Program = getattr(stack, fault)
                program.kill()
                crowd.wait_for(0 if fault == "postgres" else 3)
                program.start()
            crowd.wait_for(3)
        run.feel("well")
    run.check()


def test_the_checker_bites(run: Run, tmp_path: Path) -> None:
    """A journal that claims what never was must be called a liar."""
    person = run.world["members"][0]
    # One comment that is true, and that the other journal knows nothing of.
    post(Browser(run.stack.ports["web"], person["session"], run.journal, Seen()), run.world)
    lies = Journal(tmp_path / "journal")
    lies.write("ok", "post", "00000000-0000-0000-0000-000000000000", id=1)
    lies.write("ok", "vote", f"{person['id']}/999999")
    lies.close()
    said = run.python("tests.services.checker", str(lies.path), str(run.stack.mails), "1")
    assert "post 00000000-0000-0000-0000-000000000000: the client was told ok, there are 0" in said
    assert "/999999: the client was told ok, there are 0" in said
    assert "comments that nobody has written" in said


def _wait_for_a_task(run: Run) -> None:
    """Return while the worker is at something: a mail takes the slow server most of a second."""
    before = run.stack.worker.said().count("task_started")
    _wait_until(lambda: run.stack.worker.said().count("task_started") > before, seconds=30)


def _wait_until(what: object, *, seconds: float) -> None:
    assert callable(what)
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.05)
