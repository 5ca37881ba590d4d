"""Everything that a rule can ask and do, as tables; what is not here cannot be written. Checked when it is imported."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Kind(StrEnum):
    """What the value of a field is."""

    #: A text in which words are looked for.
    TEXT = "text"
    #: Several of them, such as the links: one that fits is enough.
    TEXTS = "texts"
    #: One of a few codes or names, compared as a whole.
    NAME = "name"
    NUMBER = "number"
    #: Between 0 and 1.
    SHARE = "share"
    YES_NO = "yes_no"


class Group(StrEnum):
    """Where a field belongs in the form."""

    TEXT = "text"
    SHAPE = "shape"
    PLACE = "place"
    AUTHOR = "author"
    RECEPTION = "reception"
    RATE = "rate"
    SIGNAL = "signal"


GROUP_LABELS: dict[Group, Words] = {
    Group.TEXT: _("The words"), Group.SHAPE: _("The shape of the text"), Group.PLACE: _("The place"),
    Group.AUTHOR: _("The author"), Group.RECEPTION: _("What readers say"), Group.RATE: _("How often"),
    Group.SIGNAL: _("What plug-ins say"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """Something that may be known of a comment. `asks` names what it has to be told, with a default."""

    kind: Kind
    group: Group
    label: Words
    asks: tuple[tuple[str, int | str], ...] = ()
    #: All that it can be, where that is a handful of words.
    answers: tuple[tuple[str, Words], ...] = ()


#: Who an author can be; what staff write is not for the rules.
ROLES: tuple[tuple[str, Words], ...] = (
    ("guest", _("a guest, without an account")), ("reader", _("a reader with an account")),
    ("trusted", _("a trusted reader: many published, none removed")),
)  # fmt: skip
_T, _S, _P, _A, _V, _R, _X = Group
FIELDS: dict[str, Field] = {
    "text_without_quotes": Field(Kind.TEXT, _T, _("the text (without what it quotes)")),
    "text": Field(Kind.TEXT, _T, _("the text (with what it quotes)")),
    "text_added": Field(Kind.TEXT, _T, _("what an edit has added")),
    "link_domain": Field(Kind.TEXTS, _T, _("the site that a link leads to")),
    "link_text": Field(Kind.TEXTS, _T, _("the words of a link")),
    "length": Field(Kind.NUMBER, _S, _("the number of characters")),
    "words": Field(Kind.NUMBER, _S, _("the number of words")),
    "caps_ratio": Field(Kind.SHARE, _S, _("the share of capital letters")),
    "symbol_ratio": Field(Kind.SHARE, _S, _("the share of signs that are no letters")),
    "repeat_run": Field(Kind.NUMBER, _S, _("how often one sign stands in a row")),
    "links": Field(Kind.NUMBER, _S, _("the number of links")),
    "mentions": Field(Kind.NUMBER, _S, _("the number of people it mentions")),
    "quotes_share": Field(Kind.SHARE, _S, _("the share that is quoted")),
    "emoji": Field(Kind.NUMBER, _S, _("the number of emoji")),
    "questions": Field(Kind.NUMBER, _S, _("the number of question marks")),
    "second_person_share": Field(Kind.SHARE, _S, _("the share of words like “you”")),
    "language": Field(Kind.NAME, _S, _("the language (a code such as en)")),
    "article": Field(Kind.NAME, _P, _("the article (the last part of its address)")),
    "section": Field(Kind.NAME, _P, _("the section (the short name in its address)")),
    "article_age": Field(Kind.NUMBER, _P, _("the age of the article in hours")),
    "is_reply": Field(Kind.YES_NO, _P, _("it is a reply")),
    "depth": Field(Kind.NUMBER, _P, _("how deep it stands in its branch")),
    "parent_author_is_same": Field(Kind.YES_NO, _P, _("it answers a comment of the same author")),
    "branch_reports": Field(Kind.NUMBER, _P, _("the reports in its branch that wait")),
    "branch_rate": Field(Kind.NUMBER, _P, _("the comments in its branch in the last hour")),
    "account_age": Field(Kind.NUMBER, _A, _("the age of the account in hours")),
    "email_verified": Field(Kind.YES_NO, _A, _("the author has confirmed an address")),
    "email_domain": Field(Kind.NAME, _A, _("where the author's mail address is")),
    "published_count": Field(Kind.NUMBER, _A, _("how many comments of the author were published")),
    "removed_rate": Field(Kind.SHARE, _A, _("the share of the author's comments that were removed"), (("days", 90),)),
    "sanctions_active": Field(Kind.NUMBER, _A, _("how many measures against the author apply")),
    "is_guest": Field(Kind.YES_NO, _A, _("the author has no account")),
    "role": Field(Kind.NAME, _A, _("who the author is"), answers=ROLES),
    "name": Field(Kind.TEXT, _A, _("the author's name")),
    "reports": Field(Kind.NUMBER, _V, _("how many readers have reported it"), (("guideline", ""),)),
    "report_score": Field(Kind.NUMBER, _V, _("how much its reports weigh (linked ones count less)")),
    "same_as_own_recent": Field(Kind.YES_NO, _R, _("the author has just said the same"), (("n", 5),)),
    "same_text_of_others": Field(
        Kind.NUMBER, _R, _("how many others have written the very same"), (("hours", 24),)
    ),
    "near_duplicate_of_others": Field(
        Kind.NUMBER, _R, _("how many others have written nearly the same"), (("hours", 24),)
    ),
    "score": Field(Kind.SHARE, _X, _("the score of a plug-in"), (("name", "spam"),)),
    "count": Field(Kind.NUMBER, _R, _("how many comments came"), (("by", "account"), ("hours", 1))),
}  # fmt: skip
#: What `count` can count by. Several together are one person in one place: all must be the same.
COUNT_BY: dict[str, Words] = {
    "account": _("from this author"), "article": _("under this article"),
    "signup_day": _("from accounts that were made on the same day"),
    "network": _("from the same network"), "link_domain": _("with a link to the same site"),
}  # fmt: skip
#: What a field asks for that is no number.
ASKS_WORDS = frozenset({"by", "guideline", "name"})
#: A number that a field asks for: the smallest and the largest.
ASK_LIMITS: dict[str, tuple[int, int]] = {"days": (1, 365), "n": (1, 20), "hours": (1, 168)}


class Takes(StrEnum):
    """What an operator compares with."""

    ONE = "one"
    MANY = "many"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Operator:
    """How a field is compared."""

    label: Words
    kinds: frozenset[Kind]
    takes: Takes = Takes.ONE


_WORDY = frozenset({Kind.TEXT, Kind.TEXTS})
_WHOLE = frozenset({Kind.TEXT, Kind.TEXTS, Kind.NAME})
_COUNTED = frozenset({Kind.NUMBER, Kind.SHARE})
OPERATORS: dict[str, Operator] = {
    "is": Operator(_("is"), _WHOLE | _COUNTED | {Kind.YES_NO}),
    "is_not": Operator(_("is not"), _WHOLE | _COUNTED),
    "in": Operator(_("is one of"), _WHOLE, Takes.MANY),
    "not_in": Operator(_("is none of"), _WHOLE, Takes.MANY),
    "<": Operator(_("is less than"), _COUNTED),
    "<=": Operator(_("is at most"), _COUNTED),
    ">": Operator(_("is more than"), _COUNTED),
    ">=": Operator(_("is at least"), _COUNTED),
    "between": Operator(_("is between"), _COUNTED, Takes.PAIR),
    "has_word": Operator(_("has the word"), _WORDY),
    "has_phrase": Operator(_("has the words in a row"), _WORDY),
    "has_any": Operator(_("has one of these words or phrases"), _WORDY, Takes.MANY),
    "starts": Operator(_("begins with"), _WHOLE),
    "ends": Operator(_("ends with"), _WHOLE),
    "matches": Operator(_("fits the pattern"), _WHOLE),
}
#: Those that look for whole words.
FINDS_WORDS = frozenset({"has_word", "has_phrase", "has_any"})

#: In the order in which they are applied.
NORMALISERS: dict[str, Words] = {
    "strip_invisible": _("ignore invisible signs"),
    "strip_accents": _("ignore accents"),
    # Before case goes: Ν is an N, and ν is a v.
    "confusables": _("letters of other scripts that look alike are alike"),
    "fold_case": _("capital and small letters are alike"),
    "leet": _("numbers and signs that stand for letters are those letters"),
    "strip_punct": _("ignore signs and spaces between letters"),
    "collapse_repeats": _("a stretched letter is one letter"),
}
DEFAULT_NORMALISERS = frozenset({"fold_case", "strip_invisible"})


class Effect(StrEnum):
    """What readers see because of a rule, from the weakest to the strongest."""

    NONE = "none"
    NUDGE = "nudge"
    ASK_EDIT = "ask_edit"
    HOLD = "hold"
    REJECT_SPAM = "reject_spam"


STRENGTH = {effect: i for i, effect in enumerate(Effect)}


@dataclass(frozen=True, slots=True)
class ActionKind:
    """Something that a rule does. `argument` names what it is told, if anything."""

    label: Words
    effect: Effect = Effect.NONE
    argument: str = ""
    #: It goes on after the comment is judged, has an end, and can be taken back: `actions.rule_measures` does it.
    lasts: bool = False


ACTIONS: dict[str, ActionKind] = {
    "note": ActionKind(_("write a note for moderators"), argument="text"),
    "tag": ActionKind(_("put a tag on the card"), argument="text"),
    "raise": ActionKind(_("have it read, sooner by this many points"), argument="points"),
    "report": ActionKind(_("put it among the reported, under a guideline"), argument="guideline"),
    "nudge": ActionKind(_("before posting: give a hint"), Effect.NUDGE, "message"),
    "ask_edit": ActionKind(_("before posting: ask for other words"), Effect.ASK_EDIT, "message"),
    "notify_staff": ActionKind(_("mail the administrators, once an hour at most")),
    "slow": ActionKind(
        _("for a day, so many minutes between two comments of a person in its branch"),
        Effect.NONE,
        "minutes",
        lasts=True,
    ),
    "close_thread": ActionKind(_("close its branch for so many hours"), Effect.NONE, "hours", lasts=True),
    "premoderate_author": ActionKind(
        _("read what its author writes first, for so many days"), Effect.NONE, "days", lasts=True
    ),
    "hold": ActionKind(_("hold it for review"), Effect.HOLD),
    "reject_spam": ActionKind(_("hold it as spam, at the end of the queue"), Effect.REJECT_SPAM),
}
#: What a text for an action may have at most, and how large a number may be. Nothing lasts longer than a month.
ARGUMENT_LENGTHS = {"text": 200, "message": 500, "guideline": 60}
MOST_OF = {"points": 100, "minutes": 120, "hours": 168, "days": 30}
TAG_LENGTH = 30

EVENTS: dict[str, Words] = {
    "post": _("when it is posted"), "edit": _("when it is edited"), "report": _("when a reader reports it"),
}  # fmt: skip
#: When a rule is asked that does not say.
DEFAULT_EVENTS = ("post", "edit")


def _check() -> None:
    used = {group: [name for name, field in FIELDS.items() if field.group == group] for group in Group}
    assert all(used.values()), "a group without a field is an empty heading"
    assert set(GROUP_LABELS) == set(Group)
    for name, field in FIELDS.items():
        assert any(field.kind in operator.kinds for operator in OPERATORS.values()), f"nothing can be asked of {name}"
        assert {ask for ask, _default in field.asks} <= ASKS_WORDS | set(ASK_LIMITS), f"{name} asks without an end"
    assert set(OPERATORS) >= FINDS_WORDS
    assert set(NORMALISERS) >= DEFAULT_NORMALISERS
    shown = {action.effect for action in ACTIONS.values()}
    assert shown == set(Effect), f"no action leads to {set(Effect) - shown}"
    assert len([a for a in ACTIONS.values() if a.effect != Effect.NONE]) == len(Effect) - 1, "one action for an effect"
    assert all(a.argument in (*ARGUMENT_LENGTHS, *MOST_OF, "") for a in ACTIONS.values())
    assert not any(a.lasts and a.effect != Effect.NONE for a in ACTIONS.values())
    assert set(DEFAULT_EVENTS) <= set(EVENTS)


_check()
