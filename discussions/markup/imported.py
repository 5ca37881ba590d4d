"""HTML from other comment systems, brought to the shape that our own rendering has.

The walls come afterwards. What is done here is about meaning: paragraphs where blank lines stood for them, a space
where a stripped element stood between two words, the nearest element of ours for one that we do not have.
"""

from __future__ import annotations

import re

import nh3

from .limits import TAG, check_size, flatten
from .urls import parse_address
from .walls import DROPPED_WITH_TEXT, SCHEMES

# Imported comments may be far longer than new ones.
MAX_PIECES = 2500
_RENAMED = {"cite": "em", "strike": "s", "tt": "code", "kbd": "code", "samp": "code"}
_BOUNDARIES = frozenset({
    "address", "article", "aside", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "main", "nav", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
})  # fmt: skip
_BLOCKS = frozenset({"p", "blockquote", "ul", "ol", "li", "pre"})
_KEPT = frozenset({"a", "strong", "b", "em", "i", "s", "del", "code", "sup", "sub", "br"})
_READ = _KEPT | _BLOCKS | _BOUNDARIES | frozenset(_RENAMED) | {"q", "img"}
_ATTRIBUTES = {"*": set[str](), "a": {"href"}, "ol": {"start"}, "img": {"alt"}}

_BREAK = re.compile(r"<br>[ \t]*\n?")
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_BLOCK_TAG = re.compile(r"(</?(?:p|blockquote|ul|ol|li|pre)(?:\s[^<>]*)?>)", re.ASCII)
_PARAGRAPH_TAG = re.compile(rf"<(?:p|{'|'.join(sorted(_BOUNDARIES))})[\s>]", re.ASCII)
_ANY_TAG = re.compile(r"<[^<>]*>")


def prepare(html: str) -> str:
    """Return the HTML with paragraphs, renamed elements and limited depth. Not safe yet: the walls make it so.

    Raises TooComplexError for more tags than a comment has.
    """
    check_size(html, MAX_PIECES)
    html = _read(html)
    check_size(html, MAX_PIECES)
    has_paragraphs = bool(_PARAGRAPH_TAG.search(html))
    html = flatten(TAG.sub(_rename, html))
    if not has_paragraphs:
        html = _BREAK.sub("\n", html)
    html = "".join(_with_paragraphs(_BLOCK_TAG.split(html), keeps_lines=not has_paragraphs))
    check_size(html, MAX_PIECES)
    return html


def _read(html: str) -> str:
    """Return well-formed HTML of known elements only, so that regular expressions can take it from here."""
    return nh3.clean(
        html,
        tags=_READ,
        clean_content_tags=DROPPED_WITH_TEXT,
        attributes=_ATTRIBUTES,
        attribute_filter=_read_attribute,
        link_rel=None,
        url_schemes=SCHEMES,
        generic_attribute_prefixes=set(),
    )


def _read_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "href":
        address = parse_address(value)
        return None if address is None else address.href
    return re.sub(r"[<>]", "", value)


def _rename(match: re.Match[str]) -> str:
    closing, name, attributes = match[1], match[2], match[3]
    if name == "q":
        return "”" if closing else "“"
    if name == "img":
        # Smileys of old systems are pictures with `:-)` as their text.
        alt = re.search(r'alt="([^"]*)"', attributes)
        return alt[1] if alt else ""
    if name in _BOUNDARIES:
        return "\n\n"
    return f"<{closing}{_RENAMED.get(name, name)}{attributes}>"


def _with_paragraphs(pieces: list[str], *, keeps_lines: bool) -> list[str]:
    """Wrap the text between block elements into paragraphs; inside them lines become breaks if they are to be kept.

    `pieces` alternates text and block tags, as `re.split` with one group returns them.
    """
    done: list[str] = []
    stack: list[str] = []
    for index, piece in enumerate(pieces):
        if index % 2:
            name = piece.strip("</>").split()[0]
            if piece.startswith("</"):
                if stack and stack[-1] == name:
                    stack.pop()
            else:
                stack.append(name)
            done.append(piece)
        elif "pre" in stack:
            done.append(piece)
        else:
            done.append(_paragraphs(piece, stack[-1] if stack else "", keeps_lines=keeps_lines))
    return done


def _paragraphs(piece: str, inside: str, *, keeps_lines: bool) -> str:
    newline = "<br>\n" if keeps_lines else "\n"
    chunks = [chunk.strip(" \t\n") for chunk in _BLANK.split(piece)]
    chunks = [chunk.replace("\n", newline) for chunk in chunks if _ANY_TAG.sub("", chunk).strip() or "<" in chunk]
    if inside in ("p", "li", "ul", "ol"):
        return f"{newline}<br>\n".join(chunks) if keeps_lines else "\n".join(chunks)
    return "".join(_paragraph(chunk) for chunk in chunks)


def _paragraph(chunk: str) -> str:
    # A chunk of closing tags only would become an empty paragraph. A link always shows something.
    return f"<p>{chunk}</p>" if "<a " in chunk or _ANY_TAG.sub("", chunk).strip() else chunk
