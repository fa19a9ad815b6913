"""Names as people type them: with their diacritics, without any, or run together; never with another word's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from desk.vietnamese import fold

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Word:
    """A word of a text: folded, in lower case, with the marks that it has; ``start`` and ``end`` are in the text."""

    folded: str
    marks: tuple[str, ...]
    is_capitalised: bool = field(compare=False)
    start: int = field(compare=False)
    end: int = field(compare=False)


def words_of(text: str) -> list[Word]:
    """The words of a text in composed form (NFC), to which their places refer."""
    return [_word(found) for found in _WORD.finditer(text)]


def _word(found: re.Match[str]) -> Word:
    written = found[0]
    return Word(fold(written).lower(), _marks(written.lower()), written[0].isupper(), found.start(), found.end())


def _marks(written: str) -> tuple[str, ...]:
    """The marks of a word, wherever in it they stand: hoá and hóa are one word."""
    return tuple(sorted(char for char in unicodedata.normalize("NFD", written) if _is_mark(char)))


def _is_mark(char: str) -> bool:
    return char == "đ" or bool(unicodedata.combining(char))


@dataclass(frozen=True)
class Name:
    """A name, and how it is found among the words of a text."""

    words: tuple[Word, ...]

    @staticmethod
    @lru_cache(maxsize=8192)  # a few thousand names, read anew for each case that is opened
    def of(written: str) -> Name:
        return Name(tuple(words_of(unicodedata.normalize("NFC", written))))

    @cached_property
    def folded(self) -> str:
        return " ".join(word.folded for word in self.words)

    @property
    def beginnings(self) -> set[str]:
        """The folded words of a text at which the name may begin."""
        return {self.words[0].folded, self.folded.replace(" ", "")} if self.words else set()

    def length_at(self, words: Sequence[Word], place: int) -> int:
        """How many words from ``place`` on are this name; 0 where it does not stand there."""
        first = words[place]
        if len(self.words) > 1 and not first.marks and first.folded == self.folded.replace(" ", ""):
            return 1
        there = words[place : place + len(self.words)]
        same = len(there) == len(self.words) and all(map(_is_same, there, self.words))
        return len(self.words) if same else 0


def _is_same(typed: Word, named: Word) -> bool:
    """“da nang” is Đà Nẵng, but “đa năng” is not."""
    return typed.folded == named.folded and (not typed.marks or typed.marks == named.marks)


def without(written: str, prefixes: Iterable[str]) -> str:
    """What is left of a name when the words before it are taken away, such as “thành phố”."""
    name = Name.of(written)
    for prefix in prefixes:
        length = Name.of(prefix).length_at(name.words, 0)
        if 0 < length < len(name.words):
            return unicodedata.normalize("NFC", written)[name.words[length].start :]
    return written
