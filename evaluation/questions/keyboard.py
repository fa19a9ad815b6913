"""Writes a question as people's keyboards leave it: without diacritics, or with the keys of an input method left in."""

from __future__ import annotations

import random
import re
import unicodedata
from enum import StrEnum

from desk.guidance.record import Language
from desk.keyboard import with_keys, without_marks


class Typing(StrEnum):
    """How a question is typed; English is typed one way only."""

    ACCENTED = "accented"
    UNACCENTED = "unaccented"
    TELEX = "telex"
    VNI = "vni"
    MIXED = "mixed"


_WORD = re.compile(r"[^\W\d_]+")
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
    match typing:
        case Typing.UNACCENTED:
            return without_marks(word)
        case Typing.TELEX:
            return with_keys(word, "telex")
        case Typing.VNI:
            return with_keys(word, "vni")
    return word
