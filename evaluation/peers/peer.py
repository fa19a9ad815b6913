"""What a peer is: another way of finding the entry that answers a question, asked as the desk's own search is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from desk.guidance.record import GuidanceRecord, Language


class PeerFailed(RuntimeError):
    """A peer cannot be asked, so that nothing can be compared; the message is one sentence."""


class Found(NamedTuple):
    """What a peer found for a question.

    ``entries`` are ids with scores, best first; scores are comparable within one peer only. ``answers`` is whether
    the peer, by its own rule, would show the first as the answer; None where it has no such rule. ``milliseconds``
    are counted in the peer's own process.
    """

    entries: Sequence[tuple[str, float]]
    milliseconds: float
    answers: bool | None = None

    @property
    def ids(self) -> list[str]:
        return [entry for entry, _ in self.entries]

    @property
    def sure(self) -> float:
        """The first one's score; lower than any score where nothing was found."""
        return self.entries[0][1] if self.entries else float("-inf")


class Peer(Protocol):
    """One way of searching. ``name`` is what the table calls it, ``set_up`` says in sentences how it was set up."""

    name: str
    set_up: str

    def prepare(self, records: Sequence[GuidanceRecord]) -> Mapping[str, str]:
        """Take in the records and say which versions of which libraries are at work; raises PeerFailed."""
        ...

    def search(self, text: str, language: Language, limit: int) -> Found:
        """The entries that may answer the text, at most ``limit``; raises PeerFailed."""
        ...

    def close(self) -> None:
        """End what was started; a second call does nothing."""
        ...
