"""Brings what people type, and what records say, into one form that can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from desk.vietnamese import fold

#: Longer questions are cut here before they are searched, in characters.
MAX_LENGTH = 2_000

_TOKEN = re.compile(r"\bc/o\b|[^\W_]+")
_SPACE = re.compile(r"\s+")
# "CO" in capitals is the certificate of origin; in small letters it is "có" typed without its accent.
_CERTIFICATE_OF_ORIGIN = re.compile(r"\bC\s?/\s?O\b|\bC\.O\b|\bCO\b")
_CERTIFICATE_WITH_SLASH = re.compile(r"\bc\s?/\s?o\b", re.IGNORECASE)


def _tone_placements() -> dict[str, str]:
    old = {"o": ("àáảãạ", "èéẻẽẹ"), "u": ("ỳýỷỹỵ",)}
    new = {"o": "òóỏõọ", "u": "ùúủũụ"}
    plain = {"à": "a", "è": "e", "ỳ": "y"}
    return {
        first + marked: moved + plain[row[0]]
        for first, rows in old.items()
        for row in rows
        for marked, moved in zip(row, new[first], strict=True)
    }


_TONES = _tone_placements()
_OLD_TONE = re.compile(r"(?<!q)(" + "|".join(_TONES) + r")(?!\w)")


def normalise(text: str) -> str:
    """One writing of a text: composed, lower case, tones where schools put them (hòa), single spaces."""
    text = unicodedata.normalize("NFC", text).replace("\n", " ")
    if not text.isprintable():  # nearly every text is, and looking at each character takes most of the time
        text = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in text)
    if not text.isupper():
        text = _CERTIFICATE_OF_ORIGIN.sub("c/o", text)
    text = _CERTIFICATE_WITH_SLASH.sub("c/o", text.lower())
    text = _OLD_TONE.sub(lambda match: _TONES[match[1]], text)
    return _SPACE.sub(" ", text).strip()


def syllables(normalised: str) -> list[str]:
    """The words of a normalised text; Vietnamese is written syllable by syllable."""
    return _TOKEN.findall(normalised)


@lru_cache(maxsize=20_000)
def folded_word(word: str) -> str:
    """A syllable or word without its diacritics; kept, since few words make up most of all texts."""
    return fold(word)


def replace_syllables(normalised: str, replacement: Callable[[str], str]) -> str:
    """The text with each syllable replaced, and all between them as it was."""
    return _TOKEN.sub(lambda match: replacement(match[0]), normalised)


def stem(token: str) -> str:
    """A folded token without its English ending, so that "declared" meets "declares".

    No Vietnamese syllable has these endings, so the language need not be known.
    """
    if len(token) > 3 and token.endswith("s") and not token.endswith(("ss", "us", "is")):
        token = _singular(token)
    if len(token) > 6 and token.endswith("ing"):
        token = token[:-3]
    elif len(token) > 5 and token.endswith("ed"):
        token = token[:-2]
    return token[:-1] if len(token) > 4 and token.endswith("e") else token


def _singular(token: str) -> str:
    if token.endswith("ies"):
        return token[:-3] + "y"
    return token[:-2] if token.endswith(("xes", "ches", "shes")) else token[:-1]


def bigrams(tokens: Sequence[str]) -> list[str]:
    """Each two neighbouring tokens as one: words of two syllables are the usual case in Vietnamese."""
    return [f"{first} {second}" for first, second in pairwise(tokens)]
