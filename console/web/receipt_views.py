"""A receipt as its pages show it: plain values, for everybody and for staff the same."""

from __future__ import annotations

from typing import Any

from desk.desk import Desk
from desk.guidance.record import Language
from desk.receipts import words
from desk.receipts.service import Given


def values_of(desk: Desk, given: Given, language: Language) -> dict[str, Any]:
    """What templates/blocks/receipt.html shows of a receipt."""
    return {
        "receipt": given,
        "question": words.question_in_words(desk.texts, given, language),
        "today": words.standing_in_words(desk.texts, given.standing, language),
        "for_asked_day": words.asked_day_in_words(desk.texts, given, language),
    }
