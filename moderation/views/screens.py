"""The plug-ins: what they say, and which version of the spam screen is asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import BadRequest
from moderation import access
from moderation.actions.spam import ask_for_training, stop_spam_screen, use_spam_model
from moderation.models import SpamModel
from moderation.queries.screens import learnable, screen_rows, spam_versions
from moderation.views.desk_answers import staff


@require_safe
def screens(request: ParkbenchRequest) -> HttpResponse:
    """Show every plug-in and the versions of the spam screen."""
    access.check(request.participant, "keep_rules")
    spam, fine, fewest = learnable()
    context = {
        "rows": screen_rows(), "versions": spam_versions(), "spam": spam, "fine": fine, "fewest": fewest,
        "is_enough": min(spam, fine) >= fewest, "here": "rules",
    }  # fmt: skip
    return render(request, "moderation/screens/page.html", context)


@require_POST
def spam_act(request: ParkbenchRequest) -> HttpResponse:
    """Have the spam screen taught, ask another version, or none; `act` says which."""
    access.check(request.participant, "keep_rules")
    act, by = request.POST.get("act"), staff(request)
    if act == "teach":
        ask_for_training(by=by)
        messages.success(request, _("It is being taught. Please look again in a minute."))
    elif act == "use":
        typed = request.POST.get("version", "")
        number = int(typed) if typed.isdecimal() and len(typed) < 9 else 0
        use_spam_model(get_object_or_404(SpamModel.objects.light(), n=number), by=by)
        messages.success(request, _("This version is asked from now on."))
    elif act == "stop":
        stop_spam_screen(by=by)
        messages.success(request, _("It is not asked any more."))
    else:
        raise BadRequest(_("This form is not complete. Please reload the page and try again."))
    return see_other(reverse("moderation:screens"))
