"""The Spanish and the Arabic interface: complete, compiled, and shown to those who ask for it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass, field
from gettext import GNUTranslations, c2py
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.factories import make_article, make_comment, make_user

LOCALES = Path(settings.LOCALE_PATHS[0])
LANGUAGES = ["es", "ar"]
PLURALS = {"es": 3, "ar": 6}
#: A printf placeholder of Python, with `%%s` as templates write a literal one; or a tag with its attributes.
PLACEHOLDER = re.compile(r"%%s|%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>")


@dataclass
class Entry:
    """One message of a .po file; `forms` has one translation, or as many as the language has plural forms."""

    flags: set[str] = field(default_factory=set)
    context: str = ""
    source: str = ""
    plural: str = ""
    forms: dict[int, str] = field(default_factory=dict)

    def key(self, form: int) -> str | tuple[str, int]:
        """Return what `GNUTranslations` files this form under."""
        text = f"{self.context}\x04{self.source}" if self.context else self.source
        return (text, form) if self.plural else text


def entry_of(block: str) -> Entry:
    """Return the entry that one paragraph of a .po file says."""
    said: dict[str, str] = {}
    flags: set[str] = set()
    keyword = ""
    for line in block.splitlines():
        if line.startswith("#,"):
            flags |= {flag.strip() for flag in line[2:].split(",")}
        elif not line.startswith("#"):
            word, _, rest = line.partition('"')
            keyword = word.strip() or keyword
            said[keyword] = said.get(keyword, "") + ast.literal_eval(f'"{rest}')
    forms = {int(key[7:-1] or 0) if "[" in key else 0: text for key, text in said.items() if key.startswith("msgstr")}
    return Entry(flags, said.get("msgctxt", ""), said.get("msgid", ""), said.get("msgid_plural", ""), forms)


def entries(language: str) -> list[Entry]:
    text = (LOCALES / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    return [entry_of(block) for block in re.split(r"\n{2,}", text.strip())]


def compiled(language: str) -> GNUTranslations:
    with (LOCALES / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return GNUTranslations(file)


def held(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def forms_of_one_number(header: str) -> set[int]:
    """Return the plural forms that stand for a single number: they may say it in a word instead of a digit."""
    match = re.search(r"plural=(.*?);", header)
    assert match, header
    form_of = c2py(match[1])
    return {form for form, many in Counter(form_of(n) for n in range(1000)).items() if many == 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    header, *messages = entries(language)
    assert f"Language: {language}\n" in header.forms[0]
    assert "@" not in header.forms[0]
    assert len(messages) > 400
    for entry in messages:
        assert set(entry.forms) == set(range(PLURALS[language] if entry.plural else 1)), entry.source
        assert all(form.strip() for form in entry.forms.values()), entry.source
        assert "fuzzy" not in entry.flags, entry.source


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_tags_are_those_of_the_source(language: str) -> None:
    header, *messages = entries(language)
    in_a_word = forms_of_one_number(header.forms[0])
    for entry in messages:
        for number, form in entry.forms.items():
            missing = held(entry.plural or entry.source) - held(form)
            assert not held(form) - held(entry.plural or entry.source), (entry.source, form)
            spare = 1 if entry.plural and number in in_a_word else 0
            assert missing.total() <= spare, (entry.source, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_label_of_the_composer_is_two_words_or_phrases(language: str) -> None:
    """It goes through `yesno`, which takes what stands before and after the comma."""
    label = compiled(language).gettext("Your reply,Join the discussion")
    assert [part.strip() != "" for part in label.split(",")] == [True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_says_what_the_source_file_says(language: str) -> None:
    expected = {entry.key(number): form for entry in entries(language) for number, form in entry.forms.items()}
    # msgfmt leaves the date of the extraction out, so that the same words make the same file.
    expected[""] = re.sub(r"POT-Creation-Date:.*\n", "", expected[""])
    assert compiled(language)._catalog == expected  # type: ignore[attr-defined]


#: Language, its direction, and words of: an article, an empty comment's refusal, the login, the preferences.
PAGES = [
    (
        "es",
        "ltr",
        (">1 comentario<", "Únete a la conversación", "Más votados", "Responder"),
        "Escribe algo primero, por favor.",
        ("Iniciar sesión", "Sin contraseña"),
        ("Envíame un correo cuando", "Zona horaria", "Guardar"),
    ),
    (
        "ar",
        "rtl",
        (">1 تعليق<", "المشاركة في النقاش", "الأكثر تصويتًا", "ردّ"),
        "يُرجى كتابة شيء أولًا.",
        ("تسجيل الدخول", "بلا كلمة مرور"),
        ("مراسلتي بالبريد حين", "المنطقة الزمنية", "حفظ"),
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction", "article", "refusal", "login", "preferences"), PAGES)
def test_pages_speak_the_language_of_the_browser(
    language: str, direction: str, article: tuple[str, ...], refusal: str, login: tuple[str, ...],
    preferences: tuple[str, ...],
) -> None:  # fmt: skip
    comment = make_comment()
    place = comment.article.get_absolute_url()
    visitor, member = (Client(headers={"accept-language": language}) for _ in range(2))
    member.force_login(make_user())

    def page(browser: Client, address: str, words: tuple[str, ...]) -> None:
        response = browser.get(address)
        html = response.content.decode()
        assert response.status_code == 200
        assert f'<html lang="{language}" dir="{direction}">' in html
        assert [word for word in words if word not in html] == []

    page(visitor, place, article)
    page(visitor, reverse("account_login"), login)
    page(member, reverse("accounts:preferences"), preferences)
    refused = member.post(reverse("discussions:comment-post", args=[comment.article.slug]), {"body": " "})
    assert refused.status_code == 422
    assert refusal in refused.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "تعليق"), (1, "تعليق"), (2, "تعليقان"), (3, "تعليقات"), (11, "تعليقًا"), (100, "تعليق")],
)
def test_arabic_counts_comments_in_all_its_forms(client: Client, count: int, words: str) -> None:
    article = make_article(comment_count=count)
    page = client.get(article.get_absolute_url(), headers={"accept-language": "ar"}).content.decode()
    assert f">{count} {words}</h2>" in page


@pytest.mark.django_db
def test_a_request_leaves_the_thread_in_the_language_it_was_in(client: Client) -> None:
    with translation.override("en"):
        assert client.get("/", headers={"Accept-Language": "ar"})["Content-Language"] == "ar"
        assert translation.get_language() == "en"
