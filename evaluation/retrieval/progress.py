"""Shows on the terminal how far a long measurement has come; never on the output that programs read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import track

T = TypeVar("T")


def watched(things: Sequence[T], what: str) -> Iterator[T]:
    """The things one by one, with a line of progress on stderr."""
    yield from track(things, description=what, console=Console(stderr=True))


def say(sentence: str) -> None:
    """A line on stderr."""
    Console(stderr=True, highlight=False).print(sentence, markup=False)
