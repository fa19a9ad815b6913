"""What a text may hold that is to be kept: PostgreSQL takes no NUL, and no database half of a surrogate pair."""

from __future__ import annotations


def is_storable(text: str) -> bool:
    """Whether every database keeps the text as it is."""
    return storable(text) == text


def storable(text: str) -> str:
    """The text without what no database keeps: NUL goes, and half of a pair becomes a question mark."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
