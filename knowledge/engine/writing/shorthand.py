"""Writes out the shorthand of the trade and of phone keyboards: tk, NK, DN, c/o, TT 38."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from desk.guidance.record import Language

_DATA = Path(__file__).with_name("shorthand.json")
_WORD = re.compile(r"\b[cb]/[ol]\b|[^\W_]+(?:/[^\W_]+)?")
#: "TT 38", "TT38/2018", "NĐ 08/2015", "CV số 12": the kind of an instrument before its number.
_NUMBERED = re.compile(r"\b(tt|nđ|nd|qđ|qd|cv)(?=\s?(?:số |so )?\d)")
#: "hs" is a dossier, but beside "mã", "code" or a number it is the tariff.
_DOSSIER = re.compile(r"(?<!mã )(?<!ma )(?<!code )\bhs\b(?! code|\s?\d)")


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Mapping[str, str]] = json.loads(_DATA.read_text(encoding="utf-8"))
    return table


def write_out(normalised: str, language: Language) -> str:
    """A normalised text with each known shorthand of the language followed or replaced by its full words."""
    if language == "vi":
        kinds = _table()["numbered"]
        normalised = _NUMBERED.sub(lambda match: f"{kinds[match[0]]} ", normalised)
        normalised = _DOSSIER.sub("hồ sơ", normalised)
    table = _table()[language]
    return _WORD.sub(lambda match: table.get(match[0], match[0]), normalised)
