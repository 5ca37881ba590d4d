"""How the figures' pages write times and shares."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from moderation import charts

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86400


@register.filter
def span(seconds: float | None) -> str:
    """Return a length of time in its largest unit and what is left in the next; a dash for none."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < MINUTE:
        return _("%(n)d s") % {"n": whole}
    if whole < HOUR:
        return _("%(n)d min") % {"n": round(whole / MINUTE)}
    if whole < DAY:
        hours, minutes = whole // HOUR, whole % HOUR // MINUTE
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes} if minutes else _("%(n)d h") % {"n": hours}
    days, hours = whole // DAY, whole % DAY // HOUR
    return _("%(d)d d %(h)d h") % {"d": days, "h": hours} if hours else _("%(n)d d") % {"n": days}


@register.filter
def part(share: float) -> str:
    """Return a share of a hundred in words."""
    return _("%(n)s %%") % {"n": f"{share:.1f}" if 0 < share < 10 else f"{share:.0f}"}


@register.simple_tag
def bar(share: float, kind: str = "") -> SafeString:
    """Return the bar of a share."""
    return charts.bar(share, kind)
