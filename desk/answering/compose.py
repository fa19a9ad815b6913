"""Putting an answer into words: the guidance quoted word for word, with all that a person needs to act on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from desk.answering.cite import Cite
from desk.answering.day_words import day as day  # known by this module to those who write dates
from desk.answering.reference import Part
from desk.guidance.model import GuidanceVersion
from desk.guidance.record import GuidanceRecord, Language
from desk.speech import Block, Choice, Utterance
from desk.texts import Texts

#: The fields of an answer in the order in which they are shown.
FIELDS = ("where", "online", "time_limit", "fee", "unit")


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
        dated: bool = False,
    ) -> Utterance:
        """The whole answer: title, text, what to bring, where, how long, how much, by which law, with its doubts.

        ``dated``: the day whose law is meant is named with the legal basis.
        """
        record = version.record
        blocks = [
            Block("title", record.title[language]),
            Block("paragraph", record.answer[language]),
            *self._documents(record, language),
            *self._fields(record, language),
            self._cite.legal_basis(record, language, as_of, dated=dated),
            *self._doubts(record, language, confirmed=confirmed),
            Block("note", self._say("answer.text_date", language, date=day(record.text_date, language))),
        ]
        return Utterance(tuple(blocks), tuple(choices), entry=version.entry_id, version=version.number)

    def part(
        self,
        version: GuidanceVersion,
        language: Language,
        as_of: dt.date,
        parts: Sequence[Part],
        *,
        confirmed: bool,
        choices: Iterable[Choice],
        dated: bool = False,
    ) -> Utterance:
        """Only the parts that were asked for, as the record states them; of the others it is said that it does not."""
        record = version.record
        silent = [part for part in parts if not part.is_stated_by(record)]
        blocks = [
            Block("title", record.title[language]),
            *self._stated(record, language, [name for part in parts if part not in silent for name in part.fields]),
            *self._silence(record, language, silent),
            *self._stated(record, language, [name for part in silent for name in part.beside]),
            self._cite.legal_basis(record, language, as_of, dated=dated),
            *self._unverified(record, language),
            *self._shipped(language, confirmed=confirmed),
            Block("note", self._say("answer.text_date", language, date=day(record.text_date, language))),
        ]
        return Utterance(tuple(blocks), tuple(choices), entry=version.entry_id, version=version.number)

    def _stated(self, record: GuidanceRecord, language: Language, names: Sequence[str]) -> list[Block]:
        blocks = self._documents(record, language) if "documents" in names else []
        return [*blocks, *self._fields(record, language, names)]

    def _silence(self, record: GuidanceRecord, language: Language, parts: Sequence[Part]) -> list[Block]:
        if not parts:
            return []
        named = ", ".join(self._say(f"part.{part.name}", language) for part in parts)
        return [
            Block("paragraph", self._say("answer.part_not_stated", language, about=record.title[language], parts=named))
        ]

    def _documents(self, record: GuidanceRecord, language: Language) -> list[Block]:
        if record.documents is None:
            return []
        label = self._say("answer.documents", language)
        return [Block("list", label=label, items=tuple(record.documents[language]))]

    def _fields(self, record: GuidanceRecord, language: Language, names: Iterable[str] = FIELDS) -> list[Block]:
        wanted = {*names}
        values = {name: self._value(record, language, name) for name in FIELDS if name in wanted}
        return [
            Block("field", text, label=self._say(f"answer.{name}", language)) for name, text in values.items() if text
        ]

    def _value(self, record: GuidanceRecord, language: Language, name: str) -> str | None:
        if name == "online":
            return self._say(f"online.{record.online_level}", language) if record.online_is_known else None
        value = getattr(record, name)
        return str(value[language]) if value is not None else None

    def _doubts(self, record: GuidanceRecord, language: Language, *, confirmed: bool) -> list[Block]:
        blocks = self._unverified(record, language)
        # A rule has no papers to bring or place to go to: only of a procedure is it worth saying what is missing.
        if record.not_stated and record.online_level != "not_applicable":
            parts = ", ".join(self._say(f"part.{part}", language) for part in record.not_stated)
            blocks.append(Block("note", self._say("answer.not_stated", language, parts=parts)))
        return [*blocks, *self._shipped(language, confirmed=confirmed)]

    def _unverified(self, record: GuidanceRecord, language: Language) -> list[Block]:
        if not record.unverified:
            return []
        label = self._say("answer.unverified", language)
        return [Block("list", label=label, items=tuple(doubt[language] for doubt in record.unverified))]

    def _shipped(self, language: Language, *, confirmed: bool) -> list[Block]:
        return [] if confirmed else [Block("note", self._say("answer.shipped", language))]

    def _say(self, name: str, language: Language, **values: object) -> str:
        return self._texts.say(name, language, **values)
