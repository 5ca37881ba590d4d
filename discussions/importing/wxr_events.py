"""From the bytes of a WordPress export to raw items: what stands in which element, nothing interpreted.

This drives expat itself instead of building a tree: only the fields that are wanted are ever kept, so memory is bounded
by the largest article, not by the file, and there is no tree to clear. Entities are never defined, because a DOCTYPE is
refused where it begins; expat loads nothing from anywhere. Elements are matched by local name: the namespace carries
the version of the export format, which changes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from discussions.importing.streams import CHUNK, BrokenExportError, Limits, Mender, read_chunks


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Which elements hold other elements, and which of those.
_CHILDREN: dict[str, frozenset[str]] = {
    "": frozenset({"rss"}),
    "rss": frozenset({"channel"}),
    "channel": frozenset({"author", "item"}),
    "author": frozenset(),
    "item": frozenset({"comment"}),
    "comment": frozenset({"commentmeta"}),
    "commentmeta": frozenset(),
}
#: Which elements hold text that is wanted. The commenters' network addresses are not.
_FIELDS: dict[str, frozenset[str]] = {
    "": frozenset(),
    "rss": frozenset(),
    "channel": frozenset({"title", "link", "language", "base_blog_url"}),
    "author": frozenset({"author_login", "author_display_name"}),
    "item": _words(
        "title link guid pubDate creator content excerpt post_id post_name post_date post_date_gmt status post_type "
        "post_password comment_status"
    ),
    "comment": _words(
        "comment_id comment_parent comment_author comment_author_email comment_author_url comment_user_id comment_date "
        "comment_date_gmt comment_content comment_approved comment_type"
    ),
    "commentmeta": frozenset({"meta_key", "meta_value"}),
}
#: Names that RSS itself defines, without a namespace; `atom:link` and others share them.
_PLAIN = frozenset({"title", "link", "language", "guid", "pubDate"})
#: Text of these may be longer than that of other fields.
_LONG = {"content": "article_characters", "comment_content": "comment_characters"}
_BETWEEN = " "
#: What an element costs beside its text, in characters: a file of empty elements must not fill the memory either.
_ROW_COST = 500


@dataclass(slots=True)
class RawRow:
    """An element with its fields. `line` is where it begins; `too_long` names the fields that were cut off."""

    line: int
    fields: dict[str, str] = field(default_factory=dict)
    too_long: set[str] = field(default_factory=set)
    #: Of a comment: its `commentmeta`.
    notes: dict[str, str] = field(default_factory=dict)
    #: Of an item.
    comments: deque[RawRow] = field(default_factory=deque)
    is_complete: bool = True


class WxrEvents:
    """Iterates over the raw items of a file.

    Raises `BrokenExportError` where the file ends being readable, after everything before that place was yielded: an
    item that is cut short comes with the comments that are whole, and `is_complete` False.
    """

    def __init__(self, stream: BinaryIO, limits: Limits) -> None:
        """Take the file, opened in binary mode and seekable."""
        #: Fields of the channel. Complete from the first item on.
        self.site: dict[str, str] = {}
        #: Log-in name → name to show.
        self.authors: dict[str, str] = {}
        self.mender = Mender()
        self._stream = stream
        self._limits = limits
        self._items: deque[RawRow] = deque()
        self._open: list[str] = [""]
        self._rows: list[RawRow] = []
        self._text: list[str] | None = None
        self._name = ""
        self._room = 0
        self._ignored = 0
        #: Characters of the item so far, and of what stands before the first one.
        self._size = 0
        self._fed = 0
        self._parser = self._make_parser()

    def __iter__(self) -> Iterator[RawRow]:
        try:
            for chunk in read_chunks(self._stream, self._limits):
                self._feed(chunk)
                while self._items:
                    yield self._items.popleft()
            self._feed(b"", final=True)
        except BrokenExportError:
            yield from self._items
            yield from self._unfinished()
            raise

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=_BETWEEN)
        parser.buffer_text = True
        parser.buffer_size = CHUNK
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _feed(self, chunk: bytes, *, final: bool = False) -> None:
        mended = self.mender.mend(chunk, final=final)
        try:
            self._parser.Parse(mended, final)
        except expat.ExpatError as error:
            raise self._broken(f"The XML is broken: {expat.ErrorString(error.code)}.") from error
        except (LookupError, ValueError) as error:
            raise self._broken("The file declares an encoding that cannot be read.") from error
        self._fed += len(mended)
        if self._fed - self._parser.CurrentByteIndex > self._limits.tag_bytes + CHUNK:
            raise self._broken(f"A tag is longer than {self._limits.tag_bytes:,} bytes.")

    def _broken(self, message: str) -> BrokenExportError:
        byte = self.mender.place(self._parser.CurrentByteIndex)
        return BrokenExportError(message, line=self._line(), byte=byte)

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self.mender.lines_dropped

    def _doctype(self, *_declaration: object) -> None:
        raise self._broken("The file has a DOCTYPE, which no export has: it may define entities.")

    def _start(self, name: str, _attributes: object) -> None:
        if self._ignored or self._text is not None:
            self._ignored += 1
            self._check_depth()
            return
        name, holder = _local_name(name), self._open[-1]
        if name in _CHILDREN[holder]:
            self._open.append(name)
            self._rows.append(RawRow(self._line()))
            self._count(_ROW_COST)
            if name == "item":
                # What is said of the site stands before the first item, while the channel is still open.
                self.site.update(self._rows[1].fields)
        elif name in _FIELDS[holder]:
            self._name, self._text = name, []
            self._room = getattr(self._limits, _LONG.get(name, "field_characters"))
        elif not holder:
            raise self._broken("This is not a WordPress export: it does not begin with <rss>.")
        else:
            self._ignored = 1

    def _check_depth(self) -> None:
        if self._ignored + len(self._open) > self._limits.depth:
            raise self._broken(f"Elements are nested more than {self._limits.depth} deep.")

    def _characters(self, text: str) -> None:
        if self._text is None or self._ignored:
            return
        if len(text) > self._room:
            self._rows[-1].too_long.add(self._name)
            text = text[: self._room]
        self._room -= len(text)
        self._count(len(text))
        self._text.append(text)

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self._limits.item_characters:
            raise self._broken(f"An article and its comments have over {self._limits.item_characters:,} characters.")

    def _end(self, _name: str) -> None:
        if self._ignored:
            self._ignored -= 1
        elif self._text is not None:
            self._rows[-1].fields.setdefault(self._name, "".join(self._text))
            self._text = None
        else:
            self._close(self._open.pop(), self._rows.pop())

    def _close(self, name: str, row: RawRow) -> None:
        if name == "commentmeta":
            notes = self._rows[-1].notes
            if len(notes) < self._limits.notes:
                notes[row.fields.get("meta_key", "").strip()] = row.fields.get("meta_value", "")
        elif name == "comment":
            self._rows[-1].comments.append(row)
        elif name == "item":
            self._size = 0
            self._items.append(row)
        elif name == "author":
            self.authors[row.fields.get("author_login", "").strip()] = row.fields.get("author_display_name", "")

    def _unfinished(self) -> Iterator[RawRow]:
        """Yield the item that was open when the file broke, if a whole comment of it was read."""
        if "item" in self._open:
            item = self._rows[self._open.index("item") - 1]
            if item.comments:
                item.is_complete = False
                yield item


def _local_name(name: str) -> str:
    """Return the name without its namespace, of which `encoded` has two; empty for a namesake of an RSS element."""
    namespace, _, local = name.rpartition(_BETWEEN)
    if local == "encoded":
        return "excerpt" if "excerpt" in namespace else "content"
    if namespace and local in _PLAIN:
        return ""
    return local
