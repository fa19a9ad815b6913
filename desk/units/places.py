"""Which unit is meant by what people write: an office's code, a unit's name, or a province, with or without marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from desk.units import service as units
from desk.units.model import Unit, UnitKind
from desk.vietnamese import fold

_WORD = re.compile(r"\w+")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
#: Words before the name of a province that are often left out.
_BEFORE_PROVINCES = (("thanh", "pho"), ("tinh",), ("tp",))


class NamedBy(StrEnum):
    OFFICE_CODE = "office_code"
    NAME = "name"
    PROVINCE = "province"


@dataclass(frozen=True)
class Mention:
    """A place in a text that names a unit: the unit's code, by what it is named, and the words that do it."""

    unit: str
    by: NamedBy
    words: str


@dataclass(frozen=True)
class _Name:
    unit: str
    by: NamedBy
    written: tuple[str, ...]


class Places:
    """Names, codes and provinces of the units that stand, as a value of its own that needs no store.

    A name without marks is found with and without them; where the text has marks, they must be the name's: "hoa huệ"
    is not Huế. The unit at the top is never found by its name, which tells nothing about where.
    """

    def __init__(self, standing: Iterable[Unit]) -> None:
        self._names: dict[tuple[str, ...], list[_Name]] = {}
        self._by_office_code: dict[str, str] = {}
        for unit in standing:
            self._by_office_code |= dict.fromkeys(unit.office_codes, unit.code)
            for code in unit.office_codes:
                if any(char.isdigit() for char in code):  # a code of letters alone is also a word
                    self._know(unit.code, NamedBy.OFFICE_CODE, _words(code))
            if unit.kind == UnitKind.DEPARTMENT:
                continue
            for name in (unit.name_vi, unit.name_en, *unit.other_names):
                self._know(unit.code, NamedBy.NAME, _words(name))
            for province in unit.provinces:
                self._know_province(unit.code, province)
        self._longest = max((len(key) for key in self._names), default=0)

    @classmethod
    def of(cls, session: Session) -> Places:
        return cls(units.active(session))

    def of_office_code(self, code: str) -> str | None:
        """The code of the unit whose office code this is."""
        return self._by_office_code.get(code.strip().upper())

    def of_name(self, text: str) -> list[str]:
        """The codes of the units that are called so, or whose province this is; the whole text must be the name."""
        return list(dict.fromkeys(name.unit for name in self._called(_words(text))))

    def of_province(self, text: str) -> str | None:
        """The code of the region that is in charge of the first province in a text, such as an address."""
        return next((mention.unit for mention in self.named_in(text) if mention.by is NamedBy.PROVINCE), None)

    def named_in(self, text: str) -> list[Mention]:
        """The units that a text names, in its order, the longest name at each place; each unit once."""
        text = unicodedata.normalize("NFC", text)
        spans = [found.span() for found in _WORD.finditer(text)]
        words = tuple(_written(text[start:end]) for start, end in spans)
        mentions, at = dict[tuple[str, NamedBy], Mention](), 0
        while at < len(words):
            length, names = self._longest_at(words, at)
            for name in names:
                written = text[spans[at][0] : spans[at + length - 1][1]]
                mentions.setdefault((name.unit, name.by), Mention(name.unit, name.by, written))
            at += length
        return list(mentions.values())

    def _longest_at(self, words: tuple[str, ...], at: int) -> tuple[int, list[_Name]]:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            names = self._called(words[at : at + length])
            if names:
                return length, names
        return 1, []

    def _called(self, words: tuple[str, ...]) -> list[_Name]:
        plain = tuple(fold(word) for word in words)
        return [
            name
            for name in self._names.get(plain, ())
            if all(word in both for word, both in zip(words, zip(plain, name.written, strict=True), strict=True))
        ]

    def _know(self, unit: str, by: NamedBy, written: tuple[str, ...]) -> None:
        known = self._names.setdefault(tuple(fold(word) for word in written), [])
        if written and all((each.unit, each.by) != (unit, by) for each in known):
            known.append(_Name(unit, by, written))

    def _know_province(self, unit: str, province: str) -> None:
        """A province by its name, without "thành phố" before it, and run together as English has it (Hanoi)."""
        words = _words(province)
        self._know(unit, NamedBy.PROVINCE, words)
        for before in _BEFORE_PROVINCES:
            if tuple(fold(word) for word in words[: len(before)]) == before:
                words = words[len(before) :]
                self._know(unit, NamedBy.PROVINCE, words)
        if len(words) > 1:
            self._know(unit, NamedBy.PROVINCE, (fold("".join(words)),))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_written(word) for word in _WORD.findall(unicodedata.normalize("NFC", text)))


def _written(word: str) -> str:
    """A word in lower case with the mark of its tone after its letters, so that hòa and hoà are the same."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    letters = "".join(char for char in decomposed if char not in _TONES)
    return unicodedata.normalize("NFC", letters) + "".join(char for char in decomposed if char in _TONES)
