"""Ways in which people type the same words."""

from __future__ import annotations

import re
import unicodedata


def unaccented(text: str) -> str:
    """Vietnamese as typed without a Vietnamese keyboard."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(character for character in plain if not unicodedata.combining(character))


def key(text: str) -> str:
    """The same for two texts that differ in accents, capitals and punctuation only."""
    return " ".join(re.findall(r"\w+", unaccented(text.lower())))
