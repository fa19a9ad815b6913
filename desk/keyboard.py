"""How a Vietnamese text looks as keyboards leave it: without its marks, or with an input method's keys left in."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

#: Input methods; their keys stay in the text where the method is switched off.
Method = Literal["telex", "vni"]

_WORD = re.compile(r"[^\W\d_]+")
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_TONES = {"\u0301": "s1", "\u0300": "f2", "\u0309": "r3", "\u0303": "x4", "\u0323": "j5"}
#: The keys after a letter, by its mark; a circumflex is typed in Telex as the letter once more.
_TELEX_KEYS = {_BREVE: "w", _HORN: "w"}
_VNI_KEYS = {_CIRCUMFLEX: "6", _HORN: "7", _BREVE: "8"}


def without_marks(text: str) -> str:
    """The text as it is typed without diacritics."""
    return _WORD.sub(lambda word: _without_marks(word[0]), unicodedata.normalize("NFC", text))


def with_keys(text: str, method: Method) -> str:
    """The text as the keys of an input method spell it, the key of a tone at the end of its word."""
    return _WORD.sub(lambda word: _with_keys(word[0], method), unicodedata.normalize("NFC", text))


def _without_marks(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(_unstroked(char) for char in decomposed if not unicodedata.combining(char))


def _with_keys(word: str, method: Method) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tone = "".join(_TONES[char][method == "vni"] for char in decomposed if char in _TONES)
    letters = unicodedata.normalize("NFC", "".join(char for char in decomposed if char not in _TONES))
    # The two horns of ươ come from one key after both letters.
    letters = re.sub("ư(?=ơ)", "u", re.sub("Ư(?=[ơƠ])", "U", letters))
    keys = "".join(_letter(char, method) for char in letters) + tone
    return keys.upper() if word.isupper() and len(word) > 1 else keys


def _letter(char: str, method: Method) -> str:
    if char in "đĐ":
        return _unstroked(char) + ("9" if method == "vni" else "d")
    decomposed = unicodedata.normalize("NFD", char)
    plain, marks = decomposed[0], decomposed[1:]
    keys = _VNI_KEYS if method == "vni" else {**_TELEX_KEYS, _CIRCUMFLEX: plain.lower()}
    return plain + "".join(keys.get(mark, "") for mark in marks)


def _unstroked(char: str) -> str:
    return {"đ": "d", "Đ": "D"}.get(char, char)
