"""A language is named only when it is certain."""

from __future__ import annotations

import time
from typing import Any

import pytest
from py3langid.langid import LanguageIdentifier

from discussions import language as module
from discussions.language import detect
from tests.threads import at_once


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I walk there every morning, and the benches are always wet.", "en"),
        ("Paso por allí todas las mañanas y los bancos están siempre mojados.", "es"),
        ("أمر من هنا كل صباح، وأرى أن المقاعد مبللة دائما بعد المطر. يجب على البلدية أن تهتم بالحديقة أكثر.", "ar"),
        ("Ich gehe jeden Morgen dort vorbei, und die Bänke sind immer nass.", "de"),
        ("毎朝そこを歩いていますが、ベンチはいつも濡れています。", "ja"),
    ],
)
def test_names_the_language(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    ["", "lol", "Thank you very much", "👍👍👍 👍👍👍", "la la la la la la la la la la la la", "12:30 — 14:45, 3 × 7"],
)
def test_keeps_silent_when_it_is_not_certain(text: str) -> None:
    assert detect(text) == ""


def test_other_peoples_words_do_not_count() -> None:
    quoted = "> Ich gehe jeden Morgen dort vorbei, und die Bänke sind immer nass.\n\n"
    address = "https://example.org/ich/gehe/jeden/morgen/dort/vorbei/und/die/baenke "
    code = "```\nfor bench in benches: bench.dry(after=rain)\n"

    assert detect(quoted + "+1") == ""
    assert detect(address + "@reader.with-a-long-name") == ""
    assert detect(code) == ""
    assert detect(quoted + "No, only the one beside the fountain is wet when I come.") == "en"


@pytest.mark.parametrize("text", ["`" * 5000, "> " * 2500, "```\n" * 1250, "@" * 5000, "www." * 1250])
def test_hostile_text_costs_little(text: str) -> None:
    detect("The first call loads the model, which is not measured.")
    started = time.perf_counter()
    assert detect(text) == ""
    assert time.perf_counter() - started < 0.2


def test_writers_who_come_together_share_one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    real, loads = LanguageIdentifier.from_model_file, []

    def counted(*args: Any, **kwargs: Any) -> Any:
        loads.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(LanguageIdentifier, "from_model_file", counted)
    module._identifier.cache_clear()
    found = at_once([lambda: detect("What I saw was not what they say that it was.")] * 8)
    assert (set(found), len(loads)) == ({"en"}, 1)
