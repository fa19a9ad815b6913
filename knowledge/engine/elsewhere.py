"""Matters that people bring to a customs desk by mistake, against which a question is compared as well."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from desk.guidance.record import LANGUAGES, Language

_DATA = Path(__file__).with_name("elsewhere.json")


@lru_cache(maxsize=1)
def matters() -> list[tuple[Language, str]]:
    """Each matter in a few everyday words, with its language."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    return [(language, text) for language in LANGUAGES for text in data[language]]
