"""The grammar of instruments: "Nghị định số 08/2015/NĐ-CP", "Luật Hải quan 2014", "the 2014 Customs Law", a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from desk.law.citations.model import Meant
from desk.law.citations.names import KIND_WORDS, Names
from desk.law.citations.tokens import Token, tokens_of
from desk.law.instruments import InstrumentKind

_NUMBER_WORDS = frozenset(("so", "no", "no.", "number", "."))
_LONGEST_KIND = max(map(len, KIND_WORDS))


class InstrumentReader:
    """Reads the instrument that is named at a position in a text; the position moves behind what was read."""

    def __init__(self, text: str, names: Names, within: str | None, as_of: dt.date | None) -> None:
        self._text, self._names, self._within, self._as_of = text, names, within, as_of
        self._tokens = tokens_of(text)
        self._folded = [token.folded for token in self._tokens]
        self._at = 0
        self._kind: InstrumentKind | None = None
        """The kind of the instrument read last, which a list goes on with: "Decrees 43/2017 and 111/2021"."""

    def _instrument(self, *, beside_place: bool = False) -> Meant | None:
        """The instrument that is named here; the position stays where none is."""
        start = self._at
        for read in (self._by_year_before_name, self._by_name, self._by_kind):
            if (meant := read(beside_place)) is not None:
                return meant
            self._at = start
        return self._by_bare_number()

    def _by_kind(self, _: bool) -> Meant | None:
        """Kind and number: "Nghị định số 08/2015/NĐ-CP", "Decree 169/2026"; or "this Decree", "Luật này"."""
        is_this = self._word(self._at) == "this"
        self._at += is_this
        kind = self._kind_word()
        if kind is None:
            return None
        if is_this or self._word(self._at) == "nay":
            self._at += not is_this
            return Meant(self._within, None if self._within else "this")
        meant = self._number(kind)
        self._kind = kind if meant is not None else self._kind
        return meant

    def _kind_word(self) -> InstrumentKind | None:
        for length in range(_LONGEST_KIND, 0, -1):
            words = tuple(self._folded[self._at : self._at + length])
            kind = KIND_WORDS.get(words)
            if kind is not None and not self._is_law_in_general():
                self._at += len(words)
                return kind
        return None

    def _is_law_in_general(self) -> bool:
        """ "Pháp luật hải quan" is the law of customs in general."""
        return self._word(self._at) == "luat" and self._word(self._at - 1) == "phap"

    def _number(self, kind: InstrumentKind | None) -> Meant | None:
        """A number behind a kind or a name, whole or short; a date of issue behind it is passed over."""
        opened = self._word(self._at) == "("
        self._at += opened
        while self._word(self._at) in _NUMBER_WORDS:
            self._at += 1
        token = self._token(self._at)
        if token is not None and kind is not None and token.kind == "number" and token.text.isdigit():
            self._at += 1
            return self._names.by_number_alone(token.text, kind)
        if token is None or token.kind not in ("official", "short"):
            return None
        self._at += 1
        if opened and self._word(self._at) == ")":
            self._at += 1
        if token.kind == "official":
            return self._names.by_number(token.text)
        return self._names.by_short_number(token.text, kind or "law", self._as_of)

    def _by_bare_number(self) -> Meant | None:
        """A whole number that stands alone; a code of a form looks alike, so it is listed or has its year."""
        token = self._token(self._at)
        if token is None or token.kind != "official":
            return None
        parts = token.text.split("/")
        has_year = len(parts) == 3 and len(parts[1]) == 4 and parts[1].isdigit()
        if not (has_year or self._names.is_listed(token.text)):
            return None
        self._at += 1
        return self._names.by_number(token.text)

    def _by_year_before_name(self, beside_place: bool) -> Meant | None:
        """The year before the name: "the 2014 Customs Law"."""
        token = self._token(self._at)
        if token is None or not token.is_year:
            return None
        self._at += 1
        length, bearers = self._named()
        self._at += length
        return self._of_year(bearers, token.text) if length else None

    def _by_name(self, beside_place: bool) -> Meant | None:
        """A title or a short name, with the number or the year that may stand behind it.

        In small letters "luật hải quan" may be the law of customs in general: it counts beside a place, a number or a
        year only.
        """
        if self._is_law_in_general():
            return None
        length, bearers = self._named()
        if not length:
            return None
        is_capital = self._tokens[self._at].text[:1].isupper()
        self._at += length
        behind = self._at
        if (meant := self._number(None)) is not None:
            return meant
        self._at = behind
        if (year := self._year()) is not None:
            return self._of_year(bearers, year)
        return self._names.one_of(bearers, self._as_of) if is_capital or beside_place else None

    def _named(self) -> tuple[int, list[str]]:
        return self._names.longest_name(self._folded[self._at :]) if self._at < len(self._tokens) else (0, [])

    def _of_year(self, bearers: Sequence[str], year: str) -> Meant:
        return self._names.one_of(self._names.of_year(bearers, year), self._as_of)

    def _year(self) -> str | None:
        """The year behind a name: "2014", "năm 2014", "(2014)", "of 2014"; the position stays where there is none."""
        start = self._at
        if self._word(self._at) in ("nam", "of", "("):
            self._at += 1
        token = self._token(self._at)
        if token is None or not token.is_year:
            self._at = start
            return None
        self._at += 1
        if self._word(start) == "(" and self._word(self._at) == ")":
            self._at += 1
        return token.text

    def _token(self, at: int) -> Token | None:
        return self._tokens[at] if 0 <= at < len(self._tokens) else None

    def _word(self, at: int) -> str:
        return self._folded[at] if 0 <= at < len(self._tokens) else ""
