"""Values that PHP's `serialize()` wrote: numbers, strings, booleans, null and arrays of them. Never objects."""

from __future__ import annotations

import re

PhpValue = bool | int | float | str | dict[int | str, "PhpValue"] | None

#: Deeper than any plug-in nests its notes, far from the interpreter's own limit.
MAX_DEPTH = 20
MAX_ITEMS = 10_000
_SCALAR = re.compile(rb"N;|b:([01]);|i:(-?\d{1,18});|d:(-?[0-9.]{1,40}(?:E[+-]?\d{1,3})?|-?INF|NAN);")
_HEAD = re.compile(rb'([sa]):(\d{1,9}):(["{])')


class PhpError(ValueError):
    """The text is not what `serialize()` writes, or holds something that is not plain data."""


def unserialize(text: str) -> PhpValue:
    """Return the value; arrays become dicts with their keys as they are.

    Raises `PhpError` for anything else, objects and references included: nothing is ever constructed.
    """
    reader = _Reader(text.encode("utf-8", "surrogatepass"))
    value = reader.value(0)
    if reader.position != len(reader.data):
        raise PhpError("something follows the value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.items = 0

    def value(self, depth: int) -> PhpValue:
        if depth > MAX_DEPTH:
            raise PhpError("nested too deep")
        scalar = _SCALAR.match(self.data, self.position)
        if scalar:
            self.position = scalar.end()
            return _scalar(scalar)
        head = _HEAD.match(self.data, self.position)
        if not head or (head[1], head[3]) not in ((b"s", b'"'), (b"a", b"{")):
            raise PhpError(f"no plain value at byte {self.position}")
        self.position = head.end()
        length = int(head[2])
        return self._string(length) if head[1] == b"s" else self._array(length, depth)

    def _string(self, length: int) -> str:
        # The length counts bytes, not characters.
        end = self.position + length
        raw = self.data[self.position : end]
        if self.data[end : end + 2] != b'";':
            raise PhpError(f"a string does not end at byte {end}")
        self.position = end + 2
        return raw.decode("utf-8", "replace")

    def _array(self, length: int, depth: int) -> dict[int | str, PhpValue]:
        self.items += length
        if self.items > MAX_ITEMS:
            raise PhpError("too many items")
        array: dict[int | str, PhpValue] = {}
        for _ in range(length):
            key = self.value(depth + 1)
            if isinstance(key, bool) or not isinstance(key, int | str):
                raise PhpError("a key is neither a number nor a string")
            array[key] = self.value(depth + 1)
        if self.data[self.position : self.position + 1] != b"}":
            raise PhpError("an array does not end where it should")
        self.position += 1
        return array


def _scalar(match: re.Match[bytes]) -> bool | int | float | None:
    kind = match[0][:1]
    if kind == b"N":
        return None
    if kind == b"b":
        return match[1] == b"1"
    return int(match[2]) if kind == b"i" else _double(match[3])


def _double(raw: bytes) -> float:
    try:
        return float(raw)
    except ValueError as error:
        raise PhpError("a number cannot be read") from error
