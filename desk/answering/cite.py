"""The legal basis of an answer: each citation in words, with the state in force of its instrument on the asked day."""

from __future__ import annotations

import datetime as dt

from desk.guidance.record import Citation, GuidanceRecord, Language
from desk.law.instruments import Instruments, place
from desk.speech import Block
from desk.texts import Texts


class Cite:
    """Writes citations, those of one instrument together."""

    def __init__(self, texts: Texts, instruments: Instruments) -> None:
        self._texts = texts
        self._instruments = instruments

    def legal_basis(self, record: GuidanceRecord, language: Language, as_of: dt.date) -> Block:
        """A list block with one line an instrument."""
        by_instrument: dict[str, list[Citation]] = {}
        for citation in record.legal_basis:
            by_instrument.setdefault(citation.instrument, []).append(citation)
        lines = tuple(self._line(number, citations, language, as_of) for number, citations in by_instrument.items())
        return Block("list", label=self._texts.say("answer.legal_basis", language), items=lines)

    def _line(self, number: str, citations: list[Citation], language: Language, as_of: dt.date) -> str:
        places = [place(citation, language) for citation in citations]
        where = "; ".join(p for p in places if p)
        if number not in self._instruments:
            return f"{where} {number}".strip()
        instrument = self._instruments[number]
        state = self._texts.say(f"law.{instrument.state_on(as_of)}", language)
        if instrument.replaced_by and instrument.state_on(as_of) == "ended":
            state = self._texts.say("law.replaced", language, by=instrument.replaced_by)
        name = self._instruments.name(number, language)
        if not where:
            return f"{name} ({state})"
        joined = f"{where} {name}" if language == "vi" else f"{where}, {name}"
        return f"{joined} ({state})"
