"""Reads the citations in a text: which place of which legal instrument each names, as far as that is certain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from desk.law.citations.binding import Place
from desk.law.citations.instruments_named import InstrumentReader
from desk.law.citations.model import Found, Meant
from desk.law.citations.names import KIND_WORDS, Names, ShortName, read_short_names
from desk.law.citations.places import PLACE_BEGINNINGS, Reader
from desk.law.instruments import Instruments

#: Words that may stand between a place and its instrument: "Phụ lục II ban hành kèm theo Thông tư …".
_TO_INSTRUMENT = frozenset(
    "of cua the tai trong thuoc in to under with ban hanh kem theo issued attached vao cac".split()
) | {","}
#: So many of them at most.
_BETWEEN = 6
#: Words with which a place or an instrument may begin, beside those of names.
_BEGINNINGS = frozenset({*PLACE_BEGINNINGS, *(words[0] for words in KIND_WORDS), "this"})
#: The rules of the linter read each answer in turn: what was read last is kept.
_REMEMBERED = 64
_AND = frozenset(("va", "and", "hoac", "or", ","))


class Citations:
    """Reads citations with the instruments that are listed and the names that people use for them."""

    def __init__(self, instruments: Instruments, short_names: Iterable[ShortName] = ()) -> None:
        self._names = Names(instruments, short_names)
        self._read = lru_cache(maxsize=_REMEMBERED)(self._found_in)

    @classmethod
    def read(cls, instruments: Instruments, law: Path) -> Citations:
        """With the short names that lie in the folder of the law."""
        return cls(instruments, read_short_names(law / "names.yml"))

    def find(self, text: str, *, within: str | None = None, as_of: dt.date | None = None) -> list[Found]:
        """The citations in their order.

        ``within``: the instrument of whose own text this is, which "this Law" and places without an instrument are of.
        ``as_of``: the day that decides between instruments of one name.
        """
        return list(self._read(text, within, as_of))

    def _found_in(self, text: str, within: str | None, as_of: dt.date | None) -> tuple[Found, ...]:
        return tuple(_Text(text, self._names, within, as_of).found())


class _Text(InstrumentReader):
    """One text being read."""

    def __init__(self, text: str, names: Names, within: str | None, as_of: dt.date | None) -> None:
        super().__init__(text, names, within, as_of)
        self._whole: dict[int, Meant] = {}
        """Instruments that were named without a place, by the token behind them."""

    def found(self) -> list[Found]:
        found: list[Found] = []
        while self._at < len(self._tokens):
            if not self._may_begin():
                self._kind = self._kind if self._word(self._at) in _AND else None
                self._at += 1
                continue
            start = self._at
            found += self._citation()
            if self._at == start:
                self._at += 1
        return found

    def _may_begin(self) -> bool:
        """Whether a citation may begin here; most words begin none, and nothing more is asked of them."""
        token = self._tokens[self._at]
        return (
            token.kind in ("official", "short")
            or token.is_year
            or token.folded in _BEGINNINGS
            or self._names.may_begin(token.folded)
        )

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
