"""A comment as the rules read it: the words that readers see, what is quoted left out, and where its links lead."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

#: A longer text, which only an import can bring, is read this far.
LENGTH = 5500
#: A tag of sanitised HTML, or the text between two.
_PARTS = re.compile(r"""<(/?)([a-z0-9]+)((?:[^<>"']|"[^"]*"|'[^']*')*)>|([^<]+|<)""")
_WORD = re.compile(r"\w+")
_HREF = re.compile(r"""\bhref=(?:"([^"]*)"|'([^']*)')""")
_BLOCKS = frozenset(
    {"p", "li", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "div", "br", "hr"}
)
#: What makes an address no link for software and leaves it one for people.
_MASKED_DOT = re.compile(r"\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?|%2e|[。．｡]", re.IGNORECASE)
_HOST = re.compile(
    r"\bh(?:tt|xx)ps?\s?:\s?[/\\]{1,3}(?:[^\s/\\@]{1,200}@)?([\w.-]{1,253})|((?:[\w-]+\.)+[a-z]{2,24})\b", re.IGNORECASE
)
_MAY_NAME_A_HOST = re.compile(r"h(?:tt|xx)ps?\s?:|[\[({]\s?(?:\.|dot)\s?[\])}]|%2e", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a comment says. Both texts are equally long, so a place in one is the same place in the other."""

    text: str
    #: The text with spaces in the place of what it quotes.
    own: str
    link_domains: tuple[str, ...]
    link_texts: tuple[str, ...]


def read(html: str) -> Reading:
    """Return the reading of a comment's sanitised HTML."""
    text: list[str] = []
    own: list[str] = []
    hosts: list[str] = []
    link_texts: list[str] = []
    quoted, link_from = 0, -1
    for closing, tag, attributes, words in _PARTS.findall(html):
        if words:
            plain = unescape(words)
        elif tag in _BLOCKS and (closing or tag in ("br", "hr")):
            plain = "\n"
        else:
            plain = ""
        if tag == "blockquote":
            quoted = max(quoted + (-1 if closing else 1), 0)
        elif tag == "a" and not quoted:
            if closing and link_from >= 0:
                link_texts.append("".join(text[link_from:]))
            elif not closing:
                link_from = len(text)
                hosts += _host_of(attributes)
        text.append(plain)
        own.append(" " * len(plain) if quoted else plain)
    whole, mine = "".join(text)[:LENGTH], "".join(own)[:LENGTH]
    return Reading(whole, mine, tuple(dict.fromkeys([*hosts, *_masked_hosts(mine)])), tuple(link_texts))


def added(before: str, after: str) -> str:
    """Return `after` with spaces in the place of every word that was in `before` already."""
    known = set(_WORD.findall(before.casefold()))
    return _WORD.sub(lambda found: " " * len(found[0]) if found[0].casefold() in known else found[0], after)


def _host_of(attributes: str) -> list[str]:
    found = _HREF.search(attributes)
    try:
        host = urlsplit(unescape(found[1] or found[2])).hostname if found else None
    except ValueError:
        return []
    return [host.removeprefix("www.")] if host else []


def _masked_hosts(text: str) -> list[str]:
    """Return hosts of addresses that were written so that no software takes them for links."""
    if not _MAY_NAME_A_HOST.search(text):
        return []
    plain = _MASKED_DOT.sub(".", unicodedata.normalize("NFKC", text))
    hosts = [(by_scheme or bare).strip(".").lower() for by_scheme, bare in _HOST.findall(plain)]
    return [host.removeprefix("www.") for host in hosts if "." in host]
