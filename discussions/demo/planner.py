"""Who writes what in a discussion."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from discussions.demo import appeal, composer
from discussions.demo.comment import DemoComment
from discussions.demo.people import Cast, Reader, readers
from discussions.demo.script import ScriptLine
from discussions.demo.shape import Shape
from discussions.demo.voices import Voice, load_material

#: Why a comment is not shown yet, in words for its author.
HELD_GUEST = "A guest's first comments are read before they are shown."
#: Each is true of any text.
HELD_REASONS = (
    "It came moments after another one from the same account, and a person looks first.",
    "Many comments came within a minute here, and a person looks at some of them first.",
)
#: Comments that are compared when the planner avoids repeating itself: more than a page shows.
_NEIGHBOURS = 80
#: Nobody answers faster; and handwritten comments get their handwritten replies first, because those are seen first.
_READING_MINUTES = 0.8
_SETTLING_MINUTES = 120.0
#: Sentences that a branch remembers.
_MEMORY = 48


@dataclass(slots=True)
class _Node:
    """What the planner remembers of a comment that somebody may answer."""

    comment: DemoComment
    aspect: int
    stance: str
    asks: bool
    quote: str
    #: The minute from which it is answered.
    opens_at: float
    #: What was said lately in this branch.
    heard: deque[str]


class Planner:
    """Says who writes what, one comment after the other, and remembers the discussion so far."""

    def __init__(
        self, rng: Random, comments: int, mix: Mapping[str, float], max_depth: int, topic: str, minutes: float
    ) -> None:
        """Take what `plan_discussion` was told."""
        self._rng = rng
        self._ceiling = appeal.ceiling_for(comments)
        self._minutes = minutes
        self._mix = (list(mix), list(mix.values()))
        self._voices = {language: Voice(load_material(language, topic), rng) for language in mix}
        self._casts = {language: Cast(rng, language) for language in mix}
        self._stances = [rng.choice(("pro", "con")) for _ in readers()]
        self._shape = Shape(rng, max_depth)
        self._nodes: list[_Node] = []
        self._ids: dict[str, int] = {}
        self._recent: deque[str] = deque(maxlen=_NEIGHBOURS)
        self._replies: set[tuple[int | None, str]] = set()

    def recite(self, line: ScriptLine) -> DemoComment:
        """Return the planned form of a handwritten line."""
        author = readers()[line.author_index]
        comment = DemoComment(
            index=len(self._nodes),
            parent_index=None if line.re is None else self._ids[line.re],
            author_index=author.index,
            is_guest=author.is_guest,
            text=line.text,
            language=line.language,
            minutes_after_publication=line.at,
            ups=line.up,
            downs=line.down,
            visibility=line.state,
            reason=line.reason or (self._held_reason(is_guest=author.is_guest) if line.state == "held" else ""),
            edited_from=line.was,
            pinned=line.pinned,
            locked=line.locked,
            passage=line.passage,
        )
        self._ids[line.id] = comment.index
        voice = self._voices.get(line.language)
        aspect = voice.aspect_named(line.about) if voice and line.about else 0
        tickets = 3 + line.up // 8 if voice and line.about else 0
        self._remember(comment, aspect, asks=False, tickets=tickets, wait=_SETTLING_MINUTES)
        return comment

    def invent(self, at: float, fate: str) -> DemoComment:
        """Return a new comment at minute `at`; `fate` is what becomes of it, `public` for most."""
        parent, is_duel = self._parent(at)
        language = self._language(parent)
        author = self._author(parent, language, is_duel=is_duel)
        aspect = self._aspect(parent, language)
        written = self._write(parent, author, language, aspect)
        comment = self._meet(fate, self._comment(parent, author, language, at, written), parent)
        self._remember(comment, aspect, asks=written.asks, tickets=_tickets(comment))
        return comment

    def _parent(self, at: float) -> tuple[_Node | None, bool]:
        for _attempt in range(5):
            index, is_duel = self._shape.pick_parent()
            if index is None:
                break
            if at >= self._nodes[index].opens_at:
                return self._nodes[index], is_duel
        return None, False

    def _comment(
        self, parent: _Node | None, author: Reader, language: str, at: float, written: composer.Written
    ) -> DemoComment:
        ups, downs = appeal.votes(
            self._rng,
            depth=0 if parent is None else self._shape.depth(parent.comment.index) + 1,
            age_share=at / self._minutes,
            length=len(written.text),
            ceiling=self._ceiling,
        )
        return DemoComment(
            index=len(self._nodes),
            parent_index=None if parent is None else parent.comment.index,
            author_index=author.index,
            is_guest=author.is_guest,
            text=written.text,
            language=language,
            minutes_after_publication=at,
            ups=ups,
            downs=downs,
            edited_from=written.was,
        )

    def _language(self, parent: _Node | None) -> str:
        if parent is not None and self._rng.random() < (0.98 if parent.comment.language == "en" else 0.8):
            return parent.comment.language
        return self._rng.choices(*self._mix)[0]

    def _author(self, parent: _Node | None, language: str, *, is_duel: bool) -> Reader:
        cast = self._casts[language]
        if parent is None:
            return cast.draw()
        before = parent.comment.parent_index
        if is_duel and before is not None and self._rng.random() < 0.8:
            opponent = readers()[self._nodes[before].comment.author_index]
            if language in opponent.languages and opponent.index != parent.comment.author_index:
                return opponent
        return cast.draw(other_than=parent.comment.author_index)

    def _aspect(self, parent: _Node | None, language: str) -> int:
        if parent is not None and parent.comment.language == language and self._rng.random() < 0.88:
            return parent.aspect
        return self._rng.randrange(len(self._voices[language].material.aspects))

    def _write(self, parent: _Node | None, author: Reader, language: str, aspect: int) -> composer.Written:
        voice, rng = self._voices[language], self._rng
        voice.heard = deque(maxlen=_MEMORY) if parent is None else parent.heard
        stance = self._stances[author.index]
        prompt = composer.Prompt(aspect, stance)
        if parent is not None:
            answered = readers()[parent.comment.author_index]
            prompt = composer.Prompt(
                aspect, stance, answered.name, answered.handle, parent.comment.text,
                quote=parent.quote if parent.comment.language == language else "",
                agrees=self._agrees(parent, stance), was_asked=parent.asks,
            )  # fmt: skip
        written = composer.compose(voice, prompt, rng)
        for _attempt in range(12):
            if self._is_fresh(parent, written.text):
                break
            written = composer.compose(voice, prompt, rng)
        if rng.random() < 0.035 and len(written.text) > 60:
            written = composer.with_edit(voice, written, rng, prompt.name)
        return written

    def _agrees(self, parent: _Node, stance: str) -> bool:
        return self._rng.random() < (0.75 if parent.stance == stance else 0.12)

    def _is_fresh(self, parent: _Node | None, text: str) -> bool:
        parent_index = None if parent is None else parent.comment.index
        return text not in self._recent and (parent_index, text) not in self._replies

    def _meet(self, fate: str, comment: DemoComment, parent: _Node | None) -> DemoComment:
        """Return the comment as a screen, a moderator or its author left it."""
        if fate == "public":
            return comment
        comment = replace(comment, visibility=fate, edited_from=None)
        if fate == "held":
            return replace(comment, reason=self._held_reason(is_guest=comment.is_guest), ups=0, downs=0)
        voice = self._voices[comment.language]
        if fate == "withdrawn":
            text = voice.say("withdrawn")
            is_rumour = self._rng.random() < 0.4 and self._is_fresh(parent, text)
            return replace(comment, text=text) if is_rumour else comment
        text, reason = self._offence(comment, parent, voice)
        return replace(comment, text=text, reason=reason, ups=comment.ups // 8, downs=comment.downs + 3)

    def _offence(self, comment: DemoComment, parent: _Node | None, voice: Voice) -> tuple[str, str]:
        victim = self._casts[comment.language].draw(other_than=comment.author_index)
        if parent is not None:
            victim = readers()[parent.comment.author_index]
        for _attempt in range(20):
            text, reason = voice.offend(name=victim.name)
            if self._is_fresh(parent, text):
                return text, reason
        return f"{comment.text}\n\n{text}", reason

    def _held_reason(self, *, is_guest: bool) -> str:
        return HELD_GUEST if is_guest else self._rng.choice(HELD_REASONS)

    def _remember(
        self, comment: DemoComment, aspect: int, *, asks: bool, tickets: int, wait: float = _READING_MINUTES
    ) -> None:
        quotable = comment.visibility in {"public", "collapsed"} and len(comment.text) > 90
        voice = self._voices.get(comment.language)
        heard: deque[str] = deque(maxlen=_MEMORY)
        if comment.parent_index is not None:
            heard = self._nodes[comment.parent_index].heard
        elif voice is not None:
            heard = voice.heard
        quote = composer.first_sentence(comment.text) if quotable else ""
        opens_at = comment.minutes_after_publication + wait
        self._nodes.append(_Node(comment, aspect, self._stances[comment.author_index], asks, quote, opens_at, heard))
        self._shape.add(comment.index, comment.parent_index, tickets=tickets)
        self._recent.append(comment.text)
        self._replies.add((comment.parent_index, comment.text))


def _tickets(comment: DemoComment) -> int:
    """Return how attractive a comment is to answer; nobody sees a held one."""
    return {"held": 0, "removed": 1, "withdrawn": 4}.get(comment.visibility, 1)
