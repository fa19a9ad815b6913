"""Checking the chain: every seal by itself and by the one before it, and every entry by its digest.

It is read in portions, each in a transaction of its own: what is sealed does not change, and whoever checks a million
entries must not keep the database from clearing up. What is found broken in one place does not hide the next one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from desk.audit import canonical, chain, guards
from desk.audit.chain import Anchor
from desk.audit.model import AuditEntry, AuditSeal
from desk.audit.sealing import BEGINNING, after_seal, end_of_chain
from desk.audit.verdict import Broken, Finding, Unsealed, Verdict
from desk.store import Store

#: Seals that are read at once, and entries after which no further seal is added to a portion.
SEALS, ENTRIES = 200, 5_000
#: Below every id.
_BEFORE_ALL = -(2**31)

#: A seal by its number; None where it cannot be read, or is not what it was when it was made.
_Read = tuple[int, AuditSeal | None]


class Interrupted(Exception):
    """Whoever asked for the check has no time for the rest of it."""


def verify(
    store: Store,
    *,
    anchors: Collection[Anchor] = (),
    newest: int | None = None,
    between: Callable[[], bool] = lambda: True,
) -> Verdict:
    """Check the whole chain, or only so many of its ``newest`` seals; an anchor before these is not looked for.

    ``between`` is called after each portion; where it says no, Interrupted is raised.
    """
    walk = _Walk(store, anchors)
    walk.begin(newest)
    while walk.goes_on():
        if not between():
            raise Interrupted
    walk.end()
    return walk.verdict


def unsealed(session: Session) -> Unsealed:
    """What no seal covers yet."""
    after = end_of_chain(session).last_id
    waiting = select(func.count(), func.min(AuditEntry.at)).where(AuditEntry.id > after)
    count, oldest = session.execute(waiting).one()
    return Unsealed(count, oldest)


class _Walk:
    """From seal to seal, with what is known of the last one.

    ``_hash`` and ``_until`` (its last entry) are None where they cannot be believed: the seal after it then says where
    its own entries begin, and what came before them is told of by the broken seal.
    """

    def __init__(self, store: Store, anchors: Collection[Anchor]) -> None:
        self.verdict = Verdict()
        self._store = store
        self._anchors = sorted((anchor.seal, anchor.hash) for anchor in anchors)
        self._number = 0
        self._hash: str | None = BEGINNING.hash
        self._until: int | None = _BEFORE_ALL

    def begin(self, newest: int | None) -> None:
        """Go on from the seal before the newest that are to be looked at."""
        with self._store.reading() as session:
            number = end_of_chain(session).number - newest if newest is not None else 0
            if number <= 0:
                return
            before = after_seal(session, number)
        self._number = number
        if before is None:
            self.verdict.add(Finding(Broken.SEAL_MISSING, seal=number, last=number))
            self._hash = self._until = None
            return
        self._hash, self._until = before.hash, before.last_id
        self._look_for_anchor(number, before.hash)

    def goes_on(self) -> bool:
        """Check the next portion; False where there is none."""
        with self._store.reading() as session:
            seals = _read_seals(session, self._number)
            entries = deque(self._entries_of(session, seals))
        for number, seal in seals:
            self._check(number, seal, entries)
        return bool(seals)

    def end(self) -> None:
        for number in sorted({number for number, _ in self._anchors if number > self._number}):
            self.verdict.add(Finding(Broken.CUT, seal=number))
        with self._store.reading() as session:
            self.verdict.unsealed = unsealed(session)
            for name in guards.missing(session):
                self.verdict.add(Finding(Broken.UNGUARDED, name=name))

    def _entries_of(self, session: Session, seals: Sequence[_Read]) -> list[tuple[int, str]]:
        """Those of the seals that can be believed, in one query, and whatever lies between them."""
        whole = [seal for _, seal in seals if seal is not None]
        if not whole:
            return []
        after = self._until if self._until is not None else whole[0].first_id - 1
        return canonical.digests(session, after, max(seal.last_id for seal in whole))

    def _check(self, number: int, seal: AuditSeal | None, entries: deque[tuple[int, str]]) -> None:
        if number > self._number + 1:
            self.verdict.add(Finding(Broken.SEAL_MISSING, seal=self._number + 1, last=number - 1))
            self._hash = self._until = None
        self._number = number
        self.verdict.seals += 1
        if seal is None:
            self.verdict.add(Finding(Broken.SEAL_CHANGED, seal=number))
            self._hash = self._until = None
            return
        if self._hash is not None and seal.previous != self._hash:
            self.verdict.add(Finding(Broken.SEAL_UNLINKED, seal=number))
        self._look_for_anchor(number, seal.hash)
        self._compare(seal, entries)
        self.verdict.newest = chain.anchor_of(seal)
        self._hash, self._until = seal.hash, seal.last_id

    def _compare(self, seal: AuditSeal, entries: deque[tuple[int, str]]) -> None:
        """The entries after those of the seal before, up to the last of this one, must be those of its digests."""
        after = self._until if self._until is not None else seal.first_id - 1
        there = dict(_taken(entries, after, seal.last_id))
        sealed = chain.digests_in(seal)
        for id_ in sorted(sealed.keys() | there.keys()):
            broken = _how(sealed.get(id_), there.get(id_))
            if broken is not None:
                self.verdict.add(Finding(broken, seal=seal.number, entry=id_))
        self.verdict.entries += len(there)

    def _look_for_anchor(self, number: int, hash_: str) -> None:
        if any(anchored == number and kept != hash_ for anchored, kept in self._anchors):
            self.verdict.add(Finding(Broken.OTHER_CHAIN, seal=number))


def _read_seals(session: Session, after: int) -> list[_Read]:
    """The next seals after a number, so many that their entries are not too many at once."""
    query = select(AuditSeal.number, AuditSeal.entries).where(AuditSeal.number > after)
    numbers: list[int] = []
    entries = 0
    for number, count in session.execute(query.order_by(AuditSeal.number).limit(SEALS)):
        if entries >= ENTRIES:
            break
        numbers.append(number)
        entries += count if isinstance(count, int) else ENTRIES
    if not numbers:
        return []
    whole = select(AuditSeal).where(AuditSeal.number.between(numbers[0], numbers[-1])).order_by(AuditSeal.number)
    try:
        return [(seal.number, _itself(seal)) for seal in session.scalars(whole)]
    except (*canonical.NONE_OF_ITS_KIND, OperationalError) as error:
        canonical.must_be_content(error)
        return [(number, _read_one(session, number)) for number in numbers]


def _read_one(session: Session, number: int) -> AuditSeal | None:
    try:
        return _itself(session.scalars(select(AuditSeal).where(AuditSeal.number == number)).one())
    except (*canonical.NONE_OF_ITS_KIND, OperationalError) as error:
        canonical.must_be_content(error)
        return None


def _itself(seal: AuditSeal) -> AuditSeal | None:
    return seal if chain.is_itself(seal) else None


def _taken(entries: deque[tuple[int, str]], after: int, until: int) -> Iterator[tuple[int, str]]:
    """Take the entries up to an id out of the queue, those after another one among them."""
    while entries and entries[0][0] <= until:
        id_, digest = entries.popleft()
        if id_ > after:
            yield id_, digest


def _how(sealed: str | None, there: str | None) -> Broken | None:
    """How an entry with this id is broken, by its digest in the seal and its digest now; None where it is not."""
    if sealed is None:
        return Broken.ENTRY_ADDED
    if there is None:
        return Broken.ENTRY_MISSING
    if there == canonical.UNREADABLE:
        return Broken.ENTRY_UNREADABLE
    return Broken.ENTRY_CHANGED if sealed != there else None
