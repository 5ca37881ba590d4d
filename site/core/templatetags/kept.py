"""`{% kept %}`: a part of a template that is drawn once for each shape, and poured from then on (`core.moulds`).

    {% kept order=page.sort can_write=viewer.can_write pour url=article_url title=article.title %}
      {% if can_write %}<a href="{{ url }}">{{ title }}</a>{% endif %}
    {% endkept %}

What stands before `pour` may be decided by, what stands behind it may only be written. Inside, nothing else is known:
what was left out is empty at every reader's, so that nobody can be shown what another one was.
"""

from __future__ import annotations

import itertools
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.moulds import poured

register = template.Library()

_numbers = itertools.count()


class KeptNode(template.Node):
    """The part between the tags."""

    def __init__(self, inner: NodeList, shape: dict[str, FilterExpression], words: dict[str, FilterExpression]) -> None:
        self.nodelist, self.shape, self.words = inner, shape, words
        self.number = next(_numbers)

    def render(self, context: template.Context) -> SafeString:
        """Return it, with the words of this page."""
        shape = {name: _plain(value.resolve(context)) for name, value in self.shape.items()}
        words = [str(conditional_escape(value.resolve(context))) for value in self.words.values()]

        def draw(marks: list[SafeString]) -> str:
            known: dict[str, Any] = {**shape, **dict(zip(self.words, marks, strict=True))}
            return str(self.nodelist.render(context.new(known)))

        return poured((self.number, get_language(), *shape.values()), words, draw)


def _plain(value: Any) -> Any:
    """Return words of the active language instead of words that wait for one."""
    return str(value) if isinstance(value, Promise) else value


@register.tag("kept")
def do_kept(parser: Parser, token: Token) -> KeptNode:
    """Parse the tag. Raises `TemplateSyntaxError` for what is no `name=value`."""
    bits = token.split_contents()[1:]
    cut = bits.index("pour") if "pour" in bits else len(bits)
    shape, words = bits[:cut], bits[cut + 1 :]
    parsed = token_kwargs(shape, parser), token_kwargs(words, parser)
    if shape or words:
        raise template.TemplateSyntaxError(f"kept takes name=value, not {' '.join(shape + words)!r}")
    inner = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(inner, *parsed)
