"""How long after its answer a comment is seen by a visitor through the proxy, who gets what the proxy has kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from bench.beside import parkbench
from bench.beside.client import answer_to, get, load

TRIALS = 15


def seconds_until_visible(
    world_run: str, front: int, web: int, told: Mapping[str, Any], ask: parkbench.Ask
) -> list[float]:
    """Post through the site, look through the proxy until it is there; return the seconds of each trial.

    The page is asked for without a pause before and after, so that there is always one that the proxy could keep.
    """
    writing = parkbench.writes(told, ask, f"{world_run} seen")["post"]
    page = get(f"/articles/{told['slugs']['1000']}/?sort=newest")
    result = []
    for trial in range(TRIALS):
        load(front, lambda: page, concurrency=1, seconds=0.3 + trial * 0.07)
        answer_to(web, writing.make())
        began, word = time.perf_counter(), f"{world_run} seen post {trial + 1:06}".encode()
        while word not in answer_to(front, page) and time.perf_counter() - began < 10:
            continue
        result.append(time.perf_counter() - began)
    return result
