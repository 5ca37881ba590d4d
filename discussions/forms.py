"""What readers type: parsed, normalised, refused in words."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.names import clean_name
from accounts.participants import Participant
from core.kept import kept, param
from discussions.actions.passages import Wanted
from discussions.markup import MAX_LENGTH, contains_only_invisible, normalise_text
from discussions.models import Article, Comment
from discussions.passages.selecting import LONGEST, Selection
from discussions.queries.passages import Chosen
from discussions.screening import Nudge

#: The largest number that an offset's column holds.
MAX_INTEGER = 2**31 - 1
#: Django decodes bytes that are not UTF-8 to this sign; nobody types it.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class BodyField(forms.CharField):
    """The text of a comment, normalised; refuses what shows nothing and what is too long."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, label=gettext_lazy("Your comment"), widget=forms.Textarea, **kwargs)
        self.error_messages["required"] = gettext_lazy("Please write something first.")

    def clean(self, value: Any) -> str:
        """Return the normalised text. Raises `ValidationError` in words."""
        raw = str(super().clean(value))
        if REPLACEMENT in raw:
            raise forms.ValidationError(
                _("Some characters could not be read; they are marked %(sign)s in your text. Please put them right.")
                % {"sign": REPLACEMENT},
                code="unreadable",
            )
        text = normalise_text(raw)
        if contains_only_invisible(text):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(text) > MAX_LENGTH:
            over = len(text) - MAX_LENGTH
            raise forms.ValidationError(
                ngettext(
                    "A comment has at most %(max)d characters; yours has %(over)d too many. Nothing was cut off.",
                    "A comment has at most %(max)d characters; yours has %(over)d too many. Nothing was cut off.",
                    over,
                )
                % {"max": MAX_LENGTH, "over": over},
                code="too_long",
            )
        return text


class WordsField(forms.CharField):
    """Words of the article, as a script or a link sends them along: not one code point is changed."""

    def __init__(self) -> None:
        super().__init__(required=False, strip=False, max_length=2 * LONGEST, widget=forms.HiddenInput)

    def clean(self, value: Any) -> str:
        """Return the words; a form sends a line feed as two characters."""
        return str(super().clean(value)).replace("\r\n", "\n")


class SharedFields(dict[str, forms.Field]):
    """Fields that no form changes: Django copies each of them for each form, in case one does."""

    def __deepcopy__(self, _memo: object) -> SharedFields:
        return self


class PassageForm(forms.Form):
    """Words of the article by their place, as an address names them."""

    revision = forms.IntegerField(required=False, min_value=0, max_value=MAX_INTEGER)
    start = forms.IntegerField(min_value=0, max_value=MAX_INTEGER)
    end = forms.IntegerField(min_value=1, max_value=MAX_INTEGER)
    exact = WordsField()
    before = WordsField()
    after = WordsField()


class BodyForm(forms.Form):
    """A text alone: the preview."""

    body = BodyField()


class CommentForm(forms.Form):
    """A new comment or reply. `key` makes posting twice harmless; `parent` is empty for a comment of its own."""

    body = BodyField()
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    insists = forms.BooleanField(required=False, widget=forms.HiddenInput)
    passage = forms.IntegerField(required=False, min_value=1, max_value=MAX_INTEGER, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, min_value=0, max_value=MAX_INTEGER, widget=forms.HiddenInput)
    start = forms.IntegerField(required=False, min_value=0, max_value=MAX_INTEGER, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=1, max_value=MAX_INTEGER, widget=forms.HiddenInput)
    exact = WordsField()
    before = WordsField()
    after = WordsField()
    name = forms.CharField(
        required=False, max_length=60, label=gettext_lazy("Your name"),
        widget=forms.TextInput({"autocomplete": "name"}),
    )  # fmt: skip
    email = forms.EmailField(
        required=False, label=gettext_lazy("E-mail (optional, never shown)"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("We send you a link: with it you can edit, withdraw and later claim your comments."),
    )  # fmt: skip
    mail_replies = forms.BooleanField(required=False, label=gettext_lazy("Mail me replies"))

    def __init__(
        self,
        data: Any = None,
        *,
        article: Article,
        participant: Participant | None,
        parent: Comment | None = None,
        chosen: Chosen | None = None,
        selection: Selection | None = None,
        revision: int = 0,
    ) -> None:
        self.article = article
        self.participant = participant
        self.parent_comment = parent
        #: The selected words are not there any more: the page should ask to select again.
        self.must_reselect = False
        #: Set by the view when a screen asks to think again: the form then offers "post anyway".
        self.nudged: Nudge | None = None
        initial: dict[str, Any] = {"key": uuid.uuid4(), "parent": parent.pk if parent else None}
        if participant is not None and participant.is_guest:
            initial["name"] = participant.display_name
        if chosen is not None:
            initial["passage"] = chosen.id
        if selection is not None:
            initial |= {"revision": revision, **asdict(selection)}
        super().__init__(data, initial=initial)
        self.auto_id = f"f{self.place}-%s"

    @property
    def place(self) -> str:
        """Return what tells this form from the others of its page: "0", the answered comment, or the passage."""
        if self.parent_comment is not None:
            return str(self.parent_comment.pk)
        passage, start, end = (self._number(name) for name in ("passage", "start", "end"))
        if passage:
            return f"p{passage}"
        return f"n{start}-{end}" if start and end else "0"

    def _number(self, name: str) -> str:
        # What was posted can be anything, and this becomes part of ids.
        value = str(self[name].value() if self[name].value() is not None else "")
        return value if value.isascii() and value.isdigit() else ""

    @property
    def draft(self) -> str:
        """Return the key of the draft: what somebody writes here comes back here."""
        place = self.place
        return f"{self.article.pk}:{place}" if place.isdigit() else f"{self.article.pk}:0:{place}"

    @property
    def quote(self) -> str:
        """Return the words that a new passage would be, as far as the form knows them."""
        return str(self["exact"].value() or "")

    @property
    def wanted(self) -> Wanted | None:
        """Return the words that the comment is about; None for one about the article."""
        data = self.cleaned_data
        if data.get("passage"):
            return Wanted(passage_id=data["passage"])
        if data.get("end") is None or data.get("start") is None:
            return None
        selection = Selection(**{name: data[name] for name in ("start", "end", "exact", "before", "after")})
        return Wanted(revision=data.get("revision") or 0, selection=selection)

    @property
    def needs_name(self) -> bool:
        """Return whether the writer has to say who they are."""
        return self.participant is None or self.participant.is_guest

    def clean_key(self) -> uuid.UUID | None:
        """Return the key of this form; a visitor's page is everybody's, so its form may come without.

        Without a key a member's posting twice could not be told from posting two.
        """
        key: uuid.UUID | None = self.cleaned_data.get("key")
        if key is None and not self.needs_name:
            raise forms.ValidationError(_forged(), code="key")
        return key

    def clean_parent(self) -> Comment | None:
        """Return the comment that is answered, which must be in this article."""
        pk = self.cleaned_data.get("parent")
        if pk is None:
            return None
        self.parent_comment = _parent.one(pk, self.article.pk)
        if self.parent_comment is None:
            raise forms.ValidationError(
                _("The comment you reply to is not in this discussion. Your text is kept: you can post it by itself."),
                code="unknown_parent",
            )
        return self.parent_comment

    def clean_name(self) -> str:
        """Return the name; guests must give one."""
        if not self.needs_name:
            return ""
        name = clean_name(str(self.cleaned_data.get("name", "")))
        if not name:
            raise forms.ValidationError(_("Please tell us a name to show beside your comment."), code="required")
        return name

    def clean_mail_replies(self) -> bool:
        """Return whether a guest wants replies by mail, which needs an address."""
        wanted = bool(self.cleaned_data["mail_replies"]) and self.needs_name
        if wanted and not self.cleaned_data.get("email") and not self.has_error("email"):
            raise forms.ValidationError(_("For replies by mail we need your address."), code="no_email")
        return wanted

    def again(self) -> CommentForm:
        """Return this form with what was typed and a key of its own, so that posting it once more is a new comment."""
        data: dict[str, Any] = {name: self.data[name] for name in self.fields if name in self.data}
        data["key"] = str(uuid.uuid4())
        if self.has_error("parent"):
            data["parent"] = ""
        form = CommentForm(data, article=self.article, participant=self.participant, parent=self.parent_comment)
        form.errors.clear()
        form.errors.update(self.errors)
        form.nudged, form.must_reselect = self.nudged, self.must_reselect
        return form


# The type of the stubs is narrower than Django's, which copies what it is given.
CommentForm.base_fields = SharedFields(CommentForm.base_fields)


class EditForm(forms.Form):
    """Another text for a comment. `revision` is the one that the author saw."""

    body = BodyField()
    revision = forms.IntegerField(widget=forms.HiddenInput)
    insists = forms.BooleanField(required=False, widget=forms.HiddenInput)
    nudged: Nudge | None = None


#: The vote that the reader wants to have: a target, so that sending it twice changes nothing.
VOTE = forms.TypedChoiceField(
    choices=[(1, "up"), (-1, "down"), (0, "none")],
    coerce=int,
    error_messages={
        "required": gettext_lazy("Please choose a vote."),
        "invalid_choice": gettext_lazy("A vote is up, down or none."),
    },
)


@kept
def _parent() -> QuerySet[Comment, Comment]:
    return Comment.objects.filter(pk=param(), article_id=param(1), is_listed=True).select_related("article")


def _forged() -> str:
    return _("This form was not made by this page, so nothing was posted. Your text is kept: please press Post again.")
