"""A text taken apart into words, and what stands beside them that tells whether a name is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from desk.units.names import Word, words_of

_CUSTOMS_BEFORE = re.compile(r"(?:^| )(?:hai quan|hq|chi cuc|cua khau|customs(?: office)?(?: of| in| at)?)$")
_CUSTOMS_OF = re.compile(r"(?:^| )(?:(?:hai quan|hq)(?: tinh| thanh pho| tp)?|customs(?: office)?(?: of| in| at))$")
_OF_A_PORT = re.compile(r"(?:^| )(?:sai gon|saigon|sg|csg|cang|port)$")
_LOOKED_BACK = 12
_END_OF_CLAUSE = re.compile(r"[,.;:?!\n]")
#: What follows where a code is the beginning of a number plate: 51C1-234.56.
_PLATE = re.compile(r"[-. ]?\d{2,3}[.\d]")
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi xxii xxiii xxiv xxv".split()
#: Small numerals that are also words (khu vực vi phạm).
_ROMAN_WORDS = ("i", "v", "vi", "x", "xi")


class Read:
    """A text taken apart into words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_of(text)

    def before(self, place: int) -> str:
        """The folded words before a word in the same clause, as far back as any of them matters."""
        earlier: list[str] = []
        while place > 0 and len(earlier) < _LOOKED_BACK and not self._begins_clause(place):
            place -= 1
            earlier.append(self.words[place].folded)
        return " ".join(reversed(earlier))

    def _begins_clause(self, place: int) -> bool:
        return self.words[place - 1].folded != "tp" and _END_OF_CLAUSE.search(self._gap(place)) is not None

    def _gap(self, place: int) -> str:
        """What stands between a word and the one before it."""
        return self.text[self.words[place - 1].end : self.words[place].start]

    def are_side_by_side(self, place: int) -> bool:
        return not self._gap(place).strip(" (")

    def may_be_code(self, place: int) -> bool:
        word = self.words[place]
        inside = self.text[max(word.start - 1, 0) : word.start] in ("-", "/", "_")
        return not inside and not _PLATE.match(self.text, word.end)

    def is_customs_of(self, start: int, end: int) -> bool:
        """Whether the words are the place of a customs office: “hải quan Hải Phòng”, “Hai Phong customs”."""
        return self._is_before_customs(end) or _CUSTOMS_OF.search(self.before(start)) is not None

    def is_beside_customs(self, start: int, end: int) -> bool:
        return self._is_before_customs(end) or self.is_after_customs(start)

    def is_after_customs(self, place: int) -> bool:
        """Whether the words before are “hải quan”, “chi cục” and the like."""
        return _CUSTOMS_BEFORE.search(self.before(place)) is not None

    def _is_before_customs(self, end: int) -> bool:
        return end < len(self.words) and self.words[end].folded == "customs"

    def is_of_a_port(self, place: int) -> bool:
        """Whether a number here would be that of a part of a port: “cảng Sài Gòn KV 3”."""
        return _OF_A_PORT.search(self.before(place)) is not None

    def numbered_at(self, place: int) -> Iterator[tuple[int, int, bool]]:
        """Readings of the words here as a numbered region: how many words, its number, and whether that may be
        anything's number unless customs is named beside it."""
        first, second = self._word(place), self._word(place + 1)
        if first is None:
            return
        if first.folded.startswith("kv") and (number := self._number(first, len("kv"))) is not None:
            yield 1, number, False
        if first.folded in ("kv", "region") and second is not None and (number := self._number(second)) is not None:
            yield 2, number, first.folded == "region" and not self._is_roman(second)
        third = self._word(place + 2)
        if (first.folded, second and second.folded) == ("khu", "vuc") and third is not None:
            if (number := self._number(third)) is not None:
                yield 3, number, not self._is_roman(third)

    def _word(self, place: int) -> Word | None:
        return self.words[place] if place < len(self.words) else None

    def _number(self, word: Word, skipped: int = 0) -> int | None:
        numeral = word.folded[skipped:]
        if numeral in _ROMAN_WORDS and not self._is_roman(replace(word, folded=numeral)):
            return None
        return number_in(numeral)

    def _is_roman(self, word: Word) -> bool:
        """Whether it is a Roman numeral in capitals, among words that are not."""
        return word.folded in _ROMAN and self.text[word.end - 1].isupper() and not self.text.isupper()


def number_in(numeral: str) -> int | None:
    """The number that a folded numeral means, Roman or not; None for any other word."""
    if numeral in _ROMAN:
        return _ROMAN.index(numeral) + 1
    return int(numeral) if numeral.isascii() and numeral.isdigit() else None
