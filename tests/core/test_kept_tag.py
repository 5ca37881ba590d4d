"""What is drawn once shows each reader their own words, and nothing of what others were shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

PART = """{% load kept i18n %}{% kept order=order pour name=name html=html %}
<a{% if order == "new" %} class="on"{% endif %} title="{% translate "Account" %}">{{ name }}{{ html }}{{ secret }}</a>
{% endkept %}"""


def drawn(part: Template, **known: Any) -> str:
    """Return the part on a page that knows `known`."""
    return part.render(Context(known)).strip()


def test_words_are_poured_and_escaped() -> None:
    part = Template(PART)
    first = drawn(part, order="new", name="A & B", html=mark_safe("<b>x</b>"))
    assert first == '<a class="on" title="Account">A &amp; B<b>x</b></a>'
    again = drawn(part, order="new", name="<script>", html=7)
    assert again == '<a class="on" title="Account">&lt;script&gt;7</a>'


def test_each_shape_and_language_is_drawn() -> None:
    part = Template(PART)
    assert 'class="on"' in drawn(part, order="new")
    assert "class" not in drawn(part, order="old")
    with override("es"):
        assert 'title="Cuenta"' in drawn(part, order="old")


def test_nothing_but_what_is_named_is_known_inside() -> None:
    part = Template(PART)
    assert "hush" not in drawn(part, order="new", name="n", secret="hush")
    assert "hush" not in drawn(part, order="new", name="n")


def test_two_parts_alike_are_two() -> None:
    one, two = (
        Template("{% load kept %}{% kept a=a %}1{% endkept %}"),
        Template("{% load kept %}{% kept a=a %}2{% endkept %}"),
    )
    assert [drawn(part, a=1) for part in (one, two, one, two)] == ["1", "2", "1", "2"]


def test_a_lazy_word_is_that_of_its_language() -> None:
    part = Template("{% load kept %}{% kept a=a pour b=a %}{{ a }}{{ b }}{% endkept %}")
    words = gettext_lazy("Account")
    assert drawn(part, a=words) == "AccountAccount"
    with override("es"):
        assert drawn(part, a=words) == "CuentaCuenta"


@pytest.mark.parametrize("bad", ["kept a", "kept a=1 pour b", "kept a=1 b pour c=2"])
def test_what_is_no_name_and_value_is_refused(bad: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% load kept %}{% " + bad + " %}{% endkept %}")
