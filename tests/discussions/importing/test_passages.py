from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from discussions.importing import feedback_forms
from discussions.importing.feedback_forms import read_forms
from discussions.importing.passages import FORM_ID, UNKNOWN
from discussions.importing.streams import BrokenExportError
from discussions.models import Article, Comment
from tests.discussions.importing.test_wordpress import get, run
from tests.discussions.importing.wxr_files import comment, export, item

pytestmark = pytest.mark.django_db

ONE = '[wpdiscuz-feedback id="k3" question="Too <b>green</b>?" opened="0"]a green bench[/wpdiscuz-feedback]'
TWO = '[wpdiscuz-feedback opened="1" question="Which gate?" id="k9"]the <em>old</em> gate[/wpdiscuz-feedback]'


def words_of(number: str) -> str:
    passage = get(number).passage
    return passage.exact if passage else ""


def on(form: str) -> dict[str, str]:
    return {FORM_ID: form}


def test_comments_on_the_only_passage_of_an_article_find_it() -> None:
    comments = comment(1, notes=on("12")), comment(2, 1, notes=on("12")), comment(3)
    run(export(item(*comments, content=f"At {ONE}.")))
    assert [words_of(n) for n in "123"] == ["a green bench", "", ""]


def test_of_several_passages_none_is_guessed_until_the_owner_says_so() -> None:
    data = export(item(comment(1, notes=on("15")), comment(2, notes=on("12")), content=f"{ONE} by {TWO}."))
    assert run(data, dry_run=True).repaired[UNKNOWN] == run(data).repaired[UNKNOWN] == 2
    assert [words_of(n) for n in "12"] == ["", ""]
    Comment.objects.all().delete()
    Article.objects.update(comment_count=0)
    assert run(data, passages_in_order=True).repaired[UNKNOWN] == 0
    assert [words_of(n) for n in "12"] == ["the old gate", "a green bench"]


def test_a_mark_over_two_paragraphs_leaves_its_words() -> None:
    content = '<p>One [wpdiscuz-feedback id="k" question="Q"]two</p><p>three[/wpdiscuz-feedback] four.</p>'
    run(export(item(content=content)))
    assert Article.objects.get().body == "One two\n\nthree four."
    assert not Article.objects.get().passages.exists()


def test_the_dump_of_the_table_says_which_is_which() -> None:
    comments = comment(1, notes=on("15")), comment(2, notes=on("12")), comment(3, notes=on("99"))
    data = export(item(*comments, content=f"{ONE} by {TWO}."))
    report = run(data, feedback_forms={"15": "k3", "12": "K9", "7": "elsewhere"})
    assert [words_of(n) for n in "123"] == ["a green bench", "the old gate", ""]
    assert report.repaired[UNKNOWN] == 1, "row 99 is not in the dump, and no passage is left for it"


def test_what_the_dump_leaves_open_is_certain_when_one_passage_is_left() -> None:
    comments = comment(1, notes=on("15")), comment(2, notes=on("12"))
    run(export(item(*comments, content=f"{ONE} by {TWO}.")), feedback_forms={"15": "k9"})
    assert [words_of(n) for n in "12"] == ["the old gate", "a green bench"]


def test_a_row_whose_shortcode_is_gone_takes_no_other_words() -> None:
    run(export(item(comment(1, notes=on("15")), content=f"{ONE} is left.")), feedback_forms={"15": "k9"})
    assert words_of("1") == ""


SQL = r"""-- MySQL dump 10.13
DROP TABLE IF EXISTS `wp_wc_feedback_forms`;
CREATE TABLE `wp_wc_feedback_forms` (`id` int NOT NULL, `post_id` int, `unique_id` varchar(15), `question` text);
LOCK TABLES `wp_wc_feedback_forms` WRITE;
INSERT INTO `wp_wc_feedback_forms` VALUES (12,4,'k9','Which ''gate''; (or two)?',1,'the <em>old</em>, \'grey\' gate'),
 (15, 4, 'k3', NULL, 0, 'a green\nbench');
INSERT INTO `wp_wc_feedback_forms` (`unique_id`, `id`) VALUES ('zz\\9',77);
INSERT INTO `wp_comments` VALUES (99,'k1');
UNLOCK TABLES;
"""
CSV = '\ufeff"id";"post_id";"unique_id";"question"\n"12";"4";"k9";"Or;\ntwo?"\n"15";"4";"k3";""\n"77";"4";"zz\\9";""\n'


@pytest.mark.parametrize("text", [SQL, CSV, CSV.replace(";", ",")], ids=["SQL", "CSV", "CSV with commas"])
def test_dumps_are_read_as_they_are_made(tmp_path: Path, text: str) -> None:
    dump = tmp_path / "forms"
    dump.write_text(text)
    assert read_forms(dump) == {"12": "k9", "15": "k3", "77": "zz\\9"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no rows of wc_feedback_forms"),
        ("id,unique_id\n", "no rows of wc_feedback_forms"),
        ("name,value\na,b\n", "no rows of wc_feedback_forms"),
        ("INSERT INTO wp_wc_feedback_forms VALUES (1,2,'k3','Why", "breaks off. (line 1"),
        ("INSERT INTO wp_wc_feedback_forms (id, question) VALUES (1,'Why?');", "no columns id and unique_id"),
    ],
)
def test_what_is_no_dump_is_said(tmp_path: Path, text: str, words: str) -> None:
    dump, file = tmp_path / "forms.sql", tmp_path / "paper.xml"
    dump.write_text(text)
    file.write_bytes(export(item(comment(1))))
    with pytest.raises(CommandError, match=re.escape(words)):
        call_command("import_wordpress", file, feedback_forms=dump, rejects=tmp_path / "rejects")
    assert not Article.objects.exists()


def test_the_command_takes_a_dump(tmp_path: Path) -> None:
    dump, file = tmp_path / "forms.sql", tmp_path / "paper.xml"
    dump.write_text(SQL)
    file.write_bytes(export(item(comment(1, notes=on("12")), comment(2, notes=on("15")), content=f"{ONE} by {TWO}.")))
    call_command("import_wordpress", file, feedback_forms=dump, rejects=tmp_path / "rejects", verbosity=0)
    assert [words_of(n) for n in "12"] == ["the old gate", "a green bench"]
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_wordpress", file, feedback_forms=tmp_path / "none", rejects=tmp_path / "rejects")


def test_a_dump_of_everything_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback_forms, "MOST_BYTES", 10)
    (tmp_path / "all.sql").write_text(SQL)
    with pytest.raises(BrokenExportError, match="Please dump only wc_feedback_forms"):
        read_forms(tmp_path / "all.sql")
