"""For which day a question means the law, where its words say so beyond doubt."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from desk.answering.dates import RELATIVE, Precision, Span, dates_in
from desk.vietnamese import fold, without_keys
from desk.yaml_file import read_yaml

#: Guidance and law of earlier days are not kept; a birthday is no day of law.
EARLIEST = dt.date(2005, 1, 1)
#: No law is issued longer before it begins.
AHEAD = dt.timedelta(days=3 * 366)
#: Words on each side of a date that are looked at.
_NEAR = 14
_DAY = dt.timedelta(days=1)
_WORDS = re.compile(r"\w+|\s+|.", re.DOTALL)
_ENDS = re.compile(r"[.?!](?=\s|$)|[;\n]")
#: Words before a date that lead to it.
_LEAD = 20
#: Words come again and again, and to read one for the keys in it takes long.
_WORDS_KEPT = 20_000
_folded = lru_cache(_WORDS_KEPT)(fold)


@dataclass(frozen=True)
class DaySaid:
    """A day that was said: of a week, month or year the last one, which ``precision`` tells.

    ``rest`` is the text without the words that say the day, as it is searched.
    """

    day: dt.date
    precision: Precision
    rest: str


@dataclass(frozen=True)
class _Plain:
    """A text in small letters without diacritics, and where each of its characters stood."""

    text: str
    places: tuple[int, ...]

    def cut_out(self, whole: str, start: int, end: int) -> str:
        """The whole text without what stands between two places of the plain one."""
        first, last = self.places[start], self.places[end] if end < len(self.places) else len(whole)
        before, after = whole[:first].rstrip(" (,"), whole[last:].lstrip(" ),")
        return f"{before} {after}".strip() if after[:1] not in ".?!:" else f"{before}{after}"


class Days:
    """Reads days by the words of content/day_meant.yml."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._acts, self._documents = _words(data["acts"]), _words(data["documents"])
        self._periods = _words(data["periods"])
        self._times, self._now = _words(data["times"]), _words(data["now"])
        self._relative = {name: _words(data["relative"][name]) for name in RELATIVE}
        between = f"(?: (?:{_either(data['between'])}))*"
        self._sides = {
            side: re.compile(rf"(?<!\w)(?:{_either(data[side])}){between}\s*[(,]?\s*$")
            for side in ("before", "since", "after", "until", "parts")
        }
        leading = _either([*data["before"], *data["since"], *data["after"], *data["between"]])
        # What was read as one of them is not read again as two others: the longest come first, and many ways to read
        # the same words would all be tried where something else stands before the date.
        self._lead = re.compile(rf"(?:(?<!\w)(?>{leading})\s++){{1,{_LEAD}}}+$")

    @classmethod
    def read(cls, path: Path) -> Days:
        return cls(read_yaml(path))

    def said_in(self, text: str, today: dt.date) -> DaySaid | None:
        """The one day for which the law is meant; None where none is said, or more than one, or not for certain."""
        text = unicodedata.normalize("NFC", text)
        for plain in (_plain(text, _folded), _plain(text, _without_keys)):
            if self._now.search(plain.text):
                return None
            meant = [(span, day) for span, day in self._meant(plain.text, today) if day is not None]
            if meant:
                return self._one(text, plain, meant)
        return None

    def typed(self, text: str, today: dt.date) -> DaySaid | None:
        """The day in the answer to “for which day?”, which needs no other words; None where there is not one."""
        text = unicodedata.normalize("NFC", text)
        for plain in (_plain(text, _folded), _plain(text, _without_keys)):
            spans = dates_in(plain.text, today, self._relative)
            if len(spans) == 1 and _is_possible(spans[0].last, today):
                return DaySaid(spans[0].last, spans[0].precision, "")
        return None

    def without_day(self, text: str, today: dt.date) -> str:
        """The text as it is searched: without the words that say a day, where one is meant."""
        said = self.said_in(text, today)
        return said.rest if said is not None and said.rest else text

    def _one(self, text: str, plain: _Plain, meant: list[tuple[Span, dt.date]]) -> DaySaid | None:
        if len({day for _, day in meant}) > 1:
            return None
        (span, day), rest = meant[0], text
        for each, _ in reversed(meant):
            lead = self._lead.search(plain.text, 0, each.start)
            rest = plain.cut_out(rest, lead.start() if lead else each.start, each.end)
        return DaySaid(day, span.precision if day == span.last else "day", rest)

    def _meant(self, text: str, today: dt.date) -> Iterable[tuple[Span, dt.date | None]]:
        spans = dates_in(text, today, self._relative)
        earlier = 0
        for span in spans:
            begin = max([earlier, *_ends_before(text, span.start)])
            yield span, self._day_of(span, _last_words(text[begin : span.start]), text[span.end :], today)
            earlier = span.end

    def _day_of(self, span: Span, left: str, right: str, today: dt.date) -> dt.date | None:
        """The day that a date means by the words around it."""
        side = next((name for name, words in self._sides.items() if words.search(left)), None)
        if side in ("until", "parts") or not self._is_of_an_act(span, side, left, right):
            return None
        day = _by_side(side, span, today)
        return day if day is not None and _is_possible(day, today) else None

    def _is_of_an_act(self, span: Span, side: str | None, left: str, right: str) -> bool:
        """Whether the date is the time of what is asked about, and not that of a document or a deadline."""
        act, document, period = (_last(words, left) for words in (self._acts, self._documents, self._periods))
        if span.precision == "day" or side == "before":
            act = max(act, period)
        else:
            document = max(document, period)
        if act >= 0 or document >= 0:
            return act > document
        if self._times.search(left) or side in ("before", "since"):
            return True
        follows = _first_words(right)
        act, document = _first(self._acts, follows), _first(self._documents, follows)
        return 0 <= act and (document < 0 or act < document)


def _by_side(side: str | None, span: Span, today: dt.date) -> dt.date | None:
    """The day, by what stands directly before the date.

    “From” and “after” a day that has passed mean the law until now, “before” one to come is a deadline: neither names a
    day. A time that is not over yet is today's.
    """
    match side:
        case "before":
            return span.first - _DAY if span.first <= today else None
        case "since":
            return span.first if span.first > today else None
        case "after":
            return span.last + _DAY if span.last > today else None
        case _:
            return None if span.precision != "day" and span.first <= today <= span.last else span.last


def _is_possible(day: dt.date, today: dt.date) -> bool:
    return EARLIEST <= day <= today + AHEAD


def _plain(text: str, folded: Callable[[str], str]) -> _Plain:
    """The composed text read word by word, so that each word keeps its place; spaces become one."""
    pieces, places = [], []
    for match in _WORDS.finditer(text):
        piece = " " if match[0].isspace() and "\n" not in match[0] else folded(match[0].lower())
        pieces.append(piece)
        places += [match.start()] * len(piece)
    return _Plain("".join(pieces), tuple(places))


@lru_cache(_WORDS_KEPT)
def _without_keys(word: str) -> str:
    """The word as an input method would have written it, where its keys were left in."""
    return fold(without_keys(word) or word)


def _ends_before(text: str, place: int) -> list[int]:
    return [match.end() for match in _ENDS.finditer(text, 0, place)]


def _last_words(text: str) -> str:
    return text if text.count(" ") <= _NEAR else " ".join(text.split(" ")[-_NEAR:])


def _first_words(text: str) -> str:
    end = _ENDS.search(text)
    return " ".join(text[: end.start() if end else None].split(" ")[:_NEAR])


def _last(words: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in words.finditer(text)), default=-1)


def _first(words: re.Pattern[str], text: str) -> int:
    match = words.search(text)
    return match.start() if match else -1


def _words(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/])(?:{_either(phrases)})(?![\w/])")


def _either(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted({*phrases}, key=lambda phrase: (-len(phrase), phrase)))
