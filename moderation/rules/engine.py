"""What all rules together say about one comment: every rule is asked, the strongest effect wins, the rest adds up.

A comparison with something that is not known is neither true nor false, and so is what is built of it (the logic of
Kleene). A rule that is in doubt raises the comment for review and does nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from moderation.rules import compare
from moderation.rules.compare import Texts, needles_of
from moderation.rules.facts import Facts, Key
from moderation.rules.language import Action, All, Condition, Definition, Leaf, Not, OneOf
from moderation.rules.needles import Needles, Span
from moderation.rules.vocabulary import EVENTS, STRENGTH, Effect

#: Seconds of this thread's own work for all rules on one comment; what is under way then is finished, so that 25 ms
#: are the most. Not of the clock on the wall: on a busy machine that
#: would let comments through that the rules hold.
BUDGET = 0.018
#: Of one field, the stretches that a rule marks.
SPANS_KEPT = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """A version of a rule that is in use. `id` and `version` are for whoever asks; the engine hands them back."""

    id: int
    version: int
    definition: Definition


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in a field a rule found something, and the words there."""

    field: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fits, or that is in doubt: then it has no effect and only raises."""

    rule: Rule
    is_certain: bool
    actions: tuple[Action, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def effect(self) -> Effect:
        """Return what this rule alone would have readers see."""
        return self.rule.definition.effect if self.is_certain else Effect.NONE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of all rules."""

    effect: Effect = Effect.NONE
    hits: tuple[Hit, ...] = ()
    #: The time ran out: some rules were not asked, so nothing is held, and a person has to look.
    is_cut_short: bool = False

    @property
    def deciding(self) -> Hit | None:
        """Return the hit whose effect this is: of several, that of the rule with the highest priority."""
        if self.effect == Effect.NONE:
            return None
        equal = [hit for hit in self.hits if hit.effect == self.effect]
        return min(equal, key=lambda hit: (-hit.rule.definition.priority, hit.rule.id))


class RuleSet:
    """Rules made ready once, to be asked about many comments."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Build what finds the words of all of them in one pass for each way of reading."""
        self.rules = tuple(sorted(rules, key=lambda rule: (-rule.definition.priority, rule.id)))
        leaves = [leaf for rule in self.rules for leaf in rule.definition.leaves()]
        self._needles: dict[tuple[Key, frozenset[str]], Needles] = needles_of(leaves)
        self._keys = {event: self._asked_for(event) for event in EVENTS}

    def keys(self, event: str) -> frozenset[Key]:
        """Return what the facts are asked for when this happens."""
        return self._keys[event]

    def is_asked(self, event: str) -> bool:
        """Return whether there is a rule for this."""
        return any(event in rule.definition.applies_to for rule in self.rules)

    def in_doubt(self, facts: Facts) -> tuple[tuple[Rule, tuple[Mark, ...]], ...]:
        """Return the rules that would fit or not by what is not known here, with the words that they found."""
        texts = Texts(facts, self._needles)
        found = [
            rule for rule in self.rules if applies(rule.definition, facts) and _fits(rule.definition, texts) is None
        ]
        return tuple((rule, _marks(rule.definition.when, texts)) for rule in found)

    def words_in(self, facts: Facts) -> tuple[Mark, ...]:
        """Return what the rules look for and is there, whether or not anything else of them fits."""
        texts = Texts(facts, self._needles)
        return tuple(mark for rule in self.rules for mark in _marks(rule.definition.when, texts))

    def _asked_for(self, event: str) -> frozenset[Key]:
        asked = (rule.definition for rule in self.rules if event in rule.definition.applies_to)
        return frozenset(leaf.key for definition in asked for leaf in definition.leaves())

    def ask(
        self, facts: Facts, *, budget: float = BUDGET, clock: Callable[[], float] = time.thread_time,
        times: dict[int, float] | None = None,
    ) -> Outcome:  # fmt: skip
        """Return what the rules say. `budget` is in seconds of `clock`, which runs no faster than that on the wall.

        `times` is told the seconds on the wall that each rule took, by its id. Rules share what they have read of a
        text, so the first that looks for words pays for the others.
        """
        if facts.is_exempt:
            return Outcome()
        started, begun = clock(), time.perf_counter()
        texts = Texts(facts, self._needles)
        hits: list[Hit] = []
        for rule in self.rules:
            # The clock on the wall is asked first because asking it costs nothing.
            if time.perf_counter() - begun > budget and clock() - started > budget:
                return Outcome(hits=tuple(hits), is_cut_short=True)
            before = time.perf_counter() if times is not None else 0.0
            if applies(rule.definition, facts) and (hit := _hit(rule, texts)):
                hits.append(hit)
            if times is not None:
                times[rule.id] = time.perf_counter() - before
        return Outcome(max((hit.effect for hit in hits), key=STRENGTH.__getitem__, default=Effect.NONE), tuple(hits))


def applies(definition: Definition, facts: Facts) -> bool:
    """Return whether the rule is for such a comment, today."""
    is_over = bool(definition.expires_on) and facts.now.date().isoformat() > definition.expires_on
    return facts.event in definition.applies_to and not is_over


def _hit(rule: Rule, texts: Texts) -> Hit | None:
    definition = rule.definition
    value = _fits(definition, texts)
    if value is False:
        return None
    if value is None:
        raising = tuple(action for action in definition.then if action.name == "raise")
        return Hit(rule, is_certain=False, actions=raising) if raising else None
    return Hit(rule, is_certain=True, actions=definition.then, marks=_marks(definition.when, texts))


def _fits(definition: Definition, texts: Texts) -> bool | None:
    return _both(_value(definition.when, texts), _not(_value(definition.unless, texts)))


def _value(condition: Condition | None, texts: Texts) -> bool | None:
    """Return True, False, or None for not known. No condition is False: nothing stands against the rule."""
    if condition is None:
        return False
    if isinstance(condition, Leaf):
        return compare.value_of(condition, texts)
    if isinstance(condition, Not):
        return _not(_value(condition.part, texts))
    decides = isinstance(condition, OneOf)
    in_doubt = False
    for part in condition.parts:
        value = _value(part, texts)
        if value is decides:
            return decides
        in_doubt = in_doubt or value is None
    return None if in_doubt else not decides


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _both(first: bool | None, second: bool | None) -> bool | None:
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def _marks(condition: Condition, texts: Texts) -> tuple[Mark, ...]:
    """Return what the comparisons that are true have found, but for those under a "not"."""
    found: set[tuple[str, Span, str]] = set()
    for leaf in _speaking(condition, texts):
        for text, span in compare.spans_of(leaf, texts):
            found.add((leaf.field, span, text[span[0] : span[1]]))
    return tuple(Mark(name, *span, words) for name, span, words in sorted(found)[:SPANS_KEPT])


def _speaking(condition: Condition, texts: Texts) -> Iterable[Leaf]:
    if isinstance(condition, Leaf):
        if condition.reads_text and compare.value_of(condition, texts):
            yield condition
    elif isinstance(condition, All | OneOf):
        for part in condition.parts:
            yield from _speaking(part, texts)
    else:
        assert isinstance(condition, Not)
