"""Inline rules of our own: addresses typed without markup, and mentions. Both look at each character once."""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline

from .clusters import ONE_MARK, ZWJ, ZWNJ
from .urls import MAX_URL_LENGTH, parse_address

MIN_HANDLE, MAX_HANDLE, MAX_MENTIONS = 3, 30, 30

# What may stand before: not the inside of a word, a path or another address. Letters of scripts that are written
# without spaces may.
_START = re.compile(r"(?:\A|[^A-Za-z0-9_@./:+-])(https?|www)\Z", re.IGNORECASE | re.ASCII)
_LONGEST_START = len("https") + 1
# Typed addresses hold ASCII without quotes, brackets and backticks, and letters of any script with their marks.
_ADDRESS = re.compile(rf"(?:[!#-;=?-Z_a-z|~]|[^\W\x00-\x7f]|[{ZWNJ}{ZWJ}]|{ONE_MARK})+")
# No top-level name mixes ASCII with another script: there the address ends and the sentence goes on. It is the top
# level only if no dot follows, otherwise it is the middle of a host like `www.straße.example`.
_GLUED_TEXT = re.compile(
    r"\A((?:https?://|www\.)[A-Za-z0-9.-]*\.[A-Za-z]{2,24})[^\x00-\x7f][^./?#:]*(?:\Z|[/?#:])", re.IGNORECASE
)
_TRAILING = "?!.,:;*_~'|"
_HANDLE = re.compile(r"[A-Za-z0-9_.-]{3,100}", re.ASCII)
_MENTION = re.compile(r"(?<![\w.@/-])@([A-Za-z0-9_.-]{3,100})")


def _trim(address: str) -> str:
    """Cut punctuation that belongs to the sentence, and a closing bracket that was opened outside."""
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ")" and surplus > 0:
            surplus -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return address[:end]


def bare_address(state: StateInline, silent: bool) -> bool:
    """Markdown rule: `http://…`, `https://…` or `www.…` in running text becomes a link."""
    pos, source = state.pos, state.src
    if state.linkLevel or not (source.startswith("://", pos) or source[pos] == "."):
        return False
    before = _START.search(source[max(0, pos - _LONGEST_START) : pos])
    if before is None or (before[1].lower() == "www") != (source[pos] == "."):
        return False
    word = before[1]
    if not silent and not state.pending.endswith(word):
        return False
    match = _ADDRESS.match(source, pos - len(word), min(state.posMax, pos + MAX_URL_LENGTH))
    text = match[0] if match else ""
    glued = _GLUED_TEXT.match(text)
    text = _trim(glued[1] if glued else text)
    address = parse_address(f"https://{text}" if source[pos] == "." else text)
    if address is None:
        return False
    if not silent:
        state.pending = state.pending[: -len(word)]
        state.push("link_open", "a", 1).attrs = {"href": address.href}
        state.push("text", "", 0).content = text
        state.push("link_close", "a", -1)
    state.pos += len(text) - len(word)
    return True


def _known(handle: str, profiles: dict[str, str]) -> str | None:
    """Return the handle as typed without the punctuation after it, if somebody has that name."""
    while len(handle) >= MIN_HANDLE:
        if len(handle) <= MAX_HANDLE and handle.lower() in profiles:
            return handle
        if handle[-1] not in "._-":
            return None
        handle = handle[:-1]
    return None


def mention(state: StateInline, silent: bool) -> bool:
    """Markdown rule: `@handle` of somebody in `env["profiles"]` becomes a link to the profile."""
    pos, source = state.pos, state.src
    profiles: dict[str, str] = state.env.get("profiles", {})
    if source[pos] != "@" or not profiles or state.linkLevel:
        return False
    before = source[pos - 1 : pos]
    match = _HANDLE.match(source, pos + 1, state.posMax)
    if match is None or before.isalnum() or (before and before in "_.@/-"):
        return False
    handle = _known(match[0], profiles)
    if handle is None:
        return False
    if not silent:
        if state.env["mentions_left"] <= 0:
            return False
        state.env["mentions_left"] -= 1
        state.push("link_open", "a", 1).attrs = {"href": profiles[handle.lower()]}
        state.push("mention_open", "span", 1).attrs = {"class": "mention"}
        state.push("text", "", 0).content = f"@{handle}"
        state.push("mention_close", "span", -1)
        state.push("link_close", "a", -1)
    state.pos += len(handle) + 1
    return True


def mentioned_handles(text: str) -> frozenset[str]:
    """Return the lower-case handles that a text may mention, at most MAX_MENTIONS, for looking up their owners.

    A handle followed by a full stop is returned with and without it: only the caller knows which one exists.
    """
    handles: dict[str, None] = {}
    for match in _MENTION.finditer(text):
        handle = match[1].lower()
        while len(handle) >= MIN_HANDLE and len(handles) < MAX_MENTIONS:
            if len(handle) <= MAX_HANDLE:
                handles[handle] = None
            if handle[-1] not in "._-":
                break
            handle = handle[:-1]
    return frozenset(handles)
