"""The way out of every mail: a page with a button, and one click of the mail program (RFC 8058).

The signed link is the whole permission: no session is asked, so there is no token of a form to ask for either.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import MailFrequency
from accounts.participants import ParkbenchRequest
from core.errors import BadRequest
from discussions.actions.subscribe import change, leave, rejoin
from discussions.mail_links import Exit, exit_of_link
from discussions.models import Subscription


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: ParkbenchRequest, token: str) -> HttpResponse:
    """Show what the link ends, or end it, undo that (`act=undo`), or have it once a day (`act=daily`)."""
    way_out = exit_of_link(token)
    done = _act(request.POST.get("act", "leave"), way_out) if request.method == "POST" else ""
    rows = Subscription.objects.of(way_out.person).filter(pk__in=way_out.subscriptions).select_related("article")
    context = {"rows": rows, "kinds": way_out.kinds, "done": done}
    return render(request, "discussions/unsubscribe/page.html", context)


def _act(act: str, way_out: Exit) -> str:
    person, ids = way_out.person, way_out.subscriptions
    if act == "leave":
        leave(person, ids, way_out.kinds)
    elif act == "undo":
        rejoin(person, ids, way_out.kinds)
    elif act == "daily":
        for row in Subscription.objects.of(person).filter(pk__in=ids):
            change(row, frequency=MailFrequency.DAILY)
    else:
        raise BadRequest(_("This form is not complete. Please reload the page and try again."))
    return act
