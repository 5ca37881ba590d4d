"""Template filters of the pages about oneself."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

from accounts.inbox import unread_count
from accounts.models import User

register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """Return the field's control alone, without the placeholder: the label stands above it and says the same."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def kind(field: BoundField) -> str:
    """Return what shape the field has on the page: `check` (box before label), `group` (several boxes) or `field`."""
    widget = field.field.widget
    if getattr(widget, "input_type", "") not in ("checkbox", "radio"):
        return "field"
    return "group" if hasattr(widget, "choices") else "check"


@register.simple_tag(takes_context=True)
def unread_in_inbox(context: template.Context) -> int:
    """Return how much the member has not read yet, in one query; 0 for others: they have no bell in the header."""
    participant = getattr(context.get("request"), "participant", None)
    return unread_count(participant) if isinstance(participant, User) else 0
