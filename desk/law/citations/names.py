"""Which instrument is meant by a number or a name: the official number, a short one, a title, a name people use."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from desk.guidance.record import LANGUAGES, Text
from desk.law.citations.model import Meant
from desk.law.citations.tokens import tokens_of
from desk.law.instruments import InstrumentKind, Instruments
from desk.vietnamese import fold
from desk.yaml_file import read_yaml

#: Words that name a kind of instrument, without marks, the longest first where one begins another.
KIND_WORDS: Mapping[tuple[str, ...], InstrumentKind] = {
    ("van", "ban", "hop", "nhat"): "consolidated",
    ("consolidated", "document"): "consolidated",
    ("consolidated", "text"): "consolidated",
    ("thong", "tu", "lien", "tich"): "circular",
    ("joint", "circular"): "circular",
    ("official", "letter"): "official_letter",
    ("official", "letters"): "official_letter",
    ("official", "dispatch"): "official_letter",
    ("nghi", "dinh"): "decree",
    ("thong", "tu"): "circular",
    ("quyet", "dinh"): "decision",
    ("nghi", "quyet"): "resolution",
    ("phap", "lenh"): "ordinance",
    ("cong", "van"): "official_letter",
    ("bo", "luat"): "law",
    ("luat",): "law",
    ("laws",): "law",
    ("law",): "law",
    ("decrees",): "decree",
    ("decree",): "decree",
    ("circulars",): "circular",
    ("circular",): "circular",
    ("decisions",): "decision",
    ("decision",): "decision",
    ("resolutions",): "resolution",
    ("resolution",): "resolution",
    ("ordinance",): "ordinance",
    ("letters",): "official_letter",
    ("letter",): "official_letter",
    ("vbhn",): "consolidated",
    ("nd",): "decree",
    ("tt",): "circular",
    ("qd",): "decision",
    ("nq",): "resolution",
    ("cv",): "official_letter",
}
_FORMER = re.compile(r"(?<!\s)\s*+\((?:cũ|former)\)$")
_ENDINGS = {"ND-CP": "NĐ-CP", "QD": "QĐ"}


class ShortName(BaseModel):
    """Names that people use for instruments; a year or a number beside it, or the day, tells which."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vi: list[Text] = Field(min_length=1)
    en: list[Text] = Field(min_length=1)
    instruments: list[Text] = Field(min_length=1)


def read_short_names(path: Path) -> list[ShortName]:
    """The names in content/law/names.yml."""
    return TypeAdapter(list[ShortName]).validate_python(read_yaml(path))


class Names:
    """Finds instruments by what a text calls them; never guesses."""

    def __init__(self, instruments: Instruments, short: Iterable[ShortName] = ()) -> None:
        self._instruments = instruments
        self._numbers: dict[str, str] = {_key(one.number): one.number for one in instruments}
        self._short: dict[tuple[str, str], list[str]] = {}
        self._named: dict[tuple[str, ...], list[str]] = {}
        self._longest: dict[str, int] = {}
        for one in instruments:
            number, _, rest = one.number.partition("/")
            year = rest.partition("/")[0]
            if year.isdigit():
                self._short.setdefault((_plain(number), year), []).append(one.number)
            for language in LANGUAGES:
                self._add(_FORMER.sub("", one.title[language]), one.number)
                self._add(one.title[language], one.number)
        for name in short:
            for words in (*name.vi, *name.en):
                for number in name.instruments:
                    self._add(words, number)

    def _add(self, words: str, number: str) -> None:
        key = tuple(token.folded for token in tokens_of(words))
        bearers = self._named.setdefault(key, [])
        if number not in bearers:
            bearers.append(number)
        self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))

    def may_begin(self, word: str) -> bool:
        """Whether a name begins with this word (folded)."""
        return word in self._longest

    def longest_name(self, words: Sequence[str]) -> tuple[int, list[str]]:
        """How many of these words (folded) make the longest name that they begin with, and who bears it."""
        for length in range(min(self._longest.get(words[0], 0) if words else 0, len(words)), 0, -1):
            bearers = self._named.get(tuple(words[:length]))
            if bearers is not None:
                return length, bearers
        return 0, []

    def is_listed(self, number: str) -> bool:
        return _key(number) in self._numbers

    def by_number(self, number: str) -> Meant:
        """The instrument of a whole official number, with or without đ; an unlisted one is told as such."""
        known = self._numbers.get(_key(number))
        return Meant(known) if known is not None else Meant(_written(number), "unlisted")

    def by_short_number(self, number: str, kind: InstrumentKind, as_of: dt.date | None) -> Meant:
        """The instrument of a number without its ending; the kind of which stands before it."""
        first, _, year = number.partition("/")
        bearers = self._short.get((_plain(first), year), [])
        return self.one_of([one for one in bearers if self._instruments[one].kind == kind], as_of)

    def by_number_alone(self, number: str, kind: InstrumentKind) -> Meant | None:
        """What "Decree 134" may mean: never certain; None where no listed instrument has the number."""
        bearers = [
            one
            for (first, _), numbers in self._short.items()
            if first == _plain(number)
            for one in numbers
            if self._instruments[one].kind == kind
        ]
        return Meant(None, "ambiguous", tuple(bearers)) if bearers else None

    def of_year(self, bearers: Sequence[str], year: str) -> list[str]:
        """Those of a year, by their numbers."""
        return [one for one in bearers if one.split("/")[1] == year]

    def one_of(self, bearers: Sequence[str], as_of: dt.date | None) -> Meant:
        """The only one, or the only one that the day leaves, where one is given: neither ended nor yet to come."""
        if len(bearers) == 1:
            return Meant(bearers[0])
        if not bearers:
            return Meant(None, "unknown")
        if as_of is not None:
            over = ("not_yet", "ended")
            held = [one for one in bearers if self._instruments.state_on(one, as_of) not in over]
            if len(held) == 1:
                return Meant(held[0])
        return Meant(None, "ambiguous", tuple(bearers))


def _plain(number: str) -> str:
    return number.lstrip("0").lower()


def _key(number: str) -> str:
    """By which two ways to write one number are the same: 8/2015/ND-CP and 08/2015/NĐ-CP."""
    first, _, rest = fold(number).partition("/")
    return f"{_plain(first)}/{rest.upper()}"


def _written(number: str) -> str:
    """A number that is not listed, with the đ that its ending is known to have."""
    first, _, rest = number.partition("/")
    parts = [_ending(part) for part in rest.split("/")]
    return "/".join([first, *parts])


def _ending(part: str) -> str:
    for plain, marked in _ENDINGS.items():
        if part.upper() == plain or part.upper().startswith(f"{plain}-"):
            return marked + part[len(plain) :]
    return part
