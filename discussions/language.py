"""Which language a comment is written in, when that is certain."""

from __future__ import annotations

import re
import threading
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

#: Shorter texts are guessed wrong too often: "lol" is Sotho to any detector.
MIN_LETTERS = 20
#: On 3,700 English comments and 4,000 sentences in 90 languages, an answer this sure named a wrong major language
#: less than once in a thousand; what it gets wrong are small languages that it does not know (Sorbian becomes Polish).
MIN_PROBABILITY = 0.9
#: Half a page says it, and the time of a longer one is saved.
MAX_LENGTH = 2000

#: The model's word for "no language": logs, serial numbers, drumming on the keyboard.
_NOT_A_LANGUAGE = "zxx"

#: Quoted lines, code, addresses and handles are somebody else's words, or no words.
_NOT_WORDS = re.compile(
    r"""
      ^[ ]{0,3}>.*$
    | ^[ ]{0,3}(?:```|~~~)[\s\S]*?(?:^[ ]{0,3}(?:```|~~~)|\Z)
    | `[^`\n]*`
    | (?:https?://|www\.)\S+
    | @[\w.-]+
    """,
    re.MULTILINE | re.VERBOSE,
)


def detect(text: str) -> str:
    """Return the BCP 47 tag of `text` (Markdown), or an empty string when it is short or not certain."""
    words = _NOT_WORDS.sub(" ", text)[:MAX_LENGTH]
    if sum(map(str.isalpha, words)) < MIN_LETTERS:
        return ""
    with _loading:
        identifier = _identifier()
    language, probability = identifier.classify(words)
    return language if probability >= MIN_PROBABILITY and language != _NOT_A_LANGUAGE else ""


#: The first writers of a new process come together: without it each would unpack a model of their own, and on a busy
#: machine their transactions ran into the database's limit of 20 seconds meanwhile.
_loading = threading.Lock()


@cache
def _identifier() -> LanguageIdentifier:
    # Unpacking the model takes a second and 90 MB, so only a process in which somebody writes pays for it.
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
