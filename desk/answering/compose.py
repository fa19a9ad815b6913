"""Putting an answer into words: the guidance quoted word for word, with all that a person needs to act on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from desk.answering.cite import Cite
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import GuidanceRecord, Language
from desk.speech import Block, Choice, Utterance
from desk.texts import Texts


class Compose:
    """Quotes a guidance version in one language; nothing of the guidance is rephrased."""

    def __init__(self, texts: Texts, cite: Cite) -> None:
        self._texts = texts
        self._cite = cite

    def answer(
        self,
        version: GuidanceVersion,
        language: Language,
        as_of: dt.date,
        *,
        confirmed: bool,
        choices: Iterable[Choice],
    ) -> Utterance:
        """The whole answer: title, text, what to bring, where, how long, how much, by which law, with its doubts."""
        record = version.record
        blocks = [
            Block("title", record.title[language]),
            Block("paragraph", record.answer[language]),
            *self._documents(record, language),
            *self._fields(record, language),
            self._cite.legal_basis(record, language, as_of),
            *self._doubts(record, language, confirmed=confirmed),
            Block("note", self._say("answer.text_date", language, date=day(record.text_date, language))),
        ]
        return Utterance(tuple(blocks), tuple(choices), entry=version.entry_id, version=version.number)

    def _documents(self, record: GuidanceRecord, language: Language) -> list[Block]:
        if record.documents is None:
            return []
        label = self._say("answer.documents", language)
        return [Block("list", label=label, items=tuple(record.documents[language]))]

    def _fields(self, record: GuidanceRecord, language: Language) -> list[Block]:
        level = self._say(f"online.{record.online_level}", language)
        values = {
            "where": record.where[language] if record.where else None,
            "online": level if record.online_level not in ("unknown", "not_applicable") else None,
            "time_limit": record.time_limit[language] if record.time_limit else None,
            "fee": record.fee[language] if record.fee else None,
            "unit": record.unit[language],
        }
        return [
            Block("field", text, label=self._say(f"answer.{name}", language)) for name, text in values.items() if text
        ]

    def _doubts(self, record: GuidanceRecord, language: Language, *, confirmed: bool) -> list[Block]:
        blocks = []
        if record.unverified:
            label = self._say("answer.unverified", language)
            blocks.append(Block("list", label=label, items=tuple(doubt[language] for doubt in record.unverified)))
        # A rule has no papers to bring or place to go to: only of a procedure is it worth saying what is missing.
        if record.not_stated and record.online_level != "not_applicable":
            parts = ", ".join(self._say(f"part.{part}", language) for part in record.not_stated)
            blocks.append(Block("note", self._say("answer.not_stated", language, parts=parts)))
        if not confirmed:
            blocks.append(Block("note", self._say("answer.shipped", language)))
        return blocks

    def _say(self, name: str, language: Language, **values: object) -> str:
        return self._texts.say(name, language, **values)


_MONTHS = "January February March April May June July August September October November December".split()


def day(date: dt.date, language: Language) -> str:
    """A date as the language writes it: 22/11/2026, 22 November 2026."""
    if language == "vi":
        return f"{date.day}/{date.month}/{date.year}"
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
