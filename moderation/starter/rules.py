"""The starter rules, in the language of whoever asks for them. Each is a draft: nothing comes of it by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from moderation.rules.language import Json
from moderation.rules.vocabulary import NORMALISERS

WORDS = Path(__file__).with_name("words")
#: Languages that there is a list of names for.
LANGUAGES = ("en", "es", "ar")
SHORTENERS = (
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "v.gd", "buff.ly", "cutt.ly", "rb.gy", "rebrand.ly",
    "shorturl.at", "tiny.cc", "t.ly", "bl.ink", "s.id", "shorte.st", "adf.ly",
)  # fmt: skip
CONTRADICTIONS = (
    "wrong", "nope", "nonsense", "rubbish", "not true", "that is false", "no it isn't", "no it's not", "you are wrong",
    "falso", "mentira", "no es verdad", "no es cierto", "no es así", "tonterías", "te equivocas",
    "خطأ", "غير صحيح", "ليس صحيحا", "هذا كذب", "هراء", "أنت مخطئ",
)  # fmt: skip
ABOUT_TONE = (
    "your tone", "that tone", "watch your language", "calm down", "so aggressive", "how you say it", "learn to spell",
    "your spelling", "your grammar", "no need to shout",
    "tu tono", "ese tono", "cálmate", "tan agresivo", "tan agresiva", "tu ortografía", "aprende a escribir",
    "أسلوبك", "لهجتك", "نبرتك", "اهدأ", "اهدئي", "إملاؤك", "تعلم الكتابة",
)  # fmt: skip
_DISGUISES = sorted(NORMALISERS)


def starter_rules(guidelines: Collection[str]) -> Iterator[tuple[str, Json]]:
    """Yield a key and the rule for each; those of `guidelines` (slugs) that are there are named."""
    for key, guideline, rule in [*_spam(), *_names(), *_hints()]:
        named = {"guideline": guideline} if guideline in guidelines else {}
        yield key, {"budget": {"max_per_hour": 30}, **rule, **named}


def words_of(language: str) -> list[str]:
    """Return the list of names of a language."""
    return (WORDS / f"{language}.txt").read_text(encoding="utf-8").split("\n")[:-1]


_Rules = Iterator[tuple[str, str, dict[str, Json]]]


def _spam() -> _Rules:
    about = "no-advertising"
    yield "newcomer-link", about, {
        "title": _("First comment of a newcomer, with a link"),
        "when": {"all": [_leaf("published_count", "<", 1), _leaf("links", ">=", 1), _leaf("account_age", "<", 72)]},
        "then": ["hold"],
        "note": _("Much advertising comes in the first comment of a new account. So do sources: a person looks."),
    }  # fmt: skip
    own = {"all": [_leaf("same_as_own_recent", "is", value=True, n=10), _leaf("links", ">=", 1)]}
    yield "same-text", about, {
        "title": _("The same text in many places"),
        "when": {"any": [_leaf("near_duplicate_of_others", ">=", 2, hours=24), own]},
        "then": ["hold", {"tag": "copies"}],
        "note": _("Two others have written nearly the same within a day, or the author has, with a link. Calls to sign "
                  "something look like this, too."),
    }  # fmt: skip
    yield "many-links", about, {
        "title": _("More than three links"),
        "when": _leaf("links", ">", 3), "unless": _leaf("published_count", ">=", 20), "then": ["hold"],
        "note": _("Who has published twenty comments here may link as they like."),
    }  # fmt: skip
    yield "shorteners", about, {
        "title": _("Links that hide where they lead"),
        "when": _leaf("link_domain", "in", list(SHORTENERS)), "then": ["hold"],
        "note": _("Nobody sees where a shortened link leads. The list holds well-known ones: add those of your own."),
    }  # fmt: skip
    yield "burst", about, {
        "title": _("A burst from one place"),
        "when": {"all": [_leaf("count", ">=", 10, by=["network"], hours=1), _leaf("account_age", "<", 24)]},
        "then": [{"raise": 40}, {"tag": "burst"}],
        "note": _("Ten comments in an hour that belong together, by a new account. Schools and offices share one, so "
                  "it only puts them higher in the queue."),
    }  # fmt: skip


def _names() -> _Rules:
    title = {
        "en": _("Name-calling, English"), "es": _("Name-calling, Spanish"), "ar": _("Name-calling, Arabic"),
    }  # fmt: skip
    for language in LANGUAGES:
        yield f"names-{language}", "ideas-not-people", {
            "title": title[language],
            "when": {**_leaf("text_without_quotes", "has_any", words_of(language)), "with": _DISGUISES},
            "then": [{"ask_edit": _("This may be about a person rather than about what they said. Could you put it "
                                    "another way?")}, {"tag": "names"}],
            "note": _("A mild list to begin with. Take out what is an ordinary word where you are, and add others."),
        }  # fmt: skip


def _hints() -> _Rules:
    yield "shouting", "improve-the-discussion", {
        "title": _("Shouting"),
        "when": {"all": [_leaf("caps_ratio", ">", 0.7), _leaf("length", ">=", 40)]},
        "then": [{"nudge": _("Most of this is in capital letters, which reads like shouting.")}],
        "note": _("Scripts without capitals are never shouted in."),
    }  # fmt: skip
    short = [_leaf("is_reply", "is", value=True), _leaf("words", "<=", 5)]
    yield "contradiction", "give-reasons", {
        "title": _("A no without a reason"),
        "when": {"all": [*short, _phrases(CONTRADICTIONS)]},
        "then": [{"nudge": _("What makes you think so? A reason lets others agree, or show you what you missed.")}],
        "note": _("A hint only: who posts it all the same waits for a moderator."),
    }  # fmt: skip
    reply = [_leaf("is_reply", "is", value=True), _leaf("words", "<=", 25)]
    yield "tone", "answer-what-was-said", {
        "title": _("A reply about tone alone"),
        "when": {"all": [*reply, _phrases(ABOUT_TONE)]},
        "then": [{"nudge": _("This seems to be about how something was said. Is there something to answer in what was "
                             "said?")}],
        "note": _("A hint only, and only for short replies: who also answers the point writes more."),
    }  # fmt: skip


def _leaf(field: str, op: str, value: Json, **told: Json) -> dict[str, Json]:
    return {"field": field, "op": op, "value": value, **({"of": told} if told else {})}


def _phrases(phrases: Collection[str]) -> dict[str, Json]:
    seen_through = ["strip_invisible", "strip_accents", "fold_case"]
    return {**_leaf("text_without_quotes", "has_any", list(phrases)), "with": seen_through}
