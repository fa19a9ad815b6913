"""What a seal's hash is made of, and what of a seal can be checked without looking at the entries."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from desk.audit.model import AuditSeal

#: What the first seal has in the place of the hash of the one before it.
GENESIS = "0" * 64

_ANCHOR = re.compile(r"([1-9][0-9]{0,9}):([0-9a-f]{64})")


class BadAnchor(ValueError):
    """What was given is no anchor."""


@dataclass(frozen=True)
class Anchor:
    """A seal's number and hash, kept where whoever can write the database cannot: the chain up to it must stay."""

    seal: int
    hash: str

    @classmethod
    def read(cls, written: str) -> Anchor:
        """From its one line, ``17:3fa9…``; raises BadAnchor."""
        found = _ANCHOR.fullmatch(written.strip())
        if found is None:
            raise BadAnchor(written)
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.seal}:{self.hash}"


def anchor_of(seal: AuditSeal) -> Anchor:
    return Anchor(seal.number, seal.hash)


def listed(digests: Sequence[tuple[int, str]]) -> str:
    """Ids with their digests as a seal keeps them, a line each."""
    return "".join(f"{id_} {digest}\n" for id_, digest in digests)


def digests_in(seal: AuditSeal) -> dict[int, str]:
    """The digests of a seal by the ids of its entries; raises ValueError where they are none."""
    lines = (line.split(" ") for line in seal.digests.splitlines())
    return {int(id_): digest for id_, digest in lines}


def hash_of(seal: AuditSeal) -> str:
    """SHA-256 over every column of a seal but the hash itself, the hash of the seal before it among them."""
    told = {
        "digests": seal.digests,
        "entries": seal.entries,
        "first_id": seal.first_id,
        "form": seal.form,
        "last_id": seal.last_id,
        "number": seal.number,
        "previous": seal.previous,
        "sealed_at": seal.sealed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def is_itself(seal: AuditSeal) -> bool:
    """Whether a seal says what it said when it was made, and that is what a seal says."""
    try:
        ids = list(digests_in(seal)) if seal.hash == hash_of(seal) else []
    except (ValueError, TypeError, AttributeError):  # SQLite lets anything stand in any column
        return False
    return bool(ids) and (ids[0], ids[-1], len(ids)) == (seal.first_id, seal.last_id, seal.entries)
