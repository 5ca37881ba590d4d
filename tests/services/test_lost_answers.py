"""The answer to a COMMIT is lost: nobody knows whether the comment is there, and the same form finds out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.serve import command
from scripts.services.processes import free_port
from scripts.stack.program import Program
from scripts.stack.whole import healthy
from tests.services.clients import Browser, Seen, post
from tests.services.commit_eater import CommitEater
from tests.services.conftest import Run

pytestmark = pytest.mark.services


@pytest.fixture
def eater(run: Run) -> Iterator[CommitEater]:
    found = CommitEater(run.stack.ports["postgres"])
    yield found
    found.close()


@pytest.fixture
def far_web(run: Run, eater: CommitEater) -> Iterator[int]:
    """Return the port of a gunicorn whose way to the database is not to be trusted."""
    port, stack = free_port(), run.stack
    url = stack.database_url.replace(f":{stack.ports['postgres']}/", f":{eater.port}/")
    environ = {**stack.environ, "DATABASE_URL": url, "WEB_BIND": f"127.0.0.1:{port}", "WEB_WORKERS": "1"}
    web = Program("web", command("web", environ), stack.folder / "far", environ=environ, problem=healthy(port))
    web.start()
    yield port
    web.kill()


def test_a_lost_commit_is_found_again_by_its_key(run: Run, eater: CommitEater, far_web: int) -> None:
    seen = Seen()
    browser = Browser(far_web, run.world["members"][0]["session"], run.journal, seen)
    assert post(browser, run.world).status == 303
    for _time in range(5):
        eater.eat(1)
        assert post(browser, run.world).status == 303
    assert eater.left == 0
    assert seen.statuses.get(503, 0) >= 5, "each was in doubt first"
    assert set(seen.statuses) == {303, 503}
    run.check()
