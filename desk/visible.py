"""Text of people where letters could do something: on a terminal, in a log, in a header."""

from __future__ import annotations

import unicodedata

#: Letters that turn or hide what stands after them; they are of category Cf, as many that Vietnamese text may have.
_TURNING = frozenset("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def visible(text: str, *, keep: str = "") -> str:
    """The text with each letter that acts instead of being seen written out, such as ``\\x1b``; ``keep`` stays.

    That is every control letter, line ends among them, and those that change the direction of others.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter if letter in keep or not _acts(letter) else _written(letter) for letter in text)


def on_one_line(text: str) -> str:
    """The text for a place that ends with the line: what acts is gone, and each stretch of white space is a space."""
    return " ".join("".join(" " if _acts(letter) else letter for letter in text).split())


def _acts(letter: str) -> bool:
    return letter in _TURNING or unicodedata.category(letter) in ("Cc", "Cs")


def _written(letter: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return short.get(letter) or (f"\\x{ord(letter):02x}" if ord(letter) < 0x100 else f"\\u{ord(letter):04x}")
