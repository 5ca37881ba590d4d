"""The floor of asynchronous Python: uvicorn with uvloop, psycopg, one query, string formatting."""

from __future__ import annotations

import html
import json
import os
import re

from psycopg_pool import AsyncConnectionPool

PAGE = (
    "SELECT c.id, a.name, c.html, c.created_at, c.up, c.down FROM comment c JOIN author a ON a.id = c.author_id "
    "WHERE c.article_id = %s ORDER BY c.up - c.down DESC, c.id DESC LIMIT %s"
)
ROW = (
    '<li id="c{0}"><b>{1}</b> <a href="/comments/{0}/"><time>{3:%Y-%m-%d %H:%M}</time></a><div>{2}</div>'
    '<a href="/comments/{0}/vote/">{4}</a> <a href="/comments/{0}/vote/">{5}</a> <a href="/comments/{0}/reply/">Reply</a></li>'
)
_ASKED = re.compile(r"/(\d+)/(\d+)$")
_pool: AsyncConnectionPool | None = None


async def app(scope, receive, send):
    """Answer `GET /<article>/<number of comments>`, `POST /comment` and `POST /vote`."""
    global _pool
    if scope["type"] != "http":
        return
    if _pool is None:
        _pool = AsyncConnectionPool(os.environ["FLOOR_DATABASE"], min_size=2, max_size=4, open=False)
        await _pool.open()
    asked = _ASKED.match(scope["path"])
    if scope["method"] == "GET" and asked:
        async with _pool.connection() as connection:
            rows = await (await connection.execute(PAGE, (int(asked[1]), int(asked[2])))).fetchall()
        items = "".join(ROW.format(*row[:1], html.escape(row[1]), *row[2:]) for row in rows)
        await _answer(
            send, 200, b"text/html; charset=utf-8", f"<!doctype html><title>Talk</title><ol>{items}</ol>".encode()
        )
        return
    body = json.loads((await receive())["body"])
    write = _comment if scope["path"] == "/comment" else _vote
    async with _pool.connection() as connection:
        told = await write(connection, body)
    await _answer(send, 201, b"application/json", json.dumps(told).encode())


async def _comment(connection, body):
    row = await (
        await connection.execute(
            "INSERT INTO comment (article_id, author_id, parent_id, html, created_at, up, down) "
            "VALUES (%(article)s, %(author)s, %(parent)s, %(text)s, now(), 0, 0) RETURNING id",
            {"parent": None, **body, "text": f"<p>{html.escape(body['text'])}</p>"},
        )
    ).fetchone()
    return {"id": row[0]}


async def _vote(connection, body):
    added = await connection.execute(
        "INSERT INTO vote (comment_id, author_id) VALUES (%(comment)s, %(author)s) ON CONFLICT DO NOTHING", body
    )
    if added.rowcount:
        await connection.execute("UPDATE comment SET up = up + 1 WHERE id = %(comment)s", body)
    return {"added": added.rowcount}


async def _answer(send, status, kind, body):
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
