"""wpDiscuz's inline feedback: its shortcodes become the author's marks, and its comments find their passages.

The export names a comment's passage by the number of a row that is not in the file. The owner's dump of the table
tells (`feedback_forms`). Without it, one passage in the article is no question. With several, the rows were made in the
order in which the author wrote them, most probably: a person has to say that it is so, because a comment on the wrong
words is worse than one on none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from discussions.markup import article_prompts
from discussions.models import Article, Passage

#: The note of a comment that names its passage.
FORM_ID = "wpdiscuz_feedback_form_id"
UNKNOWN = "comments on a passage that the file does not tell were imported as comments on the article"

_SHORTCODE = re.compile(
    r"\[wpdiscuz-feedback((?:\s[^\]]{0,2000})?)\]((?:(?!\[wpdiscuz-feedback).){1,5000}?)\[/wpdiscuz-feedback\]",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""\s(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
_NOT_IN_ID = re.compile(r"[^a-z0-9-]+")
_NOT_IN_QUESTION = re.compile(r"[\[\]\s]+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A passage that an author of the old site had marked."""

    mark: str
    question: str
    words: str


def marked_in(content: str) -> list[Marked]:
    """Return the passages that shortcodes mark in an article's HTML, in reading order."""
    found: dict[str, Marked] = {}
    for shortcode in _SHORTCODE.finditer(content):
        attributes = {
            one[1].lower(): next((value for value in one.groups()[1:] if value is not None), "")
            for one in _ATTRIBUTE.finditer(shortcode[1])
        }
        mark = mark_of(attributes.get("id", ""))
        question = _NOT_IN_QUESTION.sub(" ", attributes.get("question", "")).strip()[:300].rstrip()
        if mark:
            found.setdefault(mark, Marked(mark, question or "?", shortcode[2]))
    return list(found.values())


def mark_of(shortcode_id: str) -> str:
    """Return the author's mark for a shortcode's id; empty for an id without a letter or digit."""
    return _NOT_IN_ID.sub("-", shortcode_id.lower()).strip("-")[:40].rstrip("-")


def with_placeholders(content: str) -> str:
    """Return the HTML with words in the place of the shortcodes, which get through sanitiser and Markdown."""
    marks = {one.words: n for n, one in enumerate(marked_in(content))}

    def placed(shortcode: re.Match[str]) -> str:
        n = marks.get(shortcode[2])
        return shortcode[2] if n is None else f"{_opening(n)}{shortcode[2]}{_closing(n)}"

    return _SHORTCODE.sub(placed, content)


def with_marks(markdown: str, marked: Collection[Marked]) -> str:
    """Return the Markdown with the author's marks; those that do not fit, as over two paragraphs, leave their words."""
    for n, one in enumerate(marked):
        tried = markdown.replace(_opening(n), f"[[?{one.mark} {one.question}]]").replace(_closing(n), "[[/?]]")
        fits = one.mark in article_prompts(_without(tried, range(n + 1, len(marked))))
        markdown = tried if fits else _without(markdown, [n])
    return markdown


def marks_by_form(
    content: str, forms: Collection[str], *, in_order: bool, dumped: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the marks by the numbers that comments name them by: as the table says, of the one left, or in order.

    `dumped` are the shortcodes' ids by these numbers, from the owner's dump. `in_order` says that the owner confirms
    the order of the others. What is not certain is left out.
    """
    marks = [one.mark for one in marked_in(content)]
    table = {form: mark_of(shortcode_id) for form, shortcode_id in (dumped or {}).items()}
    certain = {form: table[form] for form in forms if table.get(form) in marks}
    left = [mark for mark in marks if mark not in table.values()]
    numbers = sorted((form for form in forms if form.isascii() and form.isdigit() and form not in table), key=int)
    if len(left) == 1:
        return certain | dict.fromkeys(numbers, left[0])
    return certain | (dict(zip(numbers, left, strict=True)) if in_order and len(left) == len(numbers) else {})


def passages_by_form(article: Article, marks: Mapping[str, str]) -> dict[str, int]:
    """Return the keys of the article's passages by the numbers that `marks_by_form` is certain of."""
    rows = dict(Passage.objects.filter(article=article).exclude(mark="").values_list("mark", "pk")) if marks else {}
    return {form: rows[mark] for form, mark in marks.items() if mark in rows}


def _opening(n: int) -> str:
    return f"xxpassage{n}opensxx"


def _closing(n: int) -> str:
    return f"xxpassage{n}closesxx"


def _without(markdown: str, numbers: Collection[int]) -> str:
    for n in numbers:
        markdown = markdown.replace(_opening(n), "").replace(_closing(n), "")
    return markdown
