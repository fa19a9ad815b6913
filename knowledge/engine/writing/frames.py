"""Takes off what frames a question and says nothing of its matter: greetings, requests, "đúng hay sai?"."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from desk.guidance.record import Language

_DATA = Path(__file__).with_name("frames.json")


@lru_cache(maxsize=2)
def _patterns(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = json.loads(_DATA.read_text(encoding="utf-8"))[language]
    before, after = ("|".join(sorted(data[side], key=len, reverse=True)) for side in ("before", "after"))
    return (
        re.compile(rf"^(?:(?:{before})\b[\s,.:;!-]*)+"),
        re.compile(rf"(?:[\s,.;?!-]*\b(?:{after})[\s.?!]*)+$"),
    )


def without_frame(normalised: str, language: Language) -> str:
    """A normalised question without its frame; the question itself where nothing else would be left."""
    before, after = _patterns(language)
    bare = after.sub("", before.sub("", normalised))
    return bare if bare.strip() else normalised
