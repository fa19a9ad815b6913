"""A text in one line of so many characters, for lists and quotes."""

from __future__ import annotations


def shortened(text: str, length: int = 80) -> str:
    """One line of at most ``length`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
