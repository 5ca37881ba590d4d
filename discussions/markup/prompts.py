"""The author's questions about passages: `[[?harbour Would you swim here?]]the new steps[[/?]]` in an article.

The id (`harbour`) keeps the passage when its words are rewritten. A mark begins and ends in one paragraph, heading,
cell or list item; what is not complete, and what stands in code, is shown as it was typed.
"""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline

#: Attribute of the `<span>` that a mark becomes.
ATTRIBUTE = "data-ia"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z", re.ASCII)
_OPEN = re.compile(r"\[\[\?([a-z0-9][a-z0-9-]{0,39})[ \t]+([^\[\]\n]{1,300}?)[ \t]*\]\]", re.ASCII)
_CLOSE = "[[/?]]"


def prompt_mark(state: StateInline, silent: bool) -> bool:
    """Turn a complete mark into a span around its words; the question is told to the caller, it is not in the text."""
    found = _OPEN.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    end = state.src.find(_CLOSE, found.end(), state.posMax)
    if end <= found.end() or _OPEN.search(state.src, found.end(), end):
        return False
    if not silent:
        state.env.setdefault("prompts", {}).setdefault(found[1], found[2])
        state.push("prompt_open", "span", 1).attrSet(ATTRIBUTE, found[1])
        last, state.pos, state.posMax = state.posMax, found.end(), end
        state.md.inline.tokenize(state)
        state.posMax = last
        state.push("prompt_close", "span", -1)
    state.pos = end + len(_CLOSE)
    return True
