"""Writing a comment or a reply."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guests import guest_for
from accounts.participants import ParkbenchRequest, Participant, remember_guest
from core.answers import see_other
from core.errors import Refused
from core.limits import check_limit
from core.middleware import explain
from core.requests import client_network
from discussions import access
from discussions.actions.passages import Reselect
from discussions.actions.post import Nudged, Posted, post_comment
from discussions.composing import fresh_composer
from discussions.forms import BodyForm, CommentForm
from discussions.markup import plain_text, render_comment
from discussions.models import Article, Comment, Visibility
from discussions.queries.build import build_card
from discussions.queries.rows import row_of
from discussions.queries.thread import one_card
from discussions.queries.viewer import viewer_of

QUOTED_AT_MOST = 600
#: The same words from the same network in this time are one form sent twice.
SAME_WORDS_SECONDS = 600


@require_http_methods(["GET", "HEAD", "POST"])
def comment_post(request: ParkbenchRequest, slug: str) -> HttpResponse:
    """Show the composer, or post what was written under the article."""
    article = access.get_article(request.participant, slug)
    if request.method != "POST":
        return composer(request, CommentForm(article=article, participant=request.participant))
    form = CommentForm(request.POST, article=article, participant=request.participant)
    if not form.is_valid():
        return composer(request, form.again(), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        posted = _post(request, form)
    except Refused as refusal:
        form.nudged = refusal.hint if isinstance(refusal, Nudged) else None
        form.must_reselect = isinstance(refusal, Reselect)
        form.add_error(None, refusal.message)
        return explain(composer(request, form.again(), status=refusal.status), refusal)
    return _posted(request, posted)


@require_safe
def comment_reply(request: ParkbenchRequest, comment_id: int) -> HttpResponse:
    """Show the composer for a reply; `?quote=1` starts it with the comment's words as a quote."""
    parent = access.get_comment(request.participant, comment_id)
    access.check_can_reply(request.participant, parent)
    form = CommentForm(article=parent.article, participant=request.participant, parent=parent)
    if request.GET.get("quote"):
        form.initial["body"] = _quote(parent)
    return composer(request, form)


@require_POST
def comment_preview(request: ParkbenchRequest) -> HttpResponse:
    """Show what a text will look like; nothing is saved."""
    participant = request.participant
    check_limit("preview", participant.identity if participant else f"network:{client_network(request)}")
    form = BodyForm(request.POST)
    context = {"form": form, "html": render_comment(form.cleaned_data["body"]) if form.is_valid() else ""}
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "discussions/comment_preview/fragment.html", context, status=status)


def _post(request: ParkbenchRequest, form: CommentForm) -> Posted:
    by = _writer(request, form)
    posted = post_comment(
        article=form.article,
        by=by,
        body=form.cleaned_data["body"],
        parent=form.cleaned_data["parent"],
        key=form.cleaned_data["key"] or _key_of_words(request, form),
        insists=form.cleaned_data["insists"],
        mail_replies=form.cleaned_data["mail_replies"],
        passage=form.wanted,
        network=client_network(request),
    )
    if posted.comment.guest is not None and (posted.created or form.cleaned_data["key"]):
        # The second of two clicks made a guest of its own; who holds the form's key is who posted it. A key that we
        # made from the words proves nothing: everybody can read them.
        remember_guest(request, posted.comment.guest)
    return posted


def _key_of_words(request: ParkbenchRequest, form: CommentForm) -> UUID:
    """Return the key of a visitor's form that came without one: a double click has the same, also without a script."""
    parent = form.cleaned_data["parent"]
    moment = int(time.time() // SAME_WORDS_SECONDS)
    words = [form.article.pk, parent and parent.pk, *(form.cleaned_data[name] for name in ("name", "email", "body"))]
    return uuid5(NAMESPACE_URL, json.dumps([*words, client_network(request), moment]))


def _writer(request: ParkbenchRequest, form: CommentForm) -> Participant:
    access.check_can_write(request.participant, form.article)
    if request.participant is not None and not request.participant.is_guest:
        return request.participant
    # Guests are made before their comment is judged, so a network that makes many is stopped here.
    check_limit("guest", f"network:{client_network(request)}")
    return guest_for(request, name=form.cleaned_data["name"], email=form.cleaned_data["email"])


def composer(request: ParkbenchRequest, form: CommentForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """Return the page with the form, for htmx the form alone."""
    context = {
        "form": form,
        "article": form.article,
        "parent": _parent_card(form.article, form.parent_comment),
        "viewer": viewer_of(request.participant, form.article, (), held_where=None),
    }
    name = "form" if request.htmx else "page"
    response = render(request, f"discussions/comment_post/{name}.html", context, status=status)
    if request.htmx and status != HTTPStatus.OK:
        # The form names the place where its comment will appear; a form that comes back takes its own place.
        response["HX-Retarget"] = f"#composer-{form.place}"
        response["HX-Reswap"] = "outerHTML"
    return response


def _parent_card(article: Article, parent: Comment | None) -> object:
    return one_card(article, parent.pk) if parent else None


def _posted(request: ParkbenchRequest, posted: Posted) -> HttpResponse:
    comment, article = posted.comment, posted.comment.article
    is_held = comment.visibility == Visibility.HELD
    if not request.htmx:
        if is_held:
            messages.info(request, _("Thank you. Your comment waits for review; only you can see it until then."))
        else:
            messages.success(request, _("Your comment is published."))
        return see_other(f"{comment.get_absolute_url()}#c{comment.pk}")
    level, writer = 1 if comment.depth else 0, comment.guest or comment.author
    card = build_card(row_of(comment), level=level, article_author_id=article.author_id, reveal=True)
    viewer = viewer_of(writer, article, (card,), held_where=None)
    context = {
        "card": card,
        "article": article,
        "is_held": is_held,
        "parent_id": comment.parent_id,
        "viewer": viewer,
        # The form of a reply goes when its comment is there; the one under the article stays, for another.
        "composer": "" if comment.parent_id else fresh_composer(request, article, viewer, writer),
    }
    return render(request, "discussions/comment_posted/fragment.html", context, status=HTTPStatus.CREATED)


def _quote(parent: Comment) -> str:
    text = plain_text(parent.html)
    if len(text) > QUOTED_AT_MOST:
        text = text[:QUOTED_AT_MOST].rsplit(" ", 1)[0] + " …"
    return "".join(f"> {line}\n" for line in text.splitlines()) + "\n"
