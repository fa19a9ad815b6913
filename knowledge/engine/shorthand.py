"""Writes out the shorthand of the trade and of phone keyboards: tk, NK, DN, c/o."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from desk.guidance.record import Language

_DATA = Path(__file__).with_name("shorthand.json")
_WORD = re.compile(r"\bc/o\b|[^\W_]+(?:/[^\W_]+)?")


@lru_cache(maxsize=1)
def _table() -> Mapping[Language, Mapping[str, str]]:
    table: Mapping[Language, Mapping[str, str]] = json.loads(_DATA.read_text(encoding="utf-8"))
    return table


def write_out(normalised: str, language: Language) -> str:
    """A normalised text with each known shorthand of the language followed or replaced by its full words."""
    table = _table()[language]
    return _WORD.sub(lambda match: table.get(match[0], match[0]), normalised)
