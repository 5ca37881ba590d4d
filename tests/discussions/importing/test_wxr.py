"""Reading an export: the fields, as WordPress and wpDiscuz write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from discussions.importing.wxr import WxrComment

from .wxr_files import comment, export, item, read, reader


def only(row: str) -> WxrComment:
    [found] = read(export(item(row)))
    [one] = found.comments
    return one


def test_an_item_has_its_fields() -> None:
    source = reader(export(item(comment(1), title="", content="<p>Green &amp; old.</p>")))
    [found] = list(source)
    assert (found.id, found.slug, found.title) == ("7", "the-bench", "The bench by the gate")
    assert found.link == "https://paper.example/the-bench/"
    assert found.guid == "https://paper.example/?p=7"
    assert found.creator == "Edda"
    assert found.content == "<p>Green &amp; old.</p>"
    assert found.published_at == datetime(2020, 2, 1, 10, 0, tzinfo=UTC)
    assert (found.status, found.post_type, found.comment_status) == ("publish", "post", "open")
    assert not found.has_password
    assert found.is_complete
    assert source.address == "https://paper.example"
    assert source.language == "en-GB"


def test_a_comment_has_its_fields() -> None:
    one = only(
        comment(
            31, 9, author="Ana  O&#039;Neil", author_email=" Ana@Example.ORG\n", author_url="https://ana.example/",
            user_id="12", content="\n Nice <b>bench</b>. ", notes={"wpdiscuz_votes": "3"},
        )
    )  # fmt: skip
    assert (one.id, one.parent, one.user_id) == ("31", "9", "12")
    assert (one.author_name, one.author_email, one.author_url) == (
        "Ana O'Neil",
        "ana@example.org",
        "https://ana.example/",
    )
    assert one.posted_at == datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert one.content == "Nice <b>bench</b>."
    assert (one.approved, one.type) == ("1", "comment")
    assert one.meta == {"wpdiscuz_votes": "3"}


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "9.7-beta"])
def test_the_version_in_the_namespace_does_not_matter(version: str) -> None:
    [found] = read(export(item(comment(1), comment(2, 1)), version=version))
    assert [(one.id, one.parent) for one in found.comments] == [("1", ""), ("2", "1")]


def test_other_prefixes_for_the_same_namespaces_are_understood() -> None:
    data = export(item(comment(1))).replace(b"wp:", b"x:").replace(b"xmlns:wp=", b"xmlns:x=")
    assert [one.id for one in read(data)[0].comments] == ["1"]


def test_elements_of_other_namespaces_are_not_taken_for_those_of_the_feed() -> None:
    more = '<a:link xmlns:a="http://www.w3.org/2005/Atom">https://elsewhere.example/</a:link>'
    [found] = read(
        export(item(comment(1), more=more)).replace(b"<title>The bench", more.encode() + b"<title>The bench")
    )
    assert found.link == "https://paper.example/the-bench/"


def test_text_and_excerpt_are_told_apart() -> None:
    more = "<excerpt:encoded><![CDATA[In short.]]></excerpt:encoded>"
    [found] = read(export(item(more=more, content="At length.")))
    assert (found.content, found.excerpt) == ("At length.", "In short.")


@pytest.mark.parametrize(
    ("gmt", "local", "expected", "repair"),
    [
        ("2020-02-03 04:05:06", "0000-00-00 00:00:00", datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC), ""),
        ("0000-00-00 00:00:00", "2020-02-03 05:05:06", datetime(2020, 2, 3, 5, 5, 6, tzinfo=UTC), "time zone"),
        ("", "2020-02-03 05:05", datetime(2020, 2, 3, 5, 5, tzinfo=UTC), "time zone"),
        ("0000-00-00 00:00:00", "0000-00-00 00:00:00", datetime(2020, 2, 1, 10, tzinfo=UTC), "article's"),
        ("2020-13-45 99:99:99", "yesterday", datetime(2020, 2, 1, 10, tzinfo=UTC), "article's"),
        ("1970-01-01 00:00:00", "", datetime(2020, 2, 1, 10, tzinfo=UTC), "article's"),
        # A date to come would stay on top of "Newest" for good.
        ("2031-01-01 00:00:00", "2031-01-01 00:00:00", datetime(2020, 2, 1, 10, tzinfo=UTC), "article's"),
        ("٢٠٢٠-02-03 04:05:06", "", datetime(2020, 2, 1, 10, tzinfo=UTC), "article's"),
    ],
)
def test_the_date_comes_from_utc_else_local_else_the_article(
    gmt: str, local: str, expected: datetime, repair: str
) -> None:
    source = reader(export(item(comment(1, date_gmt=gmt, date=local))))
    [found] = list(source)
    assert found.comments[0].posted_at == expected
    assert [name for name in source.repairs if repair in name] == list(source.repairs)
    assert bool(source.repairs) is bool(repair)


def test_the_article_date_falls_back_to_local_and_to_the_feed() -> None:
    none = {"post_date_gmt": "0000-00-00 00:00:00"}
    date = "<pubDate>Tue, 14 Jan 2014 17:31:03 +0100</pubDate>"
    [local, feed] = read(export(item(**none), item(more=date, post_date="0000-00-00 00:00:00", post_id="8", **none)))
    assert local.published_at == datetime(2020, 2, 1, 11, 0, tzinfo=UTC)
    assert feed.published_at == datetime(2014, 1, 14, 16, 31, 3, tzinfo=UTC)


def test_a_comment_without_any_date_is_a_bad_row() -> None:
    none = "0000-00-00 00:00:00"
    [found] = read(export(item(comment(5, date=none, date_gmt=none), post_date=none, post_date_gmt="")))
    assert found.comments == ()
    [row] = found.bad_rows
    assert (row.source_id, row.reason) == ("5", "no date")
    assert row.raw["comment_content"] == "I sat there, number 5."


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("5f3a1b2c4d5e6@example.com", ""),
        ("5F3A1B2C4D5E6@Example.com", ""),
        ("someone@example.com", "someone@example.com"),
        ("5f3a1b2c4d5e6@example.org", "5f3a1b2c4d5e6@example.org"),
        ("no address", ""),
        ("a@b", ""),
        ("a b@c.example", ""),
        ("x@c.example\r\nBcc: y@d.example", ""),
        ("x" * 65 + "@c.example", ""),
    ],
)
def test_addresses_that_are_none_are_left_out(given: str, expected: str) -> None:
    assert only(comment(1, author_email=given)).author_email == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://a.example/x?y=1&amp;z=2", "https://a.example/x?y=1&z=2"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("https://a.example/\nx", ""),
        ("https://a.example/" + "x" * 500, ""),
    ],
)
def test_only_web_addresses_are_kept(given: str, expected: str) -> None:
    assert only(comment(1, author_url=given)).author_url == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<script>x</script>Ana", "xAna"),
        ("Ana &lt;3", "Ana <3"),
        ("  Ana\n\tLee ", "Ana Lee"),
        ("A" * 80, "A" * 60),
        ("Ana\u202egnp", "Anagnp"),
        ("", ""),
    ],
)
def test_names_become_plain_text_on_one_line(given: str, expected: str) -> None:
    assert only(comment(1, author=given)).author_name == expected


@pytest.mark.parametrize("number", ["", "0", "-3", "1e3", "٣", "x"])
def test_a_comment_needs_an_id(number: str) -> None:
    [found] = read(export(item(comment(number), comment(2))))
    assert [one.id for one in found.comments] == ["2"]
    assert [row.reason for row in found.bad_rows] == ["no id"]


def test_a_repeated_element_counts_once() -> None:
    [found] = read(export(item(comment(1), more="<wp:post_id>99</wp:post_id>")))
    assert found.id == "7"


def test_elements_inside_of_text_are_left_out_with_their_words() -> None:
    data = export(item(comment(1, content="before ]]><b>inside</b><![CDATA[ after")))
    assert read(data)[0].comments[0].content == "before  after"
