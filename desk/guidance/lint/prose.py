"""What the words of an answer say of the texts that they name: that one is the former one, or one that is to come."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from babel.dates import get_month_names

from desk.guidance.lint.findings import Law, Linted
from desk.guidance.record import LANGUAGES, Language
from desk.law.citations.model import Found

_FORMER = (
    *(
        "cũ",
        "trước đây",
        "trước đó",
        "trước kia",
        "thay",
        "thay thế",
        "thay cho",
        "bãi bỏ",
        "hết hiệu lực",
        "hết hạn",
        "đến hết ngày",
    ),
    *(
        "tạm ngưng",
        "former",
        "formerly",
        "earlier",
        "old",
        "replace",
        "replaces",
        "replaced",
        "in place of",
        "repealed",
    ),
    *("until", "no longer", "expired", "ended", "ends", "instead of", "suspended"),
)
_COMING = (
    *("chưa có hiệu lực", "sẽ có hiệu lực", "bắt đầu có hiệu lực", "kể từ ngày", "từ ngày", "not yet in force"),
    *("not in force yet", "will apply", "takes effect", "from", "as of"),
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"\w+")
_MONTHS = get_month_names("wide", locale="en")


@dataclass(frozen=True)
class Named:
    """A citation in an answer, with its field and the sentence in which it stands."""

    answer: str

    path: str
    language: Language
    found: Found
    sentence: str

    @property
    def says_former(self) -> bool:
        return _has(self.sentence, _FORMER)

    def says_coming(self, begins: dt.date | None) -> bool:
        """Whether the sentence says that the text is to come, or the answer tells its first day."""
        is_dated = begins is not None and any(day in self.answer for day in _written(begins))
        return is_dated or _has(self.sentence, _COMING)


def named_in(linted: Linted, law: Law) -> Iterator[Named]:
    """The citations in the answers of which it is certain what they name."""
    as_of = max(linted.from_, law.as_of)
    for language in LANGUAGES:
        answer = linted.record.answer[language]
        for found in law.citations.find(answer, as_of=as_of):
            if found.instrument is not None:
                yield Named(answer, f"answer-{language}", language, found, _sentence(answer, found))


def _sentence(text: str, found: Found) -> str:
    ends = [end.start() for end in _SENTENCE_ENDS.finditer(text)]
    start = max((end for end in ends if end <= found.start), default=0)
    end = min((end for end in ends if end >= found.end), default=len(text))
    return text[start:end]


def _has(sentence: str, words: tuple[str, ...]) -> bool:
    plain = " ".join(["", *_WORD.findall(sentence.lower()), ""])
    return any(f" {word} " in plain for word in words)


def _written(day: dt.date) -> tuple[str, ...]:
    month = _MONTHS[day.month]
    return (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day.day} tháng {day.month} năm {day.year}",
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
    )
