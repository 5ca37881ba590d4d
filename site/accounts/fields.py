"""Form fields for what people call themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.names import NAME_LENGTH
from core.text import clean_line


class LineField(forms.CharField):
    """One line of visible text, at most `max_length` characters after what shows nothing has been left out."""

    def to_python(self, value: Any) -> str:
        """Return the cleaned line, not cut: a text that is too long is refused, with what was typed still there."""
        return clean_line(str(super().to_python(value) or ""), 10_000)


class NameField(LineField):
    """The name beside somebody's comments."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Name"))
        kwargs.setdefault("max_length", NAME_LENGTH)
        kwargs.setdefault("widget", forms.TextInput({"autocomplete": "nickname", "dir": "auto"}))
        super().__init__(**kwargs)
