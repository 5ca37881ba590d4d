"""How much is read before it is shown: the page for administrators."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.participants import ParkbenchRequest
from core.answers import see_other
from core.errors import Refused
from core.middleware import explain
from moderation import access
from moderation.actions.policy import clear_policy, set_policy
from moderation.forms.people import PolicyForm, policy_start
from moderation.models import Policy
from moderation.views.desk_answers import staff


@require_http_methods(["GET", "HEAD", "POST"])
def policies(request: ParkbenchRequest) -> HttpResponse:
    """Show every policy and a form, or set one. `?edit=`, `?article=` and `?author=` fill the form."""
    access.check(request.participant, "set_policy")
    if request.method != "POST":
        return _page(request, PolicyForm(initial=_start(request), auto_id="policy-%s"))
    form = PolicyForm(request.POST, auto_id="policy-%s")
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    try:
        set_policy(
            form.place, mode=data["mode"], first_comments=data["first_comments"] or 1, links=form.links,
            slow_minutes=data["slow_minutes"], by=staff(request),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return explain(_page(request, form, status=refusal.status), refusal)
    messages.success(request, _("It applies from now on."))
    return see_other(reverse("moderation:policies"))


@require_POST
def policy_clear(request: ParkbenchRequest, policy_id: int) -> HttpResponse:
    """Take a policy away."""
    access.check(request.participant, "set_policy")
    clear_policy(get_object_or_404(Policy, pk=policy_id), by=staff(request))
    messages.success(request, _("Done: what applies further out applies here again."))
    return see_other(reverse("moderation:policies"))


def _start(request: ParkbenchRequest) -> dict[str, Any]:
    number = request.GET.get("edit", "")
    if number.isdecimal() and len(number) < 18:
        return policy_start(get_object_or_404(_rows(), pk=int(number)))
    for where in ("author", "article"):
        if typed := request.GET.get(where):
            return {"where": where, where: typed[:200]}
    return {}


def _rows() -> Any:
    return Policy.objects.select_related("section", "article", "author", "changed_by").defer(
        "article__body", "article__body_html"
    )


def _page(request: ParkbenchRequest, form: PolicyForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """Show the policies from the widest to the closest."""
    rows = list(_rows())
    rows.sort(key=lambda row: (bool(row.author_id), bool(row.article_id), bool(row.section_id), row.pk))
    context = {"form": form, "policies": rows, "here": "policies"}
    return render(request, "moderation/policies/page.html", context, status=status)
