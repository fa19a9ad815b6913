"""Findings in words: a sentence with its days, languages and parts as the reader's language writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from desk.answering.compose import day
from desk.guidance.lint.findings import Finding
from desk.guidance.record import Language
from desk.texts import Texts

#: Values that are names, and the texts that say what they are called.
_NAMED = {"part": "lint.part", "changed": "lint.language", "other": "lint.language"}
#: Values that are days, which the store keeps as text.
_DAYS = ("to", "checked", "begins", "ended", "ends")


def sentence(texts: Texts, code: str, values: Mapping[str, Any], language: Language) -> str:
    """What was found, in a sentence."""
    return say(texts, text_of(code, values), values, language)


def text_of(code: str, values: Mapping[str, Any]) -> str:
    """The name of the sentence: an instrument that was replaced is told with what took its place."""
    return "lint.basis_ended_by" if code == "basis_ended" and "by" in values else f"lint.{code}"


def say(texts: Texts, name: str, values: Mapping[str, Any], language: Language) -> str:
    """A text about guidance, with its values as a person reads them."""
    told = {key: _told(texts, key, value, language) for key, value in values.items()}
    return texts.say(name, language, **told)


def as_data(texts: Texts, finding: Finding) -> dict[str, Any]:
    """A finding as a command prints it."""
    values = {name: value if isinstance(value, int) else str(value) for name, value in finding.values.items()}
    return {
        "code": finding.code,
        "entry": finding.entry,
        "version": finding.version,
        "field": finding.field,
        "sentence": sentence(texts, finding.code, finding.values, "en"),
        "values": values,
    }


def _told(texts: Texts, key: str, value: Any, language: Language) -> object:
    if key in _DAYS and isinstance(value, str):
        value = dt.date.fromisoformat(value)
    if isinstance(value, dt.date):
        return day(value, language)
    family = _NAMED.get(key)
    if family is not None and texts.has(f"{family}.{value}"):
        return texts.say(f"{family}.{value}", language)
    return value
