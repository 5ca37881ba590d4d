"""The renderers: text of readers, of editors and of imports becomes HTML that a page may contain unescaped."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from markdown_it import MarkdownIt

from .autolinks import MAX_MENTIONS
from .characters import normalise_text
from .dialect import MAX_NESTING, article_dialect, comment_dialect
from .imported import prepare
from .limits import TooComplexError, check_size, flatten
from .plain import plain_html, shows_nothing, words
from .policy import ARTICLE, COMMENT, IMPORTED, Policy, comment_policy
from .urls import is_site_path, parse_address
from .walls import clean, clean_plain

# Raise it with every change of what a text renders to; stored comments of an older version are rendered again.
RENDERER_VERSION = 1
MAX_LENGTH = 5000
# What a renderer looks at, whatever it is given. Four times what a form accepts, so that imported texts fit.
HARD_CAP = 20_000
IMPORT_CAP = 70_000
ARTICLE_CAP = 200_000
# Longer ones are shown as plain text: markdown-it needs up to 10 ms for each 1,000 characters of hostile markup.
_FORMATTED_CAP = 2 * MAX_LENGTH
_ARTICLE_PIECES = 10_000
# More unmatched brackets than anyone types: each of them costs the parser a walk through what follows.
_MAX_BRACKETS = 600
# Output may be this many times longer than its text; short texts need room for one link's attributes.
_MAX_GROWTH, _FREE_LENGTH = 15, 1000

# What begins with a letter begins a paragraph or a heading with it, and no markup takes that away.
_BEGINS_TO_SHOW = re.compile(
    "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0391-\u03a1\u03b1-\u03c9\u0400-\u0481\u05d0-\u05ea"
    "\u0620-\u063f\u0641-\u064a\u0904-\u0939\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]"
)

Build = Callable[[str], str]
_logger = logging.getLogger(__name__)


class MarkupError(ValueError):
    """A text that is refused. `code` says why: "too_long" or "empty"."""

    def __init__(self, code: str) -> None:
        """Take the reason; the words for it are the form's."""
        super().__init__(code)
        self.code = code


def check_comment(text: str) -> str:
    """Return the normalised text of a comment.

    Raises MarkupError with the code "too_long" over MAX_LENGTH characters, "empty" if nothing of it would be seen.
    """
    text = normalise_text(text)
    if len(text) > MAX_LENGTH:
        raise MarkupError("too_long")
    if contains_only_invisible(text):
        raise MarkupError("empty")
    return text


def contains_only_invisible(text: str) -> bool:
    """Tell whether a comment with this text would show nothing: spaces, empty markup, fillers."""
    return _BEGINS_TO_SHOW.match(text) is None and shows_nothing(render_comment(text))


def render_comment(text: str, *, mentions: Mapping[str, str] | None = None) -> str:
    """Return a reader's text as safe HTML, whatever the text is.

    `mentions` maps the handles of known readers (lower case) to an absolute path or https address of their profile.
    Text beyond HARD_CAP characters is cut off; markup that would be slow or huge is shown as plain text.
    """
    profiles = _profiles(mentions or {})
    policy = comment_policy(frozenset(profiles.values())) if profiles else COMMENT
    env = {"profiles": profiles, "mentions_left": MAX_MENTIONS}
    return _render(_bounded(text, HARD_CAP), policy, lambda source: _comment(source, env))


def render_article(text: str) -> str:
    """Return an editor's Markdown as safe HTML: also headings from h2 down, tables, rules, pictures of this site."""
    return _render(_bounded(text, ARTICLE_CAP), ARTICLE, _article)


def article_prompts(text: str) -> dict[str, str]:
    """Return the questions that an article's author asks about passages, by the ids of their marks, in order."""
    env: dict[str, Any] = {}
    try:
        _markdown(article_dialect(), _bounded(text, ARTICLE_CAP), env)
    except TooComplexError:
        return {}
    return dict(env.get("prompts", {}))


def render_imported_html(html: str) -> str:
    """Return a comment's HTML from another system as safe HTML of the elements that comments have here."""
    return _render(_bounded(html, IMPORT_CAP), IMPORTED, prepare, _words_only)


def _profiles(mentions: Mapping[str, str]) -> dict[str, str]:
    """Return the mentions by lower-case handle, without those whose address is not fit for a link."""
    return {handle.lower(): url for handle, url in mentions.items() if is_site_path(url) or _is_https(url)}


def _is_https(url: str) -> bool:
    address = parse_address(url)
    return address is not None and address.href == url and url.startswith("https://") and not address.international


def _render(source: str, policy: Policy, build: Build, fallback: Build = plain_html) -> str:
    """Build HTML and put it through the walls; if any of that does not work out, show the text unformatted."""
    try:
        html = clean(build(source), policy)
    except TooComplexError:
        return clean_plain(fallback(source), policy)
    except Exception:
        # A bug in a parser must not lose a reader's words.
        _logger.exception("markup fell back to plain text")
        return clean_plain(fallback(source), policy)
    if len(html) > _FREE_LENGTH and len(html) > _MAX_GROWTH * len(source):
        return clean_plain(fallback(source), policy)
    return html


def _bounded(text: str, cap: int) -> str:
    """Return the normalised text, cut to `cap` characters; the part that is looked at grows with the cap only."""
    text = normalise_text(text[: 2 * cap])
    return text if len(text) <= cap else text[: cap - 1] + "…"


def _comment(source: str, env: dict[str, Any]) -> str:
    if len(source) > _FORMATTED_CAP:
        raise TooComplexError
    html = _markdown(comment_dialect(), source, env)
    check_size(html)
    return html


def _article(source: str) -> str:
    html = _markdown(article_dialect(), source, {})
    check_size(html, _ARTICLE_PIECES)
    return html


def _markdown(dialect: MarkdownIt, source: str, env: dict[str, Any]) -> str:
    if source.count("[") > _MAX_BRACKETS:
        raise TooComplexError
    tokens = dialect.parse(source, env)
    # The parser leaves out what is nested deeper, without a word.
    if any(token.level >= MAX_NESTING - 2 for token in tokens):
        raise TooComplexError
    return flatten(dialect.renderer.render(tokens, dialect.options, env))


def _words_only(html: str) -> str:
    return plain_html(normalise_text(words(html)))
