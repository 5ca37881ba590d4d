"""What every system is given, and how what they did is counted."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.beside import corpus
from bench.beside.client import get, load
from bench.beside.measure import percentile
from bench.beside.report import figure, spread


def test_each_run_gives_the_same_comments() -> None:
    assert corpus.article(135) == corpus.article(135)
    assert corpus.article(135) != corpus.article(135, seed=8)


def test_comments_have_the_shape_that_is_promised() -> None:
    said = corpus.article(1000)
    assert all(each.parent is None or each.parent < n for n, each in enumerate(said))
    assert all(each.depth == (0 if each.parent is None else said[each.parent].depth + 1) for each in said)
    assert max(each.depth for each in said) <= corpus.DEEPEST
    assert len({each.text for each in said}) == len(said)
    assert 10 <= sum("https://" in each.text for each in said) <= 60
    for each in said:
        assert each.reader not in {*each.up, *each.down}
        assert len({*each.up, *each.down}) == len(each.up) + len(each.down)


def test_a_text_becomes_html_without_becoming_markup() -> None:
    html = corpus.as_html("a <b> & c\n\nsee https://example.org/7")
    assert html == (
        '<p>a &lt;b&gt; &amp; c</p><p>see <a href="https://example.org/7" rel="nofollow">https://example.org/7</a></p>'
    )


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/1.1"])
@pytest.mark.enable_socket
def test_the_load_is_counted_answer_by_answer(protocol: str) -> None:
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        protocol_version = protocol

        def do_GET(self) -> None:
            asked.append(self.path)
            body = b"x" * 70_000
            self.send_response(200 if self.path == "/a" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    paths = iter(["/a", "/b"] * 1000)
    heard: list[int] = []
    told = load(
        server.server_port, lambda: get(next(paths)), concurrency=4, seconds=0, at_least=20,
        heed=lambda _asked, status, _answer: heard.append(status),
    )  # fmt: skip
    server.shutdown()
    server.server_close()
    assert len(told.times) == len(heard) == len(asked)
    assert len(asked) >= 20
    assert told.statuses[200] == asked.count("/a")
    assert told.statuses[404] == asked.count("/b")
    assert told.size > 70_000
    assert 0 < told.own_cpu < 60


def test_numbers_are_said_with_what_they_mean() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(list(range(1, 101)), 0.99) == 99
    assert [figure(value) for value in (0, 0.0123, 0.123, 12.34, 1234.5)] == ["0.00", "0.012", "0.12", "12.3", "1,234"]
    assert spread([2.0, 1.0, 9.0]) == "2.00 (1.00–9.00)"
