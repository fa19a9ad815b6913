"""Asks every peer every question, in one run, and keeps what each found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from desk.guidance.record import GuidanceRecord
from evaluation.peers.asked import Asked
from evaluation.peers.figures import DEPTH
from evaluation.peers.peer import Found, Peer
from evaluation.retrieval.progress import watched

#: Asked first and not counted: what is loaded at the first question costs the next ones nothing.
_WARMING = ("xin chào", "chào buổi sáng", "good morning", "hello there")


@dataclass(frozen=True)
class Measured:
    """What one peer found, in the order of the questions, with the versions of what is at work in it."""

    peer: Peer
    versions: Mapping[str, str]
    found: Sequence[Found]


def compare(
    peers: Sequence[Peer], records: Sequence[GuidanceRecord], asked: Sequence[Asked], say: Callable[[str], None]
) -> list[Measured]:
    """Prepare all, ask all, close all; raises PeerFailed, for a comparison without one of them is none.

    Every question goes to each in turn, so that a busy moment of the machine slows all of them alike.
    """
    with ExitStack() as running:
        versions = []
        for peer in peers:
            say(f"{peer.name}: setting up")
            running.callback(peer.close)
            versions.append(peer.prepare(records))
            for text in _WARMING:
                peer.search(text, "vi", DEPTH)
        found: list[list[Found]] = [[] for _ in peers]
        for one in watched(asked, "questions"):
            for peer, kept in zip(peers, found, strict=True):
                kept.append(peer.search(one.text, one.language, DEPTH))
    return [Measured(*three) for three in zip(peers, versions, found, strict=True)]
