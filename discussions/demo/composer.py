"""Sentences become a comment."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from discussions.demo.voices import Voice

#: Longest text that a comment may have; `settings.COMMENT_MAX_LENGTH` of the site says the same.
MAX_LENGTH = 5_000

#: Chinese and Japanese put no space between sentences.
_UNSPACED = frozenset({"zh"})
#: Where there is little to say, long comments would repeat themselves.
_WORDY = 6


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a comment is to be about."""

    aspect: int
    #: `pro` or `con`.
    stance: str
    #: Who is answered, what they wrote and which sentence of it is worth quoting; all empty for a root.
    name: str = ""
    handle: str = ""
    answered: str = ""
    quote: str = ""
    agrees: bool = False
    was_asked: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A comment's text; `asks` says that it ends in a question."""

    text: str
    asks: bool
    #: The text before an edit, None for most.
    was: str | None = None


def target_length(rng: Random) -> int:
    """Return how many characters somebody feels like writing: half under 160, one in a hundred over 1,700."""
    if rng.random() < 0.0012:
        return rng.randint(3_600, MAX_LENGTH - 700)
    return min(2_500, int(rng.lognormvariate(5.05, 1.02)))


def compose(voice: Voice, prompt: Prompt, rng: Random) -> Written:
    """Return a comment in `voice` that follows `prompt`."""
    length = target_length(rng)
    if length < 80 and prompt.name and not prompt.was_asked:
        written = _short(voice, prompt, rng)
    else:
        written = _Draft(voice, prompt, rng).write(length)
    if written.text:
        return written
    voice.heard = deque()  # everything has been said in this branch: begin again
    return compose(voice, prompt, rng)


def first_sentence(text: str) -> str:
    """Return the sentence of `text` that somebody would quote; empty when none is fit for it."""
    for line in text.splitlines():
        if not line or line.startswith((">", "-", " ", "@", "*Edit", "1")) or "://" in line:
            continue
        sentence = re.split(r"(?<=[.!?。？！؟।])\s*", line, maxsplit=1)[0].strip()
        return sentence.replace("*", "").replace("`", "") if 25 <= len(sentence) <= 170 else ""
    return ""


def _short(voice: Voice, prompt: Prompt, rng: Random) -> Written:
    chance = rng.random()
    if chance < 0.12 and voice.material.sentences["emoji"]:
        return Written(voice.say("emoji"), asks=False)
    if chance < 0.3:
        return Written(voice.say("short_other", name=prompt.name), asks=False)
    if chance < 0.5:
        return Written(voice.say("ask", name=prompt.name), asks=True)
    kind = "short_agree" if prompt.agrees else "short_disagree"
    return Written(voice.say(kind, name=prompt.name), asks=False)


class _Draft:
    """Collects sentences until the text is long enough."""

    def __init__(self, voice: Voice, prompt: Prompt, rng: Random) -> None:
        self._voice = voice
        self._prompt = prompt
        self._rng = rng
        self._aspect = prompt.aspect
        self._paragraphs: list[str] = []
        self._sentences: list[str] = []
        self._said: set[str] = set()
        self._room = rng.randint(200, 420)
        self._asks = False

    def write(self, length: int) -> Written:
        if len(self._voice.material.aspects) < _WORDY:
            length = min(length, 320)
        self._begin()
        if not self._add("told" if self._rng.random() < 0.15 else self._prompt.stance):
            self._turn()
        while self._size() < length and self._continue():
            pass
        self._end(length)
        return self._written()

    def _begin(self) -> None:
        prompt, rng = self._prompt, self._rng
        if not prompt.name:
            if rng.random() < 0.35:
                self._add("opening", general=True)
            return
        if prompt.quote and rng.random() < 0.16:
            self._paragraphs.append(f"> {prompt.quote}")
        elif prompt.handle and rng.random() < 0.07:
            self._sentences.append(f"@{prompt.handle}")
        if prompt.was_asked and rng.random() < 0.6:
            self._add("answer", general=True)
            self._add("data" if rng.random() < 0.5 else "told")
        elif rng.random() < 0.7:
            self._add("agree" if prompt.agrees else "disagree", general=True)

    def _continue(self) -> bool:
        """Add one more thought; return False when there is nothing new to say."""
        before = len(self._said)
        for _attempt in range(4):
            self._move()
            if len(self._said) > before:
                return True
        return False

    def _move(self) -> None:
        rng = self._rng
        chance = rng.random()
        if sum(map(len, self._sentences)) > self._room:
            self._break_paragraph()
        if chance < 0.34:
            self._add(self._prompt.stance)
        elif chance < 0.58:
            self._add("told")
        elif chance < 0.72:
            self._add("data")
        elif chance < 0.82:
            self._add("concede", general=True)
        elif chance < 0.9:
            self._turn()
        elif chance < 0.93:
            self._list()
        else:
            self._add("source", general=True)

    def _turn(self) -> None:
        """Go on to another aspect."""
        before, self._aspect = self._aspect, self._rng.randrange(len(self._voice.material.aspects))
        label = self._voice.material.aspects[self._aspect].label
        if self._aspect != before and self._voice.material.sentences["link_words"] and self._rng.random() < 0.7:
            self._break_paragraph()
            words = self._voice.say("link_words", label=label)
            self._sentences.append(words[0].upper() + words[1:])
        self._add(self._prompt.stance)

    def _list(self) -> None:
        rng = self._rng
        intro = self._voice.say("list_intro")
        ideas = [self._voice.say("idea", self._aspect) for _ in range(rng.randint(2, 3))]
        fresh = [idea for idea in dict.fromkeys(ideas) if idea and idea not in self._said]
        if len(fresh) < 2 or intro in self._said:
            return
        self._said.update([intro, *fresh])
        self._break_paragraph()
        numbered = rng.random() < 0.4
        lines = [f"{number}. {idea}" if numbered else f"- {idea}" for number, idea in enumerate(fresh, 1)]
        self._paragraphs += [intro, "\n".join(lines)]

    def _end(self, length: int) -> None:
        rng = self._rng
        chance = rng.random()
        if chance < 0.17:
            self._asks = self._add("ask")
        elif chance < 0.25:
            self._asks = self._add("ask", general=True)
        elif length > 160 and chance < 0.5:
            self._add("closing", general=True)
        elif chance > 0.994 and self._voice.material.sentences["sum"]:
            self._break_paragraph()
            self._paragraphs.append(self._voice.say("sum"))

    def _add(self, kind: str, *, general: bool = False) -> bool:
        sentence = self._voice.say(kind, -1 if general else self._aspect, name=self._prompt.name)
        if not sentence or sentence in self._said or sentence in self._prompt.answered:
            return False
        self._said.add(sentence)
        if len(sentence) < 70 and kind in {"pro", "con"} and self._rng.random() < 0.1:
            sentence = _stress(sentence)
        self._sentences.append(sentence)
        return True

    def _break_paragraph(self) -> None:
        if self._sentences:
            glue = "" if self._voice.material.language in _UNSPACED else " "
            self._paragraphs.append(glue.join(self._sentences))
        self._sentences = []
        self._room = self._rng.randint(200, 420)

    def _size(self) -> int:
        return sum(map(len, self._paragraphs)) + sum(map(len, self._sentences))

    def _written(self) -> Written:
        self._break_paragraph()
        text = "\n\n".join(self._paragraphs)
        return Written(text, self._asks, was=None)


def with_edit(voice: Voice, written: Written, rng: Random, name: str) -> Written:
    """Return `written` as if it had been edited once: with a note, or with a new last sentence."""
    note = voice.say("edit_note", name=name or "—")
    if rng.random() < 0.6 or not written.text.endswith((".", "!", "?")):
        return Written(f"{written.text}\n\n{note}", written.asks, was=written.text)
    return Written(written.text, written.asks, was=_shortened(written.text))


def _shortened(text: str) -> str:
    body, _space, last = text.rpartition(". ")
    return f"{body}." if body and last else text.lower()


_MARKS: tuple[Callable[[str], str], ...] = (lambda words: f"*{words}*", lambda words: f"**{words}**")


def _stress(sentence: str) -> str:
    if any(sign in sentence for sign in "*<[`"):
        return sentence
    return _MARKS[len(sentence) % 2](sentence)
