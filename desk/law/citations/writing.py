"""Citations back into words, so that reading them gives the same again."""

from __future__ import annotations

from desk.guidance.record import Language
from desk.law.instruments import Instruments, Place, place


def written(number: str, cited: Place, language: Language, instruments: Instruments) -> str:
    """A place of an instrument as the language writes it: "Khoản 1 Điều 5 Luật … số …", "Article 5(1), … No. …"."""
    name = instruments.name(number, language) if number in instruments else number
    where = place(cited, language)
    if not where:
        return name
    return f"{where} {name}" if language == "vi" else f"{where}, {name}"
