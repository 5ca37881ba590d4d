"""Text that people typed → HTML that a page may hold. The only place that knows Markdown and sanitisers.

The way of every text: normalise its characters, make HTML of it, cut that down to a closed list of elements by bleach,
and again by nh3. Nothing here needs Django or a database.
"""

from __future__ import annotations

from .autolinks import mentioned_handles
from .characters import draws_something, normalise_line, normalise_text
from .plain import excerpt, plain_text
from .render import (
    HARD_CAP,
    MAX_LENGTH,
    RENDERER_VERSION,
    MarkupError,
    article_prompts,
    check_comment,
    contains_only_invisible,
    render_article,
    render_comment,
    render_imported_html,
)

__all__ = [
    "HARD_CAP",
    "MAX_LENGTH",
    "RENDERER_VERSION",
    "MarkupError",
    "article_prompts",
    "check_comment",
    "contains_only_invisible",
    "draws_something",
    "excerpt",
    "mentioned_handles",
    "normalise_line",
    "normalise_text",
    "plain_text",
    "render_article",
    "render_comment",
    "render_imported_html",
]
