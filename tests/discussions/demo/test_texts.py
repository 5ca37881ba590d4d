from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from discussions.demo import script, voices
from discussions.demo.script import load_script
from discussions.demo.voices import Voice, load_material
from discussions.demo.wording import Deck, fill

TOPICS = [(path.stem) for path in sorted(script.SCRIPTS.glob("*.toml"))]
LANGUAGES = ["ar", "de", "en", "es", "fa", "fr", "he", "hi", "zh"]


@pytest.mark.parametrize(
    ("topic", "at_least"), [("market", 15), ("river", 45), ("garden", 25), ("streets", 20), ("library", 10)]
)
def test_conversations_written_by_hand(topic: str, at_least: int) -> None:
    lines = load_script(topic)
    assert len(lines) >= at_least
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert all(line.text and len(line.text) <= 5_000 for line in lines)


def test_every_script_is_tested() -> None:
    assert TOPICS == ["garden", "library", "market", "river", "streets"]


def test_the_short_conversation_shows_every_state() -> None:
    lines = {line.id: line for line in load_script("market")}
    assert sum(line.is_readable for line in lines.values()) == 12
    assert {line.state for line in lines.values()} == {"public", "withdrawn", "removed", "held"}
    assert any(line.was for line in lines.values())
    assert any(line.re and lines[line.re].state == "withdrawn" for line in lines.values())
    assert all(line.reason for line in lines.values() if line.state == "removed")


def test_one_handwritten_branch_is_twelve_deep() -> None:
    depth: dict[str, int] = {}
    for line in load_script("river"):
        depth[line.id] = 0 if line.re is None else depth[line.re] + 1
    assert max(depth.values()) == 12


def test_a_topic_without_a_script_has_no_lines() -> None:
    assert load_script("lunch") == ()


def test_a_line_that_answers_a_later_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "SCRIPTS", tmp_path)
    entry = '[[comment]]\nid = "{id}"\n{re}by = "juniper_vale"\nat = {at}\ntext = "Hello."\n'
    source = 'language = "en"\n' + entry.format(id="a", re='re = "b"\n', at=1) + entry.format(id="b", re="", at=2)
    (tmp_path / "odd.toml").write_text(source)
    with pytest.raises(ValueError, match="a answers b, which is not there yet"):
        load_script("odd")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_sentences(language: str) -> None:
    material = load_material(language, "streets")
    for kind in ("opening", "agree", "disagree", "ask", "answer", "short_agree", "short_disagree", "short_other"):
        assert len(material.sentences[kind]) >= 4, kind
    for aspect in material.aspects:
        for kind in voices.ASPECT_KINDS:
            assert aspect.sentences[kind], (aspect.label, kind)
    assert material.broken


def test_every_template_can_be_filled() -> None:
    rng = Random(1)
    for topic, languages in {
        "streets": LANGUAGES,
        "library": LANGUAGES,
        "river": ["en", "de"],
        "garden": ["es"],
    }.items():
        for language in languages:
            material = load_material(language, topic)
            groups = [*material.sentences.values(), *(s for a in material.aspects for s in a.sentences.values())]
            for template in [t for group in groups for t in group] + [text for text, _reason in material.broken]:
                text = fill(template, rng, material.slots, {"name": "Ada", "label": "x"})
                assert "{" not in text, template
                assert "|" not in text, template


def test_a_line_under_the_wrong_heading_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "VOICES", tmp_path)
    (tmp_path / "xx.toml").write_text('[slots]\n[[broken]]\nreason = "r"\ntext = ["t"]\nwithdrawn = ["lost"]\n'
                                      '[[aspect]]\ntopic = "odd"\nlabel = "l"\n')  # fmt: skip
    with pytest.raises(ValueError, match=r"nobody reads \['withdrawn'\]"):
        load_material("xx", "odd")


def test_a_voice_says_everything_before_it_repeats_itself() -> None:
    material = load_material("en", "library")
    voice = Voice(material, Random(1))
    questions = material.sentences["ask"]
    said = {voice.say("ask", name="Ada") for _ in questions}
    assert len(said) == len(questions)


def test_a_voice_does_not_say_what_the_branch_has_heard() -> None:
    material = load_material("he", "streets")
    voice = Voice(material, Random(1))
    known = len(material.aspects[0].sentences["pro"])
    said = [voice.say("pro", 0) for _ in range(known * 3)]
    assert len({text for text in said if text}) == known
    assert said.count("") == known * 2


def test_a_deck_gives_every_card_once_before_any_again() -> None:
    deck = Deck("abcdef", Random(1))
    assert sorted(deck.draw() for _ in range(6)) == list("abcdef")
    assert sorted(deck.draw() for _ in range(6)) == list("abcdef")


def test_an_empty_deck_is_refused() -> None:
    with pytest.raises(ValueError, match="an empty deck"):
        Deck([], Random(1))


def test_filling_makes_choices_and_leaves_autolinks() -> None:
    slots = {"url": ["https://a.example.org/{n}"]}
    text = fill("<yes|yes>: <{url}> and {name}", Random(1), slots, {"name": "Ada"})
    assert text.startswith("yes: <https://a.example.org/")
    assert text.endswith("> and Ada")


def test_an_unknown_slot_is_refused() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        fill("{nonsense}", Random(1), {}, {})
