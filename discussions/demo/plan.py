"""A whole discussion, planned before any row is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from random import Random

from discussions.demo.comment import DemoComment
from discussions.demo.newsroom import DemoArticle
from discussions.demo.planner import Planner
from discussions.demo.script import ScriptLine, load_script
from discussions.demo.shape import arrival_minutes


def plan_for(rng: Random, article: DemoArticle, *, scale: float = 1.0) -> Iterator[DemoComment]:
    """Yield the discussion of one of the demo's articles, `scale` times as long as its front matter says."""
    return plan_discussion(
        rng,
        comments=round(article.comments * scale),
        language_mix=article.language_mix,
        topic=article.topic,
        minutes=article.talk_minutes,
    )


def plan_discussion(
    rng: Random,
    *,
    comments: int,
    language_mix: Mapping[str, float],
    max_depth: int = 12,
    topic: str = "streets",
    minutes: float = 4_560,
) -> Iterator[DemoComment]:
    """Yield `comments` comments that can be read, and the stubs among them, in time order, parents before replies.

    The handwritten ones of `topic` are among them (the first `comments` of them, if there are more). `language_mix`
    weighs the languages of the others, roots are at depth 0 and the deepest reply at `max_depth`, `minutes` is how long
    the discussion lasts. Raises `LookupError` when nothing is written about `topic` in one of the languages.
    """
    script = _beginning(load_script(topic), comments)
    invented = fates(rng, comments - sum(line.is_readable for line in script))
    if not invented and not script:
        return
    planner = Planner(rng, comments, language_mix if invented else {}, max_depth, topic, minutes)
    arrivals = zip(arrival_minutes(rng, len(invented), minutes), invented, strict=True)
    turns: list[tuple[float, ScriptLine | str]] = [*((line.at, line) for line in script), *arrivals]
    for at, turn in sorted(turns, key=lambda pair: pair[0]):
        yield planner.invent(at, turn) if isinstance(turn, str) else planner.recite(turn)


def fates(rng: Random, readable: int) -> list[str]:
    """Return what becomes of comments, in order of time, so that `readable` of them can be read at the end.

    Most stay public; one in a hundred is removed, and those that are held are among the last.
    """
    collapsed = round(readable * 0.004)
    old = ["public"] * (readable - collapsed) + ["collapsed"] * collapsed
    old += ["removed"] * round(readable * 0.01) + ["withdrawn"] * round(readable * 0.009)
    rng.shuffle(old)
    for _held in range(round(readable * 0.003)):
        old.insert(rng.randint(round(len(old) * 0.95), len(old)), "held")
    return old


def _beginning(script: Sequence[ScriptLine], readable: int) -> list[ScriptLine]:
    """Return the script up to its `readable`-th line that can be read."""
    seen = accumulate(line.is_readable for line in script)
    return [line for line, count in zip(script, seen, strict=True) if 0 < count <= readable]
