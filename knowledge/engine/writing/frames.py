"""Takes off what frames a question and says nothing of its matter: greetings, who asks, "in Vietnam"."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from desk.guidance.record import Language
from desk.vietnamese import fold

#: Patterns over folded text: people greet with and without diacritics.
_DATA = Path(__file__).with_name("frames.json")
#: What is left must be a question by itself; "xin hỏi về thuế" in two words more is not worth cutting.
_LEAST_WORDS = 2
#: Pieces of a frame behind a question.
_MOST = 12


@lru_cache(maxsize=2)
def _patterns(language: Language) -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = json.loads(_DATA.read_text(encoding="utf-8"))[language]
    before, after = ("|".join(sorted(data[side], key=len, reverse=True)) for side in ("before", "after"))
    return (
        re.compile(rf"^(?:(?:{before})\b[\s,.:;!-]*)+"),
        # Each piece is taken once and for all (atomic), and of a number that nobody reaches: what is between two pieces
        # could belong to either, and a row of them that ends in another word would be tried in every way there is.
        re.compile(rf"(?:(?>[\s,.;?!-]{{0,10}}\b(?:{after})(?!\w)[\s.?!]{{0,10}})){{1,{_MOST}}}+$"),
    )


def without_frame(normalised: str, language: Language) -> str:
    """A normalised question without its frame; the question itself where hardly anything else would be left."""
    folded = fold(normalised)
    if len(folded) != len(normalised):
        return normalised  # letters that fold to none or to two: places in one are not those in the other
    before, after = _patterns(language)
    start = found.end() if (found := before.match(folded)) else 0
    end = found.start() if (found := after.search(folded, start)) else len(folded)
    bare = normalised[start:end]
    return bare if len(bare.split()) >= _LEAST_WORDS else normalised
