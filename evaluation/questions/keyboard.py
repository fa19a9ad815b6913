"""Writes a question as people's keyboards leave it: without diacritics, or with the keys of an input method left in."""

from __future__ import annotations

import random
import re
import unicodedata
from enum import StrEnum

from desk.guidance.record import Language


class Typing(StrEnum):
    """How a question is typed; English is typed one way only."""

    ACCENTED = "accented"
    UNACCENTED = "unaccented"
    TELEX = "telex"
    VNI = "vni"
    MIXED = "mixed"


_WORD = re.compile(r"[^\W\d_]+")
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_TONES = {"\u0301": "s1", "\u0300": "f2", "\u0309": "r3", "\u0303": "x4", "\u0323": "j5"}
#: The keys after a letter, by its mark; a circumflex is typed in Telex as the letter once more.
_TELEX_KEYS = {_BREVE: "w", _HORN: "w"}
_VNI_KEYS = {_CIRCUMFLEX: "6", _HORN: "7", _BREVE: "8"}
#: What a syllable becomes in a mixed text: half of all without diacritics, the others by these shares.
_UNACCENTED_SHARE = 0.5
_OTHER_SHARES = {Typing.ACCENTED: 0.4, Typing.TELEX: 0.3, Typing.VNI: 0.3}


def typed(text: str, typing: Typing, language: Language = "vi", seed: str = "") -> str:
    """The text as it is typed; an English text stays. ``seed`` fixes which syllable of a mixed text is typed how."""
    text = unicodedata.normalize("NFC", text)
    if language != "vi" or typing is Typing.ACCENTED:
        return text
    if typing is Typing.MIXED:
        return _mixed(text, random.Random(seed))
    return _WORD.sub(lambda word: _syllable(word[0], typing), text)


def _mixed(text: str, chance: random.Random) -> str:
    words = len(_WORD.findall(text))
    ways = chance.choices(list(_OTHER_SHARES), list(_OTHER_SHARES.values()), k=words)
    for place in chance.sample(range(words), round(words * _UNACCENTED_SHARE)):
        ways[place] = Typing.UNACCENTED
    way = iter(ways)
    return _WORD.sub(lambda word: _syllable(word[0], next(way)), text)


def _syllable(word: str, typing: Typing) -> str:
    if typing is Typing.ACCENTED:
        return word
    decomposed = unicodedata.normalize("NFD", word)
    if typing is Typing.UNACCENTED:
        return "".join(_unstroked(char) for char in decomposed if not unicodedata.combining(char))
    tone = "".join(_TONES[char][typing is Typing.VNI] for char in decomposed if char in _TONES)
    letters = unicodedata.normalize("NFC", "".join(char for char in decomposed if char not in _TONES))
    # The two horns of ươ come from one key after both letters.
    letters = re.sub("ư(?=ơ)", "u", re.sub("Ư(?=[ơƠ])", "U", letters))
    keys = "".join(_letter(char, typing) for char in letters) + tone
    return keys.upper() if word.isupper() and len(word) > 1 else keys


def _letter(char: str, typing: Typing) -> str:
    if char in "đĐ":
        return _unstroked(char) + ("9" if typing is Typing.VNI else "d")
    decomposed = unicodedata.normalize("NFD", char)
    plain, marks = decomposed[0], decomposed[1:]
    keys = _VNI_KEYS if typing is Typing.VNI else {**_TELEX_KEYS, _CIRCUMFLEX: plain.lower()}
    return plain + "".join(keys.get(mark, "") for mark in marks)


def _unstroked(char: str) -> str:
    return {"đ": "d", "Đ": "D"}.get(char, char)
