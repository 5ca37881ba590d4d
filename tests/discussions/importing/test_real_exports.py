"""Exports that nobody here wrote. They lie outside of the project; without them these tests are skipped."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from discussions.actions.recount import recount
from discussions.models import Article, Comment, Visibility

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("PARKBENCH_DATA", ROOT.parent / "shared" / "data"))


def run(name: str, *options: str) -> str:
    path = DATA / "exports" / name
    if not path.exists():
        pytest.skip(f"{name} is not here: set PARKBENCH_DATA to the folder that holds exports/")
    out = StringIO()
    call_command("import_wordpress", str(path), *options, stdout=out)
    assert recount(repair=False) == []
    return out.getvalue().partition("\n")[2]


@pytest.mark.parametrize(
    ("name", "comments"),
    [
        ("wordpress-theme-unit-test.xml", 27),
        ("wordpress-small.xml", 8),
        ("wordpress-importer-small-export.xml", 1),
    ],
)
def test_every_comment_comes_in_once(name: str, comments: int) -> None:
    dry = run(name, "--dry-run")
    assert not Article.objects.exists()
    assert run(name) == dry
    assert Comment.objects.count() == comments
    assert f"already here {comments}" in " ".join(run(name).split())
    assert Comment.objects.count() == comments


def test_the_theme_test_data_has_its_ten_deep_thread() -> None:
    run("wordpress-theme-unit-test.xml")
    deepest = Comment.objects.get(body__contains="Comment Depth 10")
    line = [deepest]
    while line[-1].parent:
        line.append(line[-1].parent)
    assert [row.body[:16] for row in reversed(line)] == [f"Comment Depth {n:02}" for n in range(1, 11)]
    assert (deepest.depth, deepest.root) == (9, line[-1])
    assert line[-1].branch_count == 9


def test_the_theme_test_data_hides_what_was_hidden() -> None:
    out = run("wordpress-theme-unit-test.xml")
    assert "skipped: behind a password" in out
    held = Comment.objects.filter(visibility=Visibility.HELD)
    assert sorted(held.values_list("source_id", flat=True)) == ["1015", "1016", "1017"]
    assert "skipped: pingback                               2" in out


def test_one_address_with_four_names_is_one_guest_and_four_names() -> None:
    run("wordpress-theme-unit-test.xml")
    names = Comment.objects.filter(guest__source_key="email:example@example.org").values_list("author_name", flat=True)
    assert {"Jane Bloggs", "Fred Bloggs", "Joe Bloggs"} < set(names)


def test_the_small_export_keeps_replies_and_the_id_that_two_articles_share() -> None:
    run("wordpress-small.xml")
    article = Article.objects.get(slug="test")
    assert article.comment_count == 7
    assert sorted(article.comments.exclude(parent=None).values_list("source_id", "parent__source_id")) == [
        ("7", "6"), ("8", "7"), ("9", "7"),
    ]  # fmt: skip
    assert Comment.objects.get(source_id__startswith="11@").article.title == "..."
