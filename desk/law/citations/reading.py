"""Reads the citations in a text: which place of which legal instrument each names, as far as that is certain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

from desk.law.citations.model import Found, Meant
from desk.law.citations.names import KIND_WORDS, Names, ShortName, read_short_names
from desk.law.citations.places import Place, Reader
from desk.law.citations.tokens import Token, tokens_of
from desk.law.instruments import InstrumentKind, Instruments

#: Words that may stand between a place and its instrument: "Phụ lục II ban hành kèm theo Thông tư …".
_TO_INSTRUMENT = frozenset(
    "of cua the tai trong thuoc in to under with ban hanh kem theo issued attached vao cac".split()
) | {","}
#: So many of them at most.
_BETWEEN = 6
_NUMBER_WORDS = frozenset(("so", "no", "no.", "number", "."))
_AND = frozenset(("va", "and", "hoac", "or", ","))
_LONGEST_KIND = max(map(len, KIND_WORDS))


class Citations:
    """Reads citations with the instruments that are listed and the names that people use for them."""

    def __init__(self, instruments: Instruments, short_names: Iterable[ShortName] = ()) -> None:
        self._names = Names(instruments, short_names)

    @classmethod
    def read(cls, instruments: Instruments, law: Path) -> Citations:
        """With the short names that lie in the folder of the law."""
        return cls(instruments, read_short_names(law / "names.yml"))

    def find(self, text: str, *, within: str | None = None, as_of: dt.date | None = None) -> list[Found]:
        """The citations in their order.

        ``within``: the instrument of whose own text this is, which "this Law" and places without an instrument are of.
        ``as_of``: the day that decides between instruments of one name.
        """
        return _Text(text, self._names, within, as_of).found()


class _Text:
    """One text being read."""

    def __init__(self, text: str, names: Names, within: str | None, as_of: dt.date | None) -> None:
        self._text, self._names, self._within, self._as_of = text, names, within, as_of
        self._tokens = tokens_of(text)
        self._folded = [token.folded for token in self._tokens]
        self._at = 0
        self._kind: InstrumentKind | None = None
        """The kind of the instrument read last, which a list goes on with: "Decrees 43/2017 and 111/2021"."""
        self._whole: dict[int, Meant] = {}
        """Instruments that were named without a place, by the token behind them."""

    def found(self) -> list[Found]:
        found: list[Found] = []
        while self._at < len(self._tokens):
            start = self._at
            found += self._citation()
            if self._at == start:
                self._at += 1
        return found

    def _citation(self) -> list[Found]:
        """The citation that begins here; the position moves behind it."""
        start = self._at
        reader = Reader(self._tokens, start)
        places = reader.read()
        self._at = reader.at
        if places:
            return self._of_places(start, places)
        meant = self._instrument()
        if meant is None:
            return self._further_number()
        self._over_date()
        places = self._trailing_places()
        if not places:
            self._whole[self._at] = meant
        return self._found(start, places or [Place(None)], meant)

    def _of_places(self, start: int, places: list[Place]) -> list[Found]:
        """Places with the instrument behind them, or before them over a bracket; alone they count with an article."""
        meant = self._instrument_of_places()
        if meant is not None:
            return self._found(start, self._closer(places), meant)
        meant = self._before_bracket(start) or Meant(self._within, None if self._within else "unnamed")
        if meant.number is None and all(one.article is None for one in places):
            return []
        return self._found(start, places, meant)

    def _closer(self, places: list[Place]) -> list[Place]:
        """ "Điều 20 Thông tư 38/2015/TT-BTC, điểm a.3 khoản 2": what follows lies in the article named before."""
        start = self._at
        behind = self._trailing_places() if len(places) == 1 else []
        if behind and all(one.article is None for one in behind) and places[0].clause is None:
            return [Place(places[0].article, one.clause, one.point) for one in behind]
        self._at = start
        return places

    def _before_bracket(self, start: int) -> Meant | None:
        """The instrument of "Luật … (văn bản hợp nhất 96/VBHN-VPQH), Điều 16": the one before the bracket."""
        at = start - 1
        if self._word(at) == ",":
            at -= 1
        if self._word(at) != ")":
            return None
        while at >= 0 and self._word(at) != "(":
            at -= 1
        return self._whole.get(at)

    def _over_date(self) -> None:
        """Past the day of issue: "ngày 28/8/2025"."""
        following = self._token(self._at + 1)
        if self._word(self._at) in ("ngay", "of", "dated") and following is not None and following.kind == "date":
            self._at += 2

    def _instrument_of_places(self) -> Meant | None:
        """The instrument behind a place; the position stays where none follows."""
        start = self._at
        for _ in range(_BETWEEN):
            if (meant := self._instrument(beside_place=True)) is not None:
                return meant
            if self._word(self._at) not in _TO_INSTRUMENT:
                break
            self._at += 1
        else:
            self._at = start
            return None
        token = self._token(self._at)
        if (self._kind_word()) is not None and token is not None:
            # "Luật Xử lý vi phạm hành chính" is not listed; "của luật" is one that was named before.
            return Meant(None, "unknown" if token.text[0].isupper() else "this")
        self._at = start
        return None

    def _trailing_places(self) -> list[Place]:
        """Places behind their instrument ("Decree 169/2026, Articles 9 and 24"), unless they have one of their own."""
        start = self._at
        if self._word(self._at) in (",", "(", ":", "-", "–"):
            self._at += 1
        reader = Reader(self._tokens, self._at)
        places = reader.read()
        self._at = reader.at
        if not places or self._instrument_of_places() is not None:
            self._at = start
            return []
        if self._word(start) == "(" and self._word(self._at) == ")":
            self._at += 1
        return places

    def _further_number(self) -> list[Found]:
        """Another short number of the kind just read: the second of "Decrees 43/2017 and 111/2021"."""
        token = self._tokens[self._at]
        if token.kind == "short" and self._kind is not None and self._word(self._at - 1) in _AND:
            self._at += 1
            meant = self._names.by_short_number(token.text, self._kind, self._as_of)
            return self._found(self._at - 1, [Place(None)], meant)
        if self._word(self._at) not in _AND:
            self._kind = None
        return []

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

    def _found(self, first: int, places: Sequence[Place], meant: Meant) -> list[Found]:
        start, end = self._tokens[first].start, self._tokens[self._at - 1].end
        words = self._text[start:end]
        return [
            Found(
                start,
                end,
                words,
                meant.number,
                one.article,
                one.clause,
                one.point,
                meant.doubt,
                meant.candidates,
            )
            for one in places
        ]
