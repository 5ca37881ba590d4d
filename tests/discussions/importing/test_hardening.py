"""Files that want to do harm, and files that have come to harm."""

from __future__ import annotations

import gzip
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from discussions.importing.streams import CHUNK, BrokenExportError, Limits, read_chunks

from .wxr_files import comment, export, item, read, read_until_broken, reader

SECRET = "the content of a file on this machine"


def test_a_billion_laughs_stop_at_the_doctype() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]>'
    items, error = read_until_broken(export(item(comment(1, content="]]>&l9;<![CDATA[")), head=head))
    assert items == []
    assert "DOCTYPE" in error.message
    assert error.line == 1


@pytest.mark.parametrize("kind", ["SYSTEM", 'PUBLIC "x"'])
def test_no_file_is_read_through_an_entity(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    head = f'<!DOCTYPE rss [<!ENTITY x {kind} "{secret.as_uri()}">]>'
    items, error = read_until_broken(export(item(comment(1, content="]]>&x;<![CDATA[")), head=head))
    assert items == []
    assert "DOCTYPE" in error.message


@pytest.mark.parametrize("doctype", ["<!DOCTYPE rss>", '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'])
def test_any_doctype_is_refused(doctype: str) -> None:
    items, error = read_until_broken(export(item(comment(1)), head=doctype))
    assert items == []
    assert "DOCTYPE" in str(error)


def test_an_undefined_entity_breaks_the_file_there() -> None:
    items, error = read_until_broken(export(item(comment(1)), item(comment(2, content="]]>&x;<![CDATA["), post_id="8")))
    assert [found.id for found in items] == ["7"]
    assert "undefined entity" in error.message


def test_a_gzip_file_is_unpacked() -> None:
    assert [found.id for found in read(gzip.compress(export(item(comment(1)))))] == ["7"]


def test_a_gzip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(b"<rss>" + b" " * (40 * 2**20))
    assert len(bomb) * 250 < Limits().gzip_free_bytes
    sizes: list[int] = []
    with pytest.raises(BrokenExportError, match="250 times its size"):
        sizes.extend(len(chunk) for chunk in read_chunks(BytesIO(bomb), Limits()))
    assert max(sizes) <= CHUNK
    assert sum(sizes) <= Limits().gzip_free_bytes
    with pytest.raises(BrokenExportError, match="250 times its size"):
        list(reader(bomb))


def test_a_file_over_the_limit_is_refused() -> None:
    items, error = read_until_broken(export(item(comment(1)), " " * 2 * CHUNK), Limits(file_bytes=CHUNK))
    assert [found.id for found in items] == ["7"]
    assert "larger than 65,536 bytes" in error.message


def test_a_truncated_gzip_file_keeps_what_unpacked() -> None:
    # Words that do not pack well, or everything would be in the last block.
    words = "".join(f"{n * 7919 % 100003:x} " for n in range(200_000))
    long = [item(comment(n, content=words[n * 1000 :][:190_000]), post_id=str(n)) for n in (200, 400)]
    packed = gzip.compress(export(item(comment(1)), *long))
    items, error = read_until_broken(packed[: len(packed) * 2 // 3])
    assert items[0].id == "7"
    assert "does not unpack" in error.message


@pytest.mark.parametrize("where", ["channel", "item", "comment", "content"])
def test_ten_thousand_levels_are_refused(where: str) -> None:
    deep = "<x>" * 10_000 + "</x>" * 10_000
    data = {
        "channel": export(item(comment(1)), deep),
        "item": export(item(comment(1)), item(more=deep)),
        "comment": export(item(comment(1)), item(comment(2).replace("</wp:comment>", f"{deep}</wp:comment>"))),
        "content": export(item(comment(1)), item(comment(2, content=f"]]>{deep}<![CDATA["))),
    }[where]
    items, error = read_until_broken(data)
    assert [found.id for found in items] == ["7"]
    assert "nested more than 100 deep" in error.message


def test_a_huge_tag_is_refused_before_it_fills_the_memory() -> None:
    endless = b'<rss><channel x="' + b"y" * (8 * 2**20)
    items, error = read_until_broken(endless)
    assert items == []
    assert "tag is longer" in error.message


def test_an_article_with_more_text_than_allowed_is_refused() -> None:
    data = export(item(comment(1)), item(*(comment(n, content="x" * 900) for n in range(2, 60)), post_id="8"))
    items, error = read_until_broken(data, Limits(item_characters=30_000))
    assert items[0].id == "7"
    assert "over 30,000 characters" in error.message


def test_empty_elements_count_as_well() -> None:
    items, error = read_until_broken(export(item("<wp:comment/>" * 5000)), Limits(item_characters=1_000_000))
    assert len(items[0].bad_rows) < 2000
    assert not items[0].is_complete
    assert "over 1,000,000 characters" in error.message


def test_a_text_that_is_too_long_is_a_bad_row_and_nothing_else_is_lost() -> None:
    data = export(item(comment(1), comment(2, content="x" * 5000), comment(3, 2)))
    [found] = read(data, Limits(comment_characters=4000))
    assert [one.id for one in found.comments] == ["1", "3"]
    [row] = found.bad_rows
    assert (row.source_id, row.reason) == ("2", "too long: comment_content")
    assert len(row.raw["comment_content"]) == 4000


def test_an_article_text_that_is_too_long_is_left_out() -> None:
    source = reader(export(item(comment(1), content="x" * 5000)), Limits(article_characters=4000))
    [found] = list(source)
    assert found.content == ""
    assert [one.id for one in found.comments] == ["1"]
    assert source.repairs["article texts that are too long were left out"] == 1


def test_more_notes_than_allowed_are_left_out() -> None:
    [found] = read(export(item(comment(1, notes={f"note{n}": "x" for n in range(300)}))))
    assert len(found.comments[0].meta) == 100


@pytest.mark.parametrize("cut", ["</wp:comment_content>", "<wp:comment_parent>", "</wp:comment>", "</item>"])
def test_a_file_that_ends_early_keeps_every_whole_comment(cut: str) -> None:
    data = export(item(comment(1)), item(comment(2), comment(3), post_id="8"))
    whole = data[: data.rindex(cut.encode())]
    items, error = read_until_broken(whole)
    kept = ["2", "3"] if cut == "</item>" else ["2"]
    assert [(found.id, [one.id for one in found.comments], found.is_complete) for found in items] == [
        ("7", ["1"], True),
        ("8", kept, False),
    ]
    assert error.byte == len(whole)
    assert error.line == whole.count(b"\n") + 1


def test_an_item_cut_before_its_first_comment_is_left_for_the_next_run() -> None:
    data = export(item(comment(1)), item(post_id="8"))
    items, _error = read_until_broken(data[: data.rindex(b"</item>")])
    assert [found.id for found in items] == ["7"]


def test_broken_xml_in_the_middle_is_reported_by_line_and_byte() -> None:
    data = export(item(comment(1)), "\n\n<item><broken</item>", item(comment(2), post_id="8"))
    items, error = read_until_broken(data)
    assert [found.id for found in items] == ["7"]
    place = data.index(b"<broken<")
    assert error.line == data[:place].count(b"\n") + 1
    assert place <= error.byte <= place + len("<broken<")
    assert f"line {error.line:,}, byte {error.byte:,}" in str(error)


def test_the_place_is_right_after_mended_bytes_and_many_chunks() -> None:
    stray = b"\xff\x0b caf\xe9 " * 40_000
    head, tail = export(item(comment(1, content="@")), "<item><broken</item>").split(b"@")
    head = head.replace(b"<channel>", b"\n<!--" + b"x" * 70_000 + b"--><channel>")
    data = b"\n \n" + head + stray[:150_000] + tail
    items, error = read_until_broken(data)
    assert [found.id for found in items] == ["7"]
    place = data.index(b"<broken<")
    assert place <= error.byte <= place + len(b"<broken<")
    assert error.line == data[:place].count(b"\n") + 1


def test_bytes_that_are_not_utf8_are_replaced_and_counted() -> None:
    data = export(item(comment(1, content="@"))).replace(b"@", b"caf\xe9 \xed\xa0\x80 \xf0\x9f\x98\x80 ok")
    source = reader(data)
    [found] = list(source)
    assert found.comments[0].content == "caf\ufffd \ufffd\ufffd\ufffd 😀 ok"
    assert source.repairs["characters that XML does not allow were replaced"] == 4


def test_a_character_cut_by_the_end_of_a_chunk_is_whole() -> None:
    head, tail = export(item(comment(1, content="@"))).split(b"@")
    for shift in range(4):
        filler = "x" * (CHUNK - len(head) % CHUNK - 2 - shift) + "😀é"
        source = reader(head + filler.encode() + tail)
        [found] = list(source)
        assert found.comments[0].content == filler
        assert not source.repairs


def test_control_characters_and_nul_become_spaces() -> None:
    data = export(item(comment(1, content="a@b"))).replace(b"a@b", b"a\x00\x08\x0bb\xef\xbf\xbfc")
    source = reader(data)
    [found] = list(source)
    assert found.comments[0].content == "a   b c"
    assert source.repairs["characters that XML does not allow were replaced"] == 4


def test_blank_lines_before_the_declaration_are_overlooked() -> None:
    assert [found.id for found in read(b"\n\r\n  " + export(item(comment(1))))] == ["7"]


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_a_declared_encoding_is_respected(encoding: str) -> None:
    text = export(item(comment(1, content="Grün"))).decode().replace("UTF-8", encoding)
    assert read(text.encode(encoding))[0].comments[0].content == "Grün"


@pytest.mark.parametrize("encoding", ["no-such-encoding", "shift_jis"])
def test_an_encoding_that_cannot_be_read_is_named_as_the_reason(encoding: str) -> None:
    text = export(item(comment(1))).decode().replace("UTF-8", encoding)
    items, error = read_until_broken(text.encode())
    assert items == []
    assert "encoding" in error.message


@pytest.mark.parametrize("data", [b"", b"   ", b"hello", b"{}", b"PK\x03\x04", b"<html><body/></html>", b"\x1f\x8b"])
def test_what_is_no_export_is_said_to_be_none(data: bytes) -> None:
    items, error = read_until_broken(data)
    assert items == []
    assert error.message


def test_an_export_of_another_system_is_not_mistaken_for_one() -> None:
    _items, error = read_until_broken(b'<?xml version="1.0"?><disqus xmlns="http://disqus.com"></disqus>')
    assert "not a WordPress export" in error.message


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to read the peak of the memory")
def test_fifty_megabytes_are_read_in_little_memory(tmp_path: Path) -> None:
    big = tmp_path / "big.xml"
    head, tail = export("@").split(b"@")
    with big.open("wb") as file:
        file.write(head)
        number = 0
        while file.tell() < 50 * 2**20:
            comments = [comment(number + n, content="green paint " * 500) for n in range(1, 101)]
            number += 100
            file.write(item(*comments, post_id=str(number)).encode())
        file.write(tail)
    script = """
import re, sys
from pathlib import Path
from django.conf import settings
settings.configure(USE_TZ=True)
from discussions.importing.wxr import WxrReader
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
before = peak()
with open(sys.argv[1], "rb") as file:
    count = sum(len(item.comments) for item in WxrReader(file))
print(count, (peak() - before) // 1024)
"""
    # A process of its own: in this one, an earlier test may have reached a higher peak.
    done = subprocess.run([sys.executable, "-c", script, big], check=True, capture_output=True, text=True)
    count, megabytes = map(int, done.stdout.split())
    assert count == number
    assert megabytes < 20
