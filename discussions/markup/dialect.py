"""The two Markdown dialects: the small one for readers, the fuller one for editors."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from .autolinks import bare_address, mention
from .prompts import prompt_mark
from .urls import is_image_path, is_site_path, parse_address

# Levels that the parser itself goes down. Time on hostile brackets grows with it; deeper text is shown unformatted.
MAX_NESTING = 32
_READERS_RULES = (
    "paragraph", "blockquote", "fence", "list",
    "text", "newline", "escape", "backticks", "strikethrough", "emphasis", "link", "autolink", "entity",
)  # fmt: skip
_EDITORS_RULES = ("heading", "lheading", "hr", "code", "table", "reference", "image")


def _is_address(url: str) -> bool:
    return parse_address(url) is not None


def _canonical(url: str) -> str:
    address = parse_address(url)
    return url if address is None else address.href


def _same(text: str) -> str:
    """Leave a link's text as it was typed; decoding punycode or escapes in it would only disguise the target."""
    return text


def _base() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": MAX_NESTING})
    markdown.enable([*_READERS_RULES, "balance_pairs", "fragments_join", "text_join", "inline", "block", "normalize"])
    markdown.inline.ruler.before("newline", "bare_address", bare_address)
    markdown.inline.add_terminator_char(".")
    markdown.validateLink = _is_address  # type: ignore[method-assign]
    markdown.normalizeLink = _canonical  # type: ignore[method-assign]
    markdown.normalizeLinkText = _same  # type: ignore[method-assign,assignment]
    return markdown


@cache
def comment_dialect() -> MarkdownIt:
    """Return the parser of comments: emphasis, strike-through, links, quotes, lists, code, mentions, line breaks."""
    markdown = _base()
    markdown.inline.ruler.before("newline", "mention", mention)
    return markdown


@cache
def article_dialect() -> MarkdownIt:
    """Return the parser of articles: the comment's, with headings, tables, references, own pictures and prompts."""
    markdown = _base()
    markdown.inline.ruler.before("link", "prompt", prompt_mark)
    markdown.enable(list(_EDITORS_RULES))
    markdown.core.ruler.push("demote_headings", _demote_headings)
    markdown.validateLink = lambda url: _is_address(url) or is_site_path(url) or is_image_path(url)  # type: ignore[method-assign]
    return markdown


def _demote_headings(state: StateCore) -> None:
    """Move headings down to h2–h4: the page's own h1 is the article's title."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
