"""Texts without what people leave out when they type in a hurry: capitals, diacritics, more than one space."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def folded(text: str) -> str:
    """Lower case without diacritics, one space between words; what the patterns in content/ are written for."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return _SPACES.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()
