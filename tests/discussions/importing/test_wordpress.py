"""From the export into the database."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import DataError

from accounts.models import Guest
from discussions import signals
from discussions.actions.recount import recount
from discussions.importing.rejects import Rejects
from discussions.importing.report import Report
from discussions.importing.wordpress import WordPressImport, source_of
from discussions.importing.wxr import WxrReader
from discussions.models import Article, Comment, Visibility, Vote
from tests.factories import make_article, make_comment, make_user

from .wxr_files import NOW, comment, export, item

pytestmark = pytest.mark.django_db


def run(data: bytes, **options: Any) -> Report:
    """Import these bytes, and check that every counter is right afterwards."""
    with Rejects(None) as rejects:
        report = WordPressImport(WxrReader(BytesIO(data), now=NOW), rejects, now=NOW, **options).run()
    assert recount(repair=False) == []
    return report


def outcomes(counts: dict[str, int]) -> dict[str, int]:
    return {name: n for name, n in counts.items() if n}


def everything() -> list[Any]:
    rows = Article.objects.values(), Comment.objects.values(), Guest.objects.values()
    return [list(some.order_by("pk")) for some in rows]


def get(source_id: str) -> Comment:
    return Comment.objects.get(source="wordpress:paper.example", source_id=source_id)


def test_an_article_is_made_of_the_item() -> None:
    body = '<h2>Paint</h2>\n<p>It was <b>green</b>.</p><script>x</script>[gallery ids="1"]'
    report = run(export(item(content=body, more="<excerpt:encoded>Green &lt;b&gt;paint&lt;/b&gt;</excerpt:encoded>")))
    assert outcomes(report.articles) == {"created": 1}
    article = Article.objects.get()
    assert (article.title, article.slug) == ("The bench by the gate", "the-bench")
    assert (article.source, article.source_id) == ("wordpress:paper.example", "7")
    assert (article.byline, article.language, article.summary) == ("Edda", "en-GB", "Green paint")
    assert article.body == "**Paint**\n\nIt was **green**."
    assert "<strong>green</strong>" in article.body_html
    assert "script" not in article.body_html
    assert article.published_at == datetime(2020, 2, 1, 10, tzinfo=UTC)
    assert article.who_may_comment == Article.Who.EVERYONE


def test_a_closed_discussion_stays_closed() -> None:
    run(export(item(comment(1), comment_status="closed")))
    assert Article.objects.get().is_closed


def test_a_passage_marked_by_wpdiscuz_keeps_its_words() -> None:
    run(
        export(item(content='A [wpdiscuz-feedback id="x1" question="Why?" opened="0"]green bench[/wpdiscuz-feedback].'))
    )
    article = Article.objects.get()
    assert article.body == "A [[?x1 Why?]]green bench[[/?]]."
    assert 'A <span data-ia="x1">green bench</span>.' in article.body_html
    assert (article.passages.get().question, article.passages.get().exact) == ("Why?", "green bench")


def test_a_comment_is_written_as_it_was() -> None:
    run(
        export(
            item(comment(31, author="Ana", author_email="ana@a.example", content="So <b>green</b>!<script>x</script>"))
        )
    )
    row = get("31")
    assert row.body == "So <b>green</b>!<script>x</script>"
    assert row.body_format == Comment.Format.HTML
    assert "<b>green</b>" in row.html
    assert "script" not in row.html
    assert row.created_at == row.published_at == datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert (row.author_name, row.visibility, row.depth) == ("Ana", Visibility.PUBLIC, 0)
    assert row.guest is not None
    assert (row.guest.email, row.guest.name, row.guest.email_confirmed_at) == ("ana@a.example", "Ana", None)
    assert Article.objects.get().comment_count == 1


def test_replies_may_come_before_their_parents() -> None:
    run(export(item(comment(3, 2), comment(2, 1), comment(1), comment(4, 1))))
    first, second, third, fourth = (get(str(n)) for n in range(1, 5))
    assert (second.parent, third.parent, fourth.parent) == (first, second, first)
    assert [row.depth for row in (first, second, third, fourth)] == [0, 1, 2, 1]
    assert {second.root, third.root, fourth.root} == {first}
    assert (first.reply_count, first.branch_count, second.reply_count) == (2, 3, 1)


def test_siblings_are_read_in_the_order_of_their_dates() -> None:
    late = comment(2, 1, date_gmt="2021-01-01 00:00:00")
    early = comment(9, 1, date_gmt="2020-06-01 00:00:00")
    run(export(item(comment(1), late, early)))
    rows = Comment.objects.below(get("1").path).order_by("path")
    assert [row.source_id for row in rows] == ["9", "2"]


@pytest.mark.parametrize(
    ("approved", "kind", "visibility", "is_listed"),
    [
        ("1", "", Visibility.PUBLIC, True),
        ("1", "review", Visibility.PUBLIC, True),
        ("0", "", Visibility.HELD, False),
        ("hold", "", Visibility.HELD, False),
        ("trash", "", Visibility.REMOVED, False),
        ("post-trashed", "", Visibility.REMOVED, False),
        ("1", "wpdiscuz_private", Visibility.HELD, False),
        ("trash", "wpdiscuz_private", Visibility.REMOVED, False),
    ],
)
def test_the_state_comes_along(approved: str, kind: str, visibility: Visibility, is_listed: bool) -> None:
    run(export(item(comment(1, approved=approved, type=kind))))
    row = get("1")
    assert (row.visibility, row.is_listed) == (visibility, is_listed)
    assert bool(row.visibility_reason) is (visibility != Visibility.PUBLIC)
    assert Article.objects.get().comment_count == (visibility == Visibility.PUBLIC)


def test_a_removed_comment_with_a_public_reply_leaves_a_stub() -> None:
    run(export(item(comment(1, approved="trash"), comment(2, 1, approved="trash"), comment(3, 2))))
    assert [get(n).is_listed for n in "123"] == [True, True, True]
    assert get("1").branch_count == 2
    assert Article.objects.get().comment_count == 1


@pytest.mark.parametrize("kind", ["pingback", "trackback"])
def test_pings_are_skipped_and_their_replies_move_up(kind: str) -> None:
    report = run(export(item(comment(1), comment(2, 1, type=kind), comment(3, 2))))
    assert outcomes(report.comments) == {"imported": 2, f"skipped: {kind}": 1}
    assert get("3").parent == get("1")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"approved": "spam"}, "spam"),
        ({"approved": "maybe"}, "unknown state"),
        ({"approved": ""}, "unknown state"),
        ({"type": "order_note"}, "unknown kind of comment"),
        ({"content": ""}, "no text"),
        ({"content": "<p>&nbsp;</p><img src='x.png'>"}, "no text"),
        ({"id": "x"}, "no id"),
    ],
)
def test_a_bad_row_is_rejected_and_the_others_are_not(fields: dict[str, Any], reason: str) -> None:
    report = run(export(item(comment(1), comment(2, 1, **fields), comment(3))))
    assert outcomes(report.comments) == {"imported": 2, f"rejected: {reason}": 1}
    assert sorted(Comment.objects.values_list("source_id", flat=True)) == ["1", "3"]


def test_votes_pins_closed_threads_edits_and_passages_come_from_the_notes() -> None:
    notes = {
        "wpdiscuz_votes_seperate": 'a:2:{s:4:"like";i:9;s:7:"dislike";i:2;}',
        "wpdiscuz_votes": "7",
        "wpdiscuz_closed": "1",
        "wpdiscuz_last_edited_at": "2020-02-04 00:00:00",
        "wpdiscuz_last_edited_by": "someone@a.example",
        "wpdiscuz_feedback_form_id": "5",
        "akismet_as_submitted": "192.0.2.1",
    }
    run(export(item(comment(1, type="wpdiscuz_sticky", notes=notes), comment(2, 1, notes={"wpdiscuz_closed": "1"}))))
    row = get("1")
    assert (row.imported_up, row.imported_down, row.up_count, row.down_count, row.score) == (9, 2, 9, 2, 7)
    assert row.wilson > 0
    assert (row.is_pinned, row.pinned_at) == (True, row.created_at)
    # The lock on top is enough; one below it would have to be opened by itself.
    assert (row.is_locked, get("2").is_locked) == (True, False)
    assert row.edited_at == datetime(2020, 2, 4, tzinfo=UTC)
    assert row.source_meta == {"wpdiscuz_feedback_form_id": "5"}


def test_votes_that_cannot_be_read_count_as_none() -> None:
    report = run(export(item(comment(1, notes={"wpdiscuz_votes_seperate": 'O:8:"stdClass":0:{}'}))))
    assert (get("1").score, report.repaired["vote sums that could not be read count as none"]) == (0, 1)


def test_only_public_roots_are_pinned_and_not_more_than_allowed(settings: Any) -> None:
    settings.COMMENT_MAX_PINNED = 2
    sticky: dict[str, Any] = {"type": "wpdiscuz_sticky"}
    rows = [comment(n, date_gmt=f"2020-03-0{n} 00:00:00", **sticky) for n in range(1, 5)]
    report = run(export(item(*rows, comment(5, 1, **sticky), comment(6, approved="0", **sticky))))
    assert [get(str(n)).is_pinned for n in range(1, 7)] == [False, False, True, True, False, False]
    assert [n for name, n in report.repaired.items() if "pins" in name] == [4]


def test_authors_are_never_merged_by_name() -> None:
    run(
        export(
            item(
                comment(1, author="Ana"),
                comment(2, author="Ana"),
                comment(3, author="Ana", author_email="ana@a.example"),
                comment(4, author="Ana B", author_email="ANA@a.example"),
                comment(5, author="Ana", user_id="12", author_email="ana@a.example"),
                comment(6, author="Boss", user_id="12"),
                comment(7, author="Ana", author_email="5f3a1b2c4d5e6@example.com"),
                comment(8, author="Ana", author_email="5f3a1b2c4d5e6@example.com"),
            )
        )
    )
    guests = {n: get(str(n)).guest_id for n in range(1, 9)}
    assert guests[3] == guests[4]
    assert guests[5] == guests[6]
    assert len(set(guests.values())) == Guest.objects.count() == 6
    keys = set(Guest.objects.values_list("source_key", flat=True))
    assert keys == {"comment:1", "comment:2", "email:ana@a.example", "user:12", "comment:7", "comment:8"}
    # The name beside a comment is the one it was written under.
    assert (get("4").author_name, get("6").author_name) == ("Ana B", "Boss")


def test_a_comment_without_a_name_is_anonymous() -> None:
    run(export(item(comment(1, author=""))))
    assert get("1").author_name == "Anonymous"


def test_a_guest_is_the_same_under_two_articles_but_not_in_two_sites() -> None:
    ana: dict[str, Any] = {"author_email": "ana@a.example"}
    run(export(item(comment(1, **ana)), item(comment(2, **ana), post_id="8", slug="other")))
    run(export(item(comment(1, **ana)), site="https://other.example"))
    assert get("1").guest_id == get("2").guest_id
    assert Guest.objects.filter(email="ana@a.example").count() == 2
    assert Article.objects.count() == 3
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["other", "the-bench", "the-bench-2"]


def test_the_second_run_changes_nothing() -> None:
    ping = comment(3, 1, type="pingback")
    data = export(item(comment(1, author_email="a@a.example"), comment(2, 1, approved="0"), ping))
    first = run(data)
    before = everything()
    second = run(data)
    assert everything() == before
    assert outcomes(first.comments) == {"imported": 2, "skipped: pingback": 1}
    assert outcomes(second.comments) == {"already here": 2, "skipped: pingback": 1}
    assert outcomes(second.articles) == {"found": 1}
    assert Guest.objects.count() == 2


def test_a_later_run_adds_what_is_new_below_what_is_here() -> None:
    run(export(item(comment(1, approved="0"), comment(2))))
    report = run(export(item(comment(1, approved="0"), comment(2), comment(3, 1), comment(4, 3))))
    assert outcomes(report.comments) == {"imported": 2, "already here": 2}
    assert get("4").root == get("1")
    assert (get("1").is_listed, get("1").branch_count) == (True, 2)
    assert Article.objects.get().comment_count == 3


def test_a_reply_finds_its_parent_from_an_earlier_file() -> None:
    run(export(item(comment(1))))
    run(export(item(comment(2, 1))))
    assert get("2").parent == get("1")


def test_a_later_run_never_overwrites_what_was_changed_here() -> None:
    run(export(item(comment(1), comment(2, type="wpdiscuz_sticky"))))
    Comment.objects.filter(source_id="1").update(visibility=Visibility.REMOVED, html="<p>mine</p>", author_name="X")
    recount(repair=True)
    Comment.objects.filter(source_id="2").update(is_pinned=False, pinned_at=None)
    Article.objects.update(title="Mine", who_may_comment=Article.Who.MEMBERS)
    report = run(export(item(comment(1, content="other"), comment(2, type="wpdiscuz_sticky"), comment_status="closed")))
    row = get("1")
    assert (row.visibility, row.html, row.author_name) == (Visibility.REMOVED, "<p>mine</p>", "X")
    assert get("2").is_pinned is False
    assert (Article.objects.get().title, Article.objects.get().who_may_comment) == ("Mine", Article.Who.MEMBERS)
    assert [n for name, n in report.repaired.items() if "otherwise there" in name] == [1]


def test_vote_sums_follow_the_file_and_votes_of_here_stay() -> None:
    run(export(item(comment(1, notes={"wpdiscuz_votes": "4"}), comment(2, notes={"wpdiscuz_votes": "4"}))))
    Vote.objects.create(comment=get("1"), member=make_user(), value=1)
    recount(repair=True)
    report = run(export(item(comment(1, notes={"wpdiscuz_votes": "6"}), comment(2))))
    assert outcomes(report.comments) == {"already here": 1, "updated: votes": 1}
    assert (get("1").imported_up, get("1").up_count, get("1").score) == (6, 7, 7)
    # Nothing is said of votes, so nothing is taken away.
    assert get("2").score == 4


def test_circles_and_unknown_parents_are_repaired_and_counted() -> None:
    report = run(export(item(comment(1, 2), comment(2, 1), comment(3, 3), comment(4, 999))))
    assert get("2").parent == get("1")
    assert get("1").parent is None
    assert get("3").parent is None
    assert get("4").parent is None
    assert outcomes(report.repaired) == {
        "circles of replies were opened": 2,
        "replies whose parent is not in the file became comments of their own": 1,
    }


def test_the_same_id_twice_in_an_article_is_not_written_twice() -> None:
    report = run(export(item(comment(1), comment(1), comment(1, content="another text"), comment(2))))
    assert outcomes(report.comments) == {
        "imported": 2,
        "skipped: twice in the file": 1,
        "rejected: another comment of the article has the same id": 1,
    }
    assert get("1").body == "I sat there, number 1."


def test_the_same_id_in_two_articles_loses_no_comment() -> None:
    data = export(item(comment(1)), item(comment(1), comment(2, 1), post_id="8", slug="other"))
    dry = run(data, dry_run=True)
    report = run(data)
    assert dry.lines() == report.lines()
    assert outcomes(report.comments) == {"imported": 3}
    assert get("2").parent == get("1@8")
    assert outcomes(run(data).comments) == {"already here": 3}


def test_a_branch_deeper_than_the_tree_allows_is_kept() -> None:
    report = run(export(item(*(comment(n, n - 1) for n in range(1, 511)))))
    assert outcomes(report.comments) == {"imported": 510}
    assert max(Comment.objects.values_list("depth", flat=True)) == 499
    assert report.repaired["replies below the deepest level moved up to it"] == 10


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "draft"}, "not public there (draft)"),
        ({"status": "private"}, "not public there (private)"),
        ({"status": "trash"}, "not public there (trash)"),
        ({"post_password": "x"}, "behind a password"),
        ({"post_type": "attachment"}, "attachment"),
        ({"post_type": "nav_menu_item"}, "nav_menu_item"),
    ],
)
def test_what_was_not_public_there_does_not_become_public_here(fields: dict[str, Any], reason: str) -> None:
    report = run(export(item(comment(1), comment(2), **fields)))
    assert outcomes(report.articles) == {f"skipped: {reason}": 1}
    assert outcomes(report.comments) == {"skipped: their article is not imported": 2}
    assert not Article.objects.exists()


def test_a_page_becomes_an_article_if_somebody_commented() -> None:
    page = {"post_type": "page"}
    report = run(export(item(comment(1), **page), item(post_id="8", slug="imprint", **page)))
    assert outcomes(report.articles) == {"created": 1, "skipped: page without comments": 1}


def test_a_scheduled_article_appears_on_its_date() -> None:
    run(export(item(status="future", post_date_gmt="2026-12-24 00:00:00")))
    assert Article.objects.get().published_at == datetime(2026, 12, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    "here",
    [
        {"url": "http://paper.example/the-bench"},
        {"url": "https://paper.example/the-bench/", "slug": "something"},
        {"slug": "the-bench"},
    ],
)
def test_an_article_of_here_is_found_by_address_or_slug(here: dict[str, str]) -> None:
    article = make_article(**here)
    native = make_comment(article)
    report = run(export(item(comment(1), comment_status="closed")), creates_articles=False)
    assert outcomes(report.articles) == {"found": 1}
    article.refresh_from_db()
    assert (article.source, article.source_id, article.comment_count) == ("wordpress:paper.example", "7", 2)
    # Its policy is ours, and so is what was written here.
    assert not article.is_closed
    assert set(article.comments.all()) == {native, get("1")}
    article.slug, article.url = "renamed", ""
    article.save()
    assert outcomes(run(export(item(comment(1)))).comments) == {"already here": 1}


def test_matching_makes_no_articles() -> None:
    report = run(export(item(comment(1))), creates_articles=False)
    assert outcomes(report.articles) == {"skipped: no such article here": 1}
    assert outcomes(report.comments) == {"skipped: their article is not imported": 1}
    assert not Article.objects.exists()


def test_an_imported_article_is_not_taken_for_another_of_the_same_slug() -> None:
    run(export(item(comment(1)), item(comment(2), post_id="8")))
    assert sorted(Article.objects.values_list("slug", "comment_count")) == [("the-bench", 1), ("the-bench-2", 1)]


def test_slugs_of_other_scripts_are_decoded() -> None:
    run(export(item(slug="%d8%a8%d9%86%d9%83"), item(slug="", post_id="9")))
    assert sorted(Article.objects.values_list("slug", flat=True)) == ["the-bench-by-the-gate", "بنك"]


def test_a_dry_run_writes_nothing_and_reports_the_same(django_assert_num_queries: Any) -> None:
    data = export(
        item(comment(1), comment(2, 9), comment(3, approved="spam"), comment(4, type="pingback")),
        item(comment(5, notes={"wpdiscuz_votes": "x"}), post_id="8", slug="other"),
        item(status="draft", post_id="9"),
    )
    with django_assert_num_queries(8) as queries, Rejects(None) as rejects:
        dry = WordPressImport(WxrReader(BytesIO(data), now=NOW), rejects, now=NOW, dry_run=True).run()
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)
    assert not Article.objects.exists()
    assert not Comment.objects.exists()
    assert not Guest.objects.exists()
    assert dry.lines() == run(data).lines()


def test_an_import_is_silent(django_capture_on_commit_callbacks: Any) -> None:
    heard: list[object] = []

    def listen(**news: object) -> None:
        heard.append(news)

    channels = [signals.comment_submitted, signals.visibility_changed, signals.vote_cast]
    for signal in channels:
        signal.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            run(export(item(comment(1, author_email="a@a.example"), comment(2, 1, author_email="b@a.example"))))
    finally:
        for signal in channels:
            signal.disconnect(listen)
    assert heard == []
    assert mail.outbox == []


def test_a_broken_file_keeps_what_came_before() -> None:
    data = export(item(comment(1)), item(comment(2), comment(3), post_id="8", slug="other"))
    report = run(data[: data.rindex(b"</wp:comment>")])
    assert outcomes(report.comments) == {"imported": 2}
    assert report.broken.startswith("The XML is broken")
    assert "Everything before that place is in." in report.lines()
    # The mended file adds the rest.
    assert outcomes(run(data).comments) == {"imported": 1, "already here": 2}


def test_an_article_that_the_database_refuses_does_not_stop_the_others() -> None:
    data = export(item(comment(1)), item(comment(2), post_id="8", slug="other"))
    original = Comment.objects.bulk_create
    calls: list[int] = []

    def once(rows: list[Comment], **options: Any) -> list[Comment]:
        calls.append(len(rows))
        if len(calls) == 1:
            raise DataError("out of range")
        return original(rows, **options)

    with patch("discussions.importing.writing.Comment.objects.bulk_create", once):
        report = run(data)
    assert outcomes(report.articles) == {"created": 1, "rejected": 1}
    assert outcomes(report.comments) == {"imported": 1, "rejected: the database refused its article": 1}
    assert Article.objects.get().slug == "other"
    assert outcomes(run(data).comments) == {"imported": 1, "already here": 1}


def test_articles_that_nothing_identifies_are_not_mixed_up() -> None:
    nameless = "<item><title></title>{}</item>"
    report = run(export(nameless.format(comment(1)), nameless.format(comment(2)), item(comment(3))))
    assert outcomes(report.articles) == {"created": 1, "rejected": 2}
    assert outcomes(report.comments) == {
        "imported": 1,
        "rejected: its article has neither id nor address nor title": 2,
    }


def test_a_title_is_enough_to_know_an_article_again() -> None:
    data = export(*(f"<item><title>{title}</title>{comment(n)}</item>" for n, title in enumerate("ab", 1)))
    assert outcomes(run(data).articles) == {"created": 2}
    assert outcomes(run(data).comments) == {"already here": 2}


def test_a_large_discussion_takes_few_queries(django_assert_max_num_queries: Any) -> None:
    rows = [comment(n, n - 1 if n % 7 else 0, author_email=f"{n % 50}@a.example") for n in range(1, 1201)]
    # SQLite takes at most 999 values in a statement: 30 rows of a table with 30 columns.
    with django_assert_max_num_queries(90), Rejects(None) as rejects:
        WordPressImport(WxrReader(BytesIO(export(item(*rows))), now=NOW), rejects, now=NOW).run()
    assert Comment.objects.count() == 1200
    assert recount(repair=False) == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://paper.example/", "wordpress:paper.example"),
        ("http://paper.example/blog/", "wordpress:paper.example/blog"),
        ("http://user:word@paper.example:8080", "wordpress:paper.example:8080"),
        ("", "wordpress"),
    ],
)
def test_the_source_is_named_after_the_site(address: str, name: str) -> None:
    assert source_of(address) == name


def test_long_addresses_make_short_and_different_sources() -> None:
    one, two = (source_of(f"https://a-very-long-name-of-a-newspaper.example/{part}") for part in ("x", "y"))
    assert one != two
    assert len(one) == len(two) == 40
