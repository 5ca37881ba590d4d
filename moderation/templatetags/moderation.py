"""What moderation lends to the templates of other apps."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from moderation.queries import guidelines as queries

register = template.Library()


@register.simple_tag
def short_guidelines() -> tuple[tuple[int, str], ...]:
    """Return (number, title) of the guidelines in force, in the language of the page."""
    return queries.short_guidelines(get_language() or queries.FALLBACK_LANGUAGE)
