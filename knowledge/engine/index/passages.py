"""Cuts a guidance record into the short texts that are searched; an entry is as near as its nearest passage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from desk.guidance.record import LANGUAGES, GuidanceRecord, Language

Kind = Literal["title", "question", "answer", "documents", "where", "time_limit", "fee"]

#: Clauses are joined up to about this length, in characters.
CLAUSE_LENGTH = 300
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")


@dataclass(frozen=True)
class Passage:
    """One searched text of an entry; ``entry`` is the entry's position in the snapshot."""

    entry: int
    language: Language
    kind: Kind
    text: str


def passages_of(entry: int, record: GuidanceRecord) -> Iterator[Passage]:
    """All passages of a record: its title, each way to ask, and each clause of what it answers, in both languages."""
    for language in LANGUAGES:
        title = record.title[language]
        yield Passage(entry, language, "title", title)
        for question in record.questions[language]:
            yield Passage(entry, language, "question", question)
        for kind, text in _parts(record, language):
            for clause in clauses(text):
                yield Passage(entry, language, kind, f"{title}. {clause}")


def _parts(record: GuidanceRecord, language: Language) -> Iterator[tuple[Kind, str]]:
    yield "answer", record.answer[language]
    if record.documents is not None:
        yield "documents", "; ".join(record.documents[language])
    if record.where is not None:
        yield "where", record.where[language]
    if record.time_limit is not None:
        yield "time_limit", record.time_limit[language]
    if record.fee is not None:
        yield "fee", record.fee[language]


def clauses(text: str, length: int = CLAUSE_LENGTH) -> list[str]:
    """The sentences of a text, neighbours joined while they stay within ``length`` characters."""
    joined: list[str] = []
    for sentence in _SENTENCE_END.split(text.strip()):
        if joined and len(joined[-1]) + len(sentence) < length:
            joined[-1] += " " + sentence
        else:
            joined.append(sentence)
    return joined
