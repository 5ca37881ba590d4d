"""`manage.py import_wordpress`."""

from __future__ import annotations

import gzip
import json
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from discussions.models import Article, Comment

from .wxr_files import comment, export, item

pytestmark = pytest.mark.django_db

DATA = export(item(comment(1), comment(2, 1, approved="spam", author_email="s@s.example"), comment(3, 1)))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an export in a folder of its own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "paper.xml"
    path.write_bytes(DATA)
    return path


def run(*args: object) -> str:
    out = StringIO()
    call_command("import_wordpress", *map(str, args), stdout=out)
    return out.getvalue()


def test_it_imports_and_reports(file: Path) -> None:
    assert run(file).splitlines() == [
        "Imported as source 'wordpress:paper.example'.",
        "Articles",
        "  created          1",
        "Comments",
        "  imported                2",
        "  rejected: spam          1",
        "Rejected rows: paper.xml.rejects.jsonl",
    ]
    assert Comment.objects.count() == 2
    assert run(file).splitlines()[3:6] == [
        "Comments",
        "  imported                0",
        "  already here            2",
    ]


def test_the_rejects_file_holds_the_row_and_the_reason(file: Path) -> None:
    rejects = file.with_name("bad.jsonl")
    run(file, "--rejects", rejects)
    [line] = rejects.read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    assert (row["source_id"], row["reason"]) == ("2", "spam")
    assert row["raw"]["comment_content"] == "I sat there, number 2."
    assert row["raw"]["comment_author_email"] == "s@s.example"
    # It holds addresses of people.
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600


def test_a_dry_run_leaves_no_trace(file: Path) -> None:
    out = run(file, "--dry-run")
    assert out.startswith("Dry run: nothing was written.\n")
    assert "imported                2" in out
    assert list(file.parent.iterdir()) == [file]
    assert not Article.objects.exists()


def test_a_dry_run_writes_the_rejects_if_it_is_told_where(file: Path) -> None:
    rejects = file.with_name("bad.jsonl")
    run(file, "--dry-run", "--rejects", rejects)
    assert len(rejects.read_text(encoding="utf-8").splitlines()) == 1


def test_without_bad_rows_there_is_no_rejects_file(file: Path) -> None:
    file.write_bytes(export(item(comment(1))))
    assert "Rejected" not in run(file)
    assert list(file.parent.iterdir()) == [file]


def test_a_packed_file_is_read_too(file: Path) -> None:
    file.write_bytes(gzip.compress(DATA))
    run(file)
    assert Comment.objects.count() == 2


def test_the_source_can_be_named(file: Path) -> None:
    run(file, "--source", "old-paper")
    assert set(Comment.objects.values_list("source", flat=True)) == {"old-paper"}


@pytest.mark.parametrize("source", ["", "x" * 41, "a\nb"])
def test_a_source_has_a_fitting_name(file: Path, source: str) -> None:
    with pytest.raises(CommandError, match="1 to 40 characters"):
        run(file, "--source", source)


def test_matching_only(file: Path) -> None:
    assert "skipped: no such article here" in run(file, "--articles", "match")
    assert not Article.objects.exists()


def test_a_broken_file_ends_with_an_error_after_the_report(file: Path) -> None:
    file.write_bytes(DATA[:-20])
    out = StringIO()
    with pytest.raises(CommandError, match="not complete"):
        call_command("import_wordpress", str(file), stdout=out)
    assert "The file could not be read to its end. The XML is broken" in out.getvalue()
    assert Comment.objects.count() == 2


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing\.xml: No such file"):
        run(tmp_path / "nothing.xml")
    with pytest.raises(CommandError, match="Is a directory"):
        run(tmp_path)


def test_a_missing_folder_for_rejects_is_refused_before_anything_is_imported(file: Path) -> None:
    with pytest.raises(CommandError):
        run(file, "--rejects", file.parent / "nowhere" / "bad.jsonl")
    assert not Article.objects.exists()
