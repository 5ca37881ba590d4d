"""Honest links: a filter for bleach's token stream that checks targets, sets `rel` and shows hidden hosts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any

from bleach.html5lib_shim import Filter  # type: ignore[attr-defined]

from .characters import drop_harmful
from .policy import Policy
from .urls import DOTS, Address, host_name, parse_address

Token = dict[str, Any]
_HREF, _REL = (None, "href"), (None, "rel")

# A host, or the mail address of one, where a word of a link's text starts: `bank.example`, `https://bank.example/x`.
_NAMED_HOST = re.compile(
    r"(?:\A\W*|(?<=[^\w@.:/\\-]))(?:[a-z][a-z0-9+.-]{0,15}:[/\\]{0,9})?([^\s/@]{1,320}@)?"
    r"((?:[\w-]+\.){1,200}[^\W\d_][\w-]+)",
    re.IGNORECASE,
)


class HonestLinks(Filter):  # type: ignore[misc]
    """Keeps only links with an allowed, canonical target, and lets no link pretend to lead elsewhere."""

    def __init__(self, source: Iterable[Token], policy: Policy) -> None:
        """Take bleach's token stream and the policy to hold to."""
        super().__init__(source)
        self.policy = policy

    def __iter__(self) -> Iterator[Token]:
        """Yield the tokens; those between the start and end of a link are held back until its text is known."""
        opening: Token | None = None
        held: list[Token] = []
        depth = 0
        for token in map(_described, super().__iter__()):
            is_link = token.get("name") == "a"
            if is_link and token["type"] == "StartTag":
                depth += 1
                opening = token if depth == 1 else opening
            elif is_link and token["type"] == "EndTag":
                depth -= 1
                if depth == 0 and opening is not None:
                    yield from self._link(opening, held)
                    opening, held = None, []
            elif depth:
                held.append(token)
            else:
                yield token

    def _link(self, opening: Token, held: list[Token]) -> Iterator[Token]:
        href = unescape(opening["data"].get(_HREF, ""))
        if self.policy.is_path(href):
            yield from self._anchor(href, held)
            return
        address = parse_address(href)
        if address is None:
            yield from held
            return
        text = _text(held)
        if address.international:
            yield from held
            yield _characters(f" ({address.label})")
        elif not text.strip() and not any(token.get("name") == "img" for token in held):
            yield from self._anchor(address.href, [_characters(address.label)])
        elif self.policy.shows_host and names_another(text, address):
            yield from held
            yield _characters(" (")
            yield from self._anchor(address.href, [_characters(address.label)])
            yield _characters(")")
        else:
            yield from self._anchor(address.href, held)

    def _anchor(self, href: str, held: list[Token]) -> Iterator[Token]:
        # The serialiser leaves references in attributes alone, so an ampersand has to be one already.
        data = {_HREF: escape(href), _REL: self.policy.rel}
        yield {"type": "StartTag", "namespace": None, "name": "a", "data": data}
        yield from held
        yield {"type": "EndTag", "namespace": None, "name": "a", "data": {}}


def names_another(text: str, address: Address) -> bool:
    """Tell whether a link's text names a host (or mail address) that is not the one it leads to."""
    # Character references may have brought in what hides between letters.
    text = unicodedata.normalize("NFKC", drop_harmful(text).translate(DOTS)).lower()
    is_mail = address.href.startswith("mailto:")
    domain = address.label.rpartition("@")[2]
    for match in _NAMED_HOST.finditer(text):
        named = host_name(match[2]) or match[2]
        if _without_www(named) != _without_www(domain):
            return True
        # `https://bank.example@evil.example`: what stands before the sign reads like the host.
        if match[1] and (not is_mail or match[1] + named != address.label.lower()):
            return True
    return False


def _without_www(host: str) -> str:
    return host.removeprefix("www.")


def _text(tokens: list[Token]) -> str:
    parts = (f"&{token['name']};" if token["type"] == "Entity" else token.get("data", "") for token in tokens)
    return unescape("".join(part for part in parts if isinstance(part, str)))


def _characters(text: str) -> Token:
    return {"type": "Characters", "data": text}


def _described(token: Token) -> Token:
    """Return the alternative text of a picture whose address was refused, any other token as it is."""
    if token.get("name") != "img" or (None, "src") in token["data"]:
        return token
    return _characters(unescape(token["data"].get((None, "alt"), "")))
