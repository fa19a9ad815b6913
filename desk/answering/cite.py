"""The legal basis of an answer: each citation in words, with the state in force of its instrument on the asked day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from desk.answering.day_words import day
from desk.guidance.record import Citation, GuidanceRecord, Language
from desk.law.instruments import ForceState, Instruments, place
from desk.speech import Block
from desk.texts import Texts


class Cite:
    """Writes citations, those of one instrument together."""

    def __init__(self, texts: Texts, instruments: Instruments | Callable[[], Instruments]) -> None:
        """``instruments``: what holds now, or where to ask for it at every citation."""
        self._texts = texts
        self._given = instruments

    @property
    def _instruments(self) -> Instruments:
        return self._given if isinstance(self._given, Instruments) else self._given()

    def legal_basis(self, record: GuidanceRecord, language: Language, as_of: dt.date, *, dated: bool = False) -> Block:
        """A list block with one line an instrument; ``dated``: the day is named above it."""
        by_instrument: dict[str, list[Citation]] = {}
        for citation in record.legal_basis:
            by_instrument.setdefault(citation.instrument, []).append(citation)
        lines = tuple(self._line(number, citations, language, as_of) for number, citations in by_instrument.items())
        label = self._texts.say("answer.legal_basis", language)
        if dated:
            label = self._texts.say("as_of.legal_basis", language, date=day(as_of, language))
        return Block("list", label=label, items=lines)

    def _line(self, number: str, citations: list[Citation], language: Language, as_of: dt.date) -> str:
        places = [place(citation, language) for citation in citations]
        where = "; ".join(p for p in places if p)
        if number not in self._instruments:
            return f"{where} {number}".strip()
        return self.in_words(number, where, language, as_of)

    def in_words(self, number: str, where: str, language: Language, as_of: dt.date) -> str:
        """A place in an instrument with its state in force: "Khoản 1 Điều 5 Luật … số … (đang có hiệu lực)"."""
        name = self._instruments.name(number, language) if number in self._instruments else number
        state = self._state(number, language, as_of)
        if not where:
            return f"{name} ({state})"
        joined = f"{where} {name}" if language == "vi" else f"{where}, {name}"
        return f"{joined} ({state})"

    def state_on(self, number: str, as_of: dt.date) -> ForceState:
        """The state in force of an instrument; unknown for one that nobody has listed."""
        return self._instruments.state_on(number, as_of)

    def _state(self, number: str, language: Language, as_of: dt.date) -> str:
        state = self.state_on(number, as_of)
        replaced_by = self._instruments.replaced_by(number) if state == "ended" else None
        if replaced_by:
            return self._texts.say("law.replaced", language, by=replaced_by)
        return self._texts.say(f"law.{state}", language)
