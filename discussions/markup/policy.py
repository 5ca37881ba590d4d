"""What may leave the pipeline: one closed table of elements and attributes for each kind of text.

bleach and nh3, two sanitisers that share no code, are both given the same table; nothing is allowed by default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .prompts import ATTRIBUTE as PROMPT
from .prompts import ID as PROMPT_ID
from .urls import is_image_path, is_site_path, parse_address

Test = Callable[[str], bool]
Rules = Mapping[str, Mapping[str, Test]]

LANGUAGE = re.compile(r"language-[A-Za-z0-9+_-]{1,30}\Z", re.ASCII)
_START = re.compile(r"[0-9]{1,9}\Z", re.ASCII)


def _never(_value: str) -> bool:
    return False


def _anything(_value: str) -> bool:
    return True


@dataclass(frozen=True)
class Policy:
    """The elements, attributes and links that one kind of text may have."""

    tags: frozenset[str]
    rel: str
    attributes: Rules = field(default_factory=dict)
    # Paths on this site that links may lead to, besides full addresses.
    is_path: Test = _never
    # A text that names another host does not become the link; the real host does, behind it.
    shows_host: bool = True

    def allows(self, tag: str, attribute: str, value: str) -> bool:
        """Tell whether an attribute with this (decoded) value may stay on this element."""
        if tag == "a" and attribute == "href":
            return self.is_target(value)
        if tag == "a" and attribute == "rel":
            return value == self.rel
        test = self.attributes.get(tag, {}).get(attribute)
        return test is not None and test(value)

    def is_target(self, value: str) -> bool:
        """Tell whether a link may lead to `value`, which must already be in its canonical form."""
        if self.is_path(value):
            return True
        address = parse_address(value)
        return address is not None and address.href == value and not address.international

    def attribute_names(self) -> dict[str, set[str]]:
        """Return the names of the attributes of each element, in the form that nh3 takes."""
        return {"*": set(), "a": {"href", "rel"}, **{tag: set(names) for tag, names in self.attributes.items()}}


_CODE_AND_LISTS: Rules = {
    "code": {"class": lambda value: LANGUAGE.match(value) is not None},
    "ol": {"start": lambda value: _START.match(value) is not None},
}
_INLINE = frozenset({"a", "br", "strong", "em", "s", "code"})
_BLOCKS = frozenset({"p", "pre", "blockquote", "ul", "ol", "li"})
_READERS_REL = "nofollow ugc noopener noreferrer"


def comment_policy(profiles: frozenset[str] = frozenset()) -> Policy:
    """Return what a comment may hold. `profiles` are the exact paths that its mentions lead to."""
    return Policy(
        tags=_INLINE | _BLOCKS | {"span"},
        rel=_READERS_REL,
        attributes={**_CODE_AND_LISTS, "span": {"class": lambda value: value == "mention"}},
        is_path=profiles.__contains__,
    )


COMMENT = comment_policy()
IMPORTED = Policy(
    tags=_INLINE | _BLOCKS | {"b", "i", "del", "sup", "sub"},
    rel=_READERS_REL,
    attributes=_CODE_AND_LISTS,
)
ARTICLE = Policy(
    tags=_INLINE | _BLOCKS | {"h2", "h3", "h4", "hr", "img", "span", "table", "thead", "tbody", "tr", "th", "td"},
    rel="noopener",
    attributes={
        **_CODE_AND_LISTS,
        "img": {"src": is_image_path, "alt": _anything},
        "span": {PROMPT: lambda value: PROMPT_ID.match(value) is not None},
    },
    is_path=is_site_path,
    shows_host=False,
)
