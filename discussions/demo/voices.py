"""What can be said, by language and topic."""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from discussions.demo.wording import Deck, fill

VOICES = Path(__file__).parent / "texts" / "voices"

#: Sentences that fit any topic, and those that belong to one aspect of it.
KINDS = (
    "opening", "agree", "disagree", "concede", "closing", "ask", "answer", "source", "short_agree", "short_disagree",
    "short_other", "emoji", "link_words", "list_intro", "edit_note", "sum", "withdrawn",
)  # fmt: skip
#: Small change, of which nobody notices that it comes again.
REPEATABLE = frozenset({"emoji", "link_words", "list_intro", "edit_note", "sum", "withdrawn", "short_other"})
ASPECT_KINDS = ("pro", "con", "ask", "told", "data", "idea")


@dataclass(frozen=True, slots=True)
class Aspect:
    """One side of a topic, e.g. the school run."""

    label: str
    sentences: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Material:
    """All sentences of one language about one topic, as written in the files."""

    language: str
    sentences: Mapping[str, tuple[str, ...]]
    aspects: tuple[Aspect, ...]
    slots: Mapping[str, tuple[str, ...]]
    #: (text, reason) of comments that break a guideline.
    broken: tuple[tuple[str, str], ...]


@cache
def load_material(language: str, topic: str) -> Material:
    """Return what is written in `language` about `topic`. Raises `LookupError` when there is nothing."""
    common = _read(f"{language}.toml")
    special = _read(f"{language}-{topic}.toml")
    _refuse_unknown(common, {*KINDS, "broken", "slots", "aspect"})
    aspects = [raw for raw in common.get("aspect", []) if raw["topic"] == topic] + special.get("aspect", [])
    if not aspects:
        raise LookupError(f"nothing is written in {language!r} about {topic!r}")
    return Material(
        language=language,
        sentences={kind: tuple(common.get(kind, ())) for kind in KINDS},
        aspects=tuple(_aspect(raw) for raw in aspects),
        slots={name: tuple(values) for name, values in {**common["slots"], **special.get("slots", {})}.items()},
        broken=tuple(pair for group in common["broken"] for pair in _offences(group)),
    )


@dataclass(slots=True)
class Voice:
    """Speaks one language about one topic; does not repeat a sentence before all of its kind were said."""

    material: Material
    rng: Random
    #: Templates said lately in the branch that is being written; they are not said again.
    heard: deque[str] = field(default_factory=deque)
    _decks: dict[tuple[str, int], Deck[str]] = field(default_factory=dict)

    def say(self, kind: str, aspect: int = -1, **given: str) -> str:
        """Return a sentence of `kind`, about one aspect or (-1) about none; empty if nothing new is left."""
        sentences = self.material.sentences if aspect < 0 else self.material.aspects[aspect].sentences
        if not sentences[kind]:
            return ""
        deck = self._decks.get((kind, aspect))
        if deck is None:
            deck = self._decks[kind, aspect] = Deck(sentences[kind], self.rng)
        if kind in REPEATABLE:
            return fill(deck.draw(), self.rng, self.material.slots, given)
        for _attempt in range(4):
            template = deck.draw()
            if template not in self.heard:
                self.heard.append(template)
                return fill(template, self.rng, self.material.slots, given)
        return ""

    def offend(self, **given: str) -> tuple[str, str]:
        """Return a text that breaks a guideline, and the reason for which it was removed."""
        text, reason = self.rng.choice(self.material.broken)
        return fill(text, self.rng, self.material.slots, given), reason

    def aspect_named(self, label: str) -> int:
        """Return the position of the aspect with this label. Raises `LookupError`."""
        for position, aspect in enumerate(self.material.aspects):
            if aspect.label == label:
                return position
        raise LookupError(f"no aspect is called {label!r}")


def _read(name: str) -> dict[str, Any]:
    path = VOICES / name
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def _refuse_unknown(raw: dict[str, Any], known: set[str]) -> None:
    """Raise `ValueError` for what nobody reads: in TOML a line under the wrong heading is lost."""
    if unknown := set(raw) - known:
        raise ValueError(f"nobody reads {sorted(unknown)}")


def _offences(group: dict[str, Any]) -> list[tuple[str, str]]:
    _refuse_unknown(group, {"reason", "text"})
    return [(text, group["reason"]) for text in group["text"]]


def _aspect(raw: dict[str, Any]) -> Aspect:
    _refuse_unknown(raw, {*ASPECT_KINDS, "label", "topic"})
    return Aspect(raw["label"], {kind: tuple(raw.get(kind, ())) for kind in ASPECT_KINDS})
