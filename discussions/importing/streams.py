"""The bytes of an export file: plain or gzip, capped, and mended where XML would choke on them."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 64 * 1024
_GZIP = b"\x1f\x8b"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\udc80-\udcff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an export may ask of the machine. Sizes in bytes unless the name says characters."""

    #: Of the file, unpacked. The largest exports of big papers are a few gigabytes.
    file_bytes: int = 8 * 2**30
    #: Unpacked to packed. Text packs 3 to 20 times, repetitive spam perhaps 100 times; DEFLATE ends at 1,032.
    gzip_ratio: int = 250
    #: Up to here a file may unpack at any ratio: small files are harmless.
    gzip_free_bytes: int = 16 * 2**20
    #: Of a single tag, comment or instruction, which the parser has to hold in memory.
    tag_bytes: int = 2**20
    #: Open elements. WXR needs six.
    depth: int = 100
    #: Of the text of a comment; the renderer looks at no more.
    comment_characters: int = 200_000
    #: Of the text of an article.
    article_characters: int = 2_000_000
    #: Of any other field.
    field_characters: int = 20_000
    #: Of an article with all its comments, which are in memory together so that parents may come after replies.
    item_characters: int = 200_000_000
    #: Notes (`commentmeta`) of a comment; WordPress plug-ins leave a handful.
    notes: int = 100


DEFAULT_LIMITS = Limits()


class BrokenExportError(Exception):
    """The file cannot be read further. `line` counts from 1, `byte` from 0, in the unpacked file."""

    def __init__(self, message: str, *, line: int = 0, byte: int = 0) -> None:
        """Take what is wrong in words, and where."""
        super().__init__(f"{message} (line {line:,}, byte {byte:,})" if line else message)
        self.message = message
        self.line = line
        self.byte = byte


def read_chunks(stream: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """Yield the file in pieces of at most `CHUNK` bytes, unpacked if it is gzip. `stream` must be seekable.

    Raises `BrokenExportError` for a file that unpacks to more than the limits allow, or does not unpack.
    """
    packed = stream.read(2) == _GZIP
    stream.seek(0)
    source: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if packed else stream
    total = 0
    while chunk := _read(source, total):
        total += len(chunk)
        if total > limits.file_bytes:
            raise BrokenExportError(f"The file is larger than {limits.file_bytes:,} bytes.")
        if packed and total > limits.gzip_free_bytes and total > limits.gzip_ratio * max(1, stream.tell()):
            raise BrokenExportError(f"The file unpacks to more than {limits.gzip_ratio} times its size: not an export.")
        yield chunk


def _read(source: BinaryIO | gzip.GzipFile, done: int) -> bytes:
    try:
        return source.read(CHUNK)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenExportError(f"The file does not unpack after {done:,} bytes: {error}") from error


class Mender:
    """Makes every chunk UTF-8 that XML allows; exports of old sites hold stray bytes and control characters.

    A byte that is not UTF-8 becomes U+FFFD, a control character becomes a space. A file that declares another encoding
    is passed through: the parser knows it. White space before the first tag, a well-known slip of plug-ins, is dropped.
    """

    def __init__(self) -> None:
        """Start at the beginning of a file."""
        self.mended = 0
        #: Lines dropped before the first tag.
        self.lines_dropped = 0
        self._started = False
        self._decoder: codecs.IncrementalDecoder | None = None
        self._state: tuple[bytes, int] = b"", 0
        self._chunk = b""
        #: Bytes taken in and given out before the current chunk.
        self._read = self._written = 0
        self._size = 0

    def mend(self, chunk: bytes, *, final: bool = False) -> bytes:
        """Return the chunk, mended. A character that is cut by the end of the chunk comes with the next one."""
        self._read += len(self._chunk)
        self._written += self._size
        self._chunk = chunk if self._started else self._start(chunk)
        if self._decoder is None:
            mended = self._chunk
        else:
            self._state = self._decoder.getstate()
            text, count = _NOT_XML.subn(_replacement, self._decoder.decode(self._chunk, final))
            self.mended += count
            mended = text.encode()
        self._size = len(mended)
        return mended

    def place(self, output_byte: int) -> int:
        """Return which byte of the file became this byte of the output, in the chunk that was mended last."""
        wanted = output_byte - self._written
        if self._decoder is None:
            return self._read + max(0, wanted)
        return self._read + bisect_left(range(len(self._chunk)), max(0, wanted), key=self._length)

    def _length(self, count: int) -> int:
        """Return the bytes that come out of the first `count` bytes of the chunk."""
        assert self._decoder is not None
        self._decoder.setstate(self._state)
        return len(_NOT_XML.sub(_replacement, self._decoder.decode(self._chunk[:count])).encode())

    def _start(self, chunk: bytes) -> bytes:
        stripped = chunk.lstrip(b" \t\r\n")
        dropped = len(chunk) - len(stripped)
        self._read += dropped
        self.lines_dropped += chunk[:dropped].count(b"\n")
        if not stripped:
            return b""
        self._started = True
        declared = _DECLARED.match(stripped.removeprefix(codecs.BOM_UTF8))
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding in ("utf-8", "utf8", "us-ascii", "ascii") and not stripped.startswith(_UTF16):
            # Strict decoding would stop at the first stray byte; this one hands it over as a lone surrogate.
            self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        return stripped


def _replacement(match: re.Match[str]) -> str:
    return "\ufffd" if "\udc80" <= match[0] <= "\udcff" else " "
