"""What a run says: goals, costs of each comment, queries, and the part of the load."""

from __future__ import annotations

from bench.beside import goals, report, statements
from bench.beside.measure import Answer, Plan, Queries, Result, Results
from bench.beside.systems import FILE, LARGE, OURS, System

LOG = """asked by <uncached> LOG:  statement: BEGIN
asked by <uncached> LOG:  statement: SELECT 1
\tasked by <uncached> LOG:  statement: SELECT 'said in a comment'
asked by <uncached> LOG:  execute <unnamed>: update x
asked by <uncached> DETAIL:  parameters: $1 = '...'
asked by <large worker> LOG:  execute _pg3_0: \n\t(SELECT 2) UNION (SELECT 3)
asked by <large worker> LOG:  statement: \x20
asked by <large worker> LOG:  statement:   SELECT 4
asked by <uncached> LOG:  statement: COMMIT
asked by <uncached> ERROR:  no
"""


def result(cpu: float, rate: float = 100.0, share: float = 0.01) -> Result:
    return Result([1], [1], [1], [rate], [cpu], [cpu], [share * 1000 / rate], [share], count=1)


def system(name: str, reads: tuple[str, ...] = ("135", "newest")) -> System:
    return System(name, "HTML", 1, [], dict.fromkeys(reads, b"x"), b"<li", asks_as=(name,))


def test_statements_are_told_apart_by_who_asked_and_what() -> None:
    seen = statements.seen_in(LOG)
    assert statements.of(seen, ("uncached",), control=False) == 2
    assert statements.of(seen, ("uncached",), control=True) == 2
    assert statements.of(seen, ("large worker", "nobody"), control=False) == 2


def test_pages_with_other_numbers_of_comments_are_compared_for_each() -> None:
    results = Results(
        timed={(OURS, "135", 1): result(30.0), (OURS, "newest", 1): result(45.0)},
        answers={(OURS, "135"): Answer(1, 1, 30), (OURS, "newest"): Answer(1, 1, 60)},
    )
    told = goals.verdicts(results)
    assert (
        "newest, first page, for each comment shown (60 comments to 30; whole pages 1.50) | 0.75 | ≤ 1.3 | kept |"
        in told
    )
    # A page of 10 for 20 ms and one of 30 for 30 ms: one of 60 would take 45.
    results.timed[OURS, "10", 1], results.answers[OURS, "10"] = result(20.0), Answer(1, 1, 10)
    told = goals.verdicts(results)
    assert "as many shown (60 comments to 30; whole pages 1.50, each comment 0.75) | 1.00 | ≤ 1.3 | kept |" in told
    results.answers[OURS, "newest"] = Answer(1, 1, 30)
    assert "newest, first page | 1.50 | ≤ 1.3 | not kept |" in goals.verdicts(results)


def test_the_large_database_is_compared_with_the_small_one() -> None:
    timed = {(name, what, 1): result(cpu) for name, cpu in ((OURS, 10.0), (LARGE, 11.0)) for what in goals.STEADY}
    lines = [line for line in goals.verdicts(Results(timed=timed)).splitlines() if "small to large" in line]
    assert len(lines) == len(goals.STEADY)
    assert all("| 1.10 | ≤ 1.2 | kept |" in line for line in lines)


def test_reading_costs_so_much_for_each_comment_shown() -> None:
    results = Results(
        timed={(OURS, "135", 1): result(30.0), (OURS, "135", 8): result(40.0, rate=50)},
        answers={(OURS, "135"): Answer(8000, 2000, 20), (OURS, "newest"): Answer(1, 1, 0)},
    )
    told = report.per_comment([system(OURS)], results)
    assert told.splitlines()[-1] == f"| first page, 135 | {OURS} | 20 | 8 | 2,000 | 2,000 | 400 | 100 | 1,000 |"
    assert report.per_comment([system(OURS)], Results()) == ""


def test_queries_are_told_and_so_is_who_was_not_counted() -> None:
    file = System(FILE, "HTML", 1, [], {}, b"<li")
    told = report.queries([system(OURS), file], Results(queries={(OURS, "135"): Queries(7, 0, 0.0)}))
    assert told.splitlines()[-1] == f"| first page, 135 | {OURS} | 7 | 0 | – |"
    assert f"Not counted: {FILE} (" in told


def test_a_load_that_is_busy_itself_is_named() -> None:
    quiet = Results(timed={(OURS, "135", 8): result(30.0)})
    assert "no result is bounded by it alone" in report.bounded(quiet)
    busy = Results(timed={(FILE, "135", 8): result(0.03, rate=20_000, share=0.6), **quiet.timed})
    told = report.bounded(busy)
    assert "20,000 a second at 8 at once, 30.0 µs of its own processor for each, so 33,333 a second" in told
    assert f"at: first page, 135, {FILE} at 8 (60%)." in told
    assert OURS not in told


def test_what_is_read_of_one_system_alone_is_read_one_at_a_time() -> None:
    plan = Plan(1, 1.0, (1, 8), reads=("135",), writes=(), more={OURS: ("newest", "deep")})
    assert plan.reads_of(system(OURS)) == ["135", "newest"]
    assert plan.reads_of(system(FILE)) == ["135"]
    assert (plan.levels("135"), plan.levels("newest")) == ((1, 8), (1,))


def test_requests_are_asked_in_turn() -> None:
    each = System(OURS, "HTML", 1, [], {"anywhere": [b"a", b"b"], "135": b"c"}, b"<li")
    make, heed = each.asking("anywhere")
    assert [make() for _n in range(3)] == [b"a", b"b", b"a"]
    assert heed is None
    assert each.asking("135")[0]() == b"c"
