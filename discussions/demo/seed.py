"""Writes the demo into the database, and takes it out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.db.models import Max

from core.ids import allocate_ids
from discussions.demo.accounts import SOURCE, People, ensure_people
from discussions.demo.comment import DemoComment
from discussions.demo.newsroom import DemoArticle, load_articles
from discussions.demo.passages import write_passages
from discussions.demo.plan import plan_for
from discussions.demo.rows import Desk
from discussions.markup import RENDERER_VERSION, mentioned_handles, render_article, render_comment
from discussions.models import Article, Comment, Revision, Section, Vote
from discussions.models.comment import READABLE
from discussions.signals import demo_goes, demo_seeded, record

#: Comments that are written between two steps of the progress bar.
BATCH = 500

#: Told how many comments are written, of how many, and under which article.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written."""

    articles: int
    comments: int
    votes: int
    members: int


def seed_demo(*, seed: int, scale: float, now: datetime, progress: Progress) -> Seeded:
    """Write the whole demo in one transaction: it is there completely, or not at all.

    `scale` shortens the discussions, `now` is the present that all ages count from. Raises `HandleTakenError` when
    somebody else has a handle that the demo needs.
    """
    articles = sorted(load_articles(), key=lambda article: article.comments)
    rngs = [Random(f"{seed}/{article.slug}") for article in articles]  # noqa: S311
    plans = [list(plan_for(rng, article, scale=scale)) for rng, article in zip(rngs, articles, strict=True)]
    total = sum(map(len, plans))
    comments = votes = 0
    with transaction.atomic():
        people = ensure_people(Random(seed), now)  # noqa: S311
        for article, plan, rng in zip(articles, plans, rngs, strict=True):
            writer = _Writer(article, people, rng, now)
            for written in writer.write(plan):
                progress(comments + written, total, article.slug)
            comments += writer.comments
            votes += writer.votes
        _count_rows_for_the_planner()
        record(
            demo_seeded, articles=[*Article.objects.filter(source=SOURCE).values_list("pk", flat=True)], seed=seed,
            now=now, staff=people.staff, members=people.members,
        )  # fmt: skip
    return Seeded(len(articles), comments, votes, len(people.members))


def _count_rows_for_the_planner() -> None:
    """Tell PostgreSQL what was just written.

    It plans for the empty tables that it remembers until the transaction is over, and a list of comments that takes
    milliseconds ran into the limit of 15 seconds.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def remove_demo() -> int:
    """Delete the demo's articles with everything under them, and return how many there were.

    The readers stay, because they may have written elsewhere; the next seeding finds them. Raises `ProtectedError`
    when something that must not be deleted, such as a decision of a moderator, points at one of the comments.
    """
    articles = Article.objects.filter(source=SOURCE)
    comments = Comment.objects.filter(article__in=articles)
    with transaction.atomic(), _roots_indexed():
        record(demo_goes, articles=[*articles.values_list("pk", flat=True)])
        Vote.objects.filter(comment__in=comments).delete()
        Revision.objects.filter(comment__in=comments).delete()
        deepest: int | None = comments.aggregate(deepest=Max("depth"))["deepest"]
        # A parent is protected by its replies, so the leaves go first.
        for depth in range(-1 if deepest is None else deepest, -1, -1):
            comments.filter(depth=depth).delete()
        removed = articles.count()
        articles.delete()
    return removed


@contextmanager
def _roots_indexed() -> Iterator[None]:
    """Find the comments of a root quickly.

    A running site never deletes comments and needs no such index; without it, the database reads all comments again
    for every one that goes, to see whether it is somebody's root: half a minute instead of two seconds.
    """
    table = connection.ops.quote_name(Comment._meta.db_table)
    with connection.cursor() as cursor:
        # PostgreSQL changes no table that has rows still to be checked.
        connection.check_constraints()
        cursor.execute(f"CREATE INDEX demo_roots ON {table} (root_id)")
        yield
        connection.check_constraints()
        cursor.execute("DROP INDEX demo_roots")


class _Writer:
    """Writes one article and its discussion."""

    def __init__(self, source: DemoArticle, people: People, rng: Random, now: datetime) -> None:
        self._source = source
        self._people = people
        self._rng = rng
        self._now = now
        self._profiles = {member.username: member.get_absolute_url() for member in people.members}
        self._html: dict[str, str] = {}
        self.comments = self.votes = 0

    def write(self, plan: Sequence[DemoComment]) -> Iterator[int]:
        """Write everything; yield how many comments are done after each batch."""
        article = self._article(len(plan))
        desk = Desk(article, self._people, self._rng, self._now)
        rows = desk.comments(plan, allocate_ids(Comment, len(plan)))
        passages = write_passages(article, (planned.passage for planned in plan if planned.passage))
        for planned, row in zip(plan, rows, strict=True):
            row.passage = passages.get(planned.passage)
        for start in range(0, len(rows), BATCH):
            part = slice(start, start + BATCH)
            # Rendering is most of the work. Done in one go, PostgreSQL would take the transaction for a forgotten one.
            for row in rows[part]:
                row.html = self._render(row.body)
            # Casting the votes also says how many are left as sums, so it comes before the comments are written.
            votes = list(desk.votes(plan[part], rows[part]))
            Comment.objects.bulk_create(rows[part])
            Vote.objects.bulk_create(votes)
            Revision.objects.bulk_create(desk.revisions(plan[part], rows[part]))
            self.comments += len(rows[part])
            self.votes += len(votes)
            yield self.comments
        article.comment_count = sum(row.visibility in READABLE for row in rows)
        article.save(update_fields=["comment_count"])

    def _article(self, comments: int) -> Article:
        source = self._source
        section, _is_new = Section.objects.get_or_create(slug=source.section_slug, defaults={"name": source.section})
        body = f"{source.body}\n**{source.question}**\n"
        return Article.objects.create(
            title=source.title, slug=source.slug, section=section, language=source.language, summary=source.summary,
            body=body, body_html=render_article(body), renderer_version=RENDERER_VERSION, byline=source.byline,
            author=self._people.by_handle(source.author), close_after_days=source.close_after_days,
            published_at=self._now - timedelta(minutes=source.age), share_count=round(comments**0.6),
            source=SOURCE, source_id=source.slug,
        )  # fmt: skip

    def _render(self, text: str) -> str:
        html = self._html.get(text)
        if html is None:
            mentions = {
                handle: self._profiles[handle] for handle in mentioned_handles(text) if handle in self._profiles
            }
            html = self._html[text] = render_comment(text, mentions=mentions)
        return html
