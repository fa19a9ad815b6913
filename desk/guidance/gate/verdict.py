"""What the golden questions showed of a change: what it takes from other entries, and what it loses itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from desk.guidance.record import Language
from desk.ports import Hit, Trial

#: How a question ended: answered by the first entry, entries offered to choose from, or neither.
Way = Literal["answered", "offered", "neither"]


class Finding(StrEnum):
    """What a change does to a golden question that ended rightly before.

    ``taken``: another entry's, now answered by the changed one; ``lost``: no longer reaches the entry that it is of;
    ``weaker``: was answered, and its entry is only offered now. The first two stop a change.
    """

    TAKEN = "taken"
    LOST = "lost"
    WEAKER = "weaker"


class GateState(StrEnum):
    PASSED = "passed"
    STOPPED = "stopped"
    NOT_RUN = "not_run"


@dataclass(frozen=True)
class Asked:
    """A golden question that is tried: ``entry`` is the one that has to answer it."""

    entry: str
    language: Language
    text: str


@dataclass(frozen=True)
class Ended:
    """What a person would get: the answering entry, or the offered ones in their order."""

    way: Way
    entries: tuple[str, ...] = ()

    def is_right_for(self, entry: str) -> bool:
        """Whether the entry answers, or comes first among those that are offered."""
        return self.entries[:1] == (entry,)

    def reaches(self, entry: str) -> bool:
        return entry in self.entries


@dataclass(frozen=True)
class Change:
    """One question that the change does something to; ``entries`` are what a person would get of it after."""

    finding: Finding
    asked: Asked
    way: Way
    entries: tuple[str, ...]


#: How a question with these hits ends.
Judging = Callable[[Asked, Sequence[Hit]], Ended]


@dataclass(frozen=True)
class Gate:
    """The golden questions as they were tried for one state of a draft and of what is published.

    ``right`` of the ``asked`` ended rightly before; ``neighbours`` are the entries whose questions were asked too.
    """

    state: GateState
    revision: int
    publication_no: int
    at: dt.datetime
    asked: int = 0
    right: int = 0
    neighbours: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def stopping(self) -> list[Change]:
        return [change for change in self.changes if change.finding is not Finding.WEAKER]

    @property
    def needs_override(self) -> bool:
        return self.state is not GateState.PASSED

    def seal(self) -> str:
        """Short letters for what stops the change: an override is of what was read, not of what was found later."""
        told = [self.state.value, *sorted(_key(change) for change in self.stopping)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]

    def is_within(self, other: Gate) -> bool:
        """Whether nothing stops here that did not stop there too: what an override of the other one covers."""
        if self.state is GateState.NOT_RUN or other.state is GateState.NOT_RUN:
            return self.state is other.state
        return {_key(change) for change in self.stopping} <= {_key(change) for change in other.stopping}

    def as_data(self) -> dict[str, Any]:
        """As it is kept with a draft."""
        return {
            "state": self.state.value,
            "revision": self.revision,
            "publication_no": self.publication_no,
            "at": self.at.isoformat(),
            "asked": self.asked,
            "right": self.right,
            "neighbours": list(self.neighbours),
            "changes": [
                {
                    "finding": change.finding.value,
                    "entry": change.asked.entry,
                    "language": change.asked.language,
                    "question": change.asked.text,
                    "way": change.way,
                    "after": list(change.entries),
                }
                for change in self.changes
            ],
        }


def kept(data: Mapping[str, Any] | None) -> Gate | None:
    """What is kept with a draft, as it was tried; None where nothing was."""
    if data is None:
        return None
    changes = tuple(
        Change(
            Finding(one["finding"]),
            Asked(one["entry"], one["language"], one["question"]),
            one["way"],
            tuple(one["after"]),
        )
        for one in data["changes"]
    )
    return Gate(
        state=GateState(data["state"]),
        revision=data["revision"],
        publication_no=data["publication_no"],
        at=dt.datetime.fromisoformat(data["at"]),
        asked=data["asked"],
        right=data["right"],
        neighbours=tuple(data["neighbours"]),
        changes=changes,
    )


def compared(
    changed: str, questions: Sequence[Asked], trials: Iterable[Trial], judged: Judging
) -> tuple[int, tuple[Change, ...]]:
    """How many questions ended rightly before, and what the change of the entry ``changed`` does to these."""
    right, changes = 0, []
    for asked, trial in zip(questions, trials, strict=True):
        before, after = judged(asked, trial.before), judged(asked, trial.after)
        if not before.is_right_for(asked.entry):
            continue
        right += 1
        finding = _finding(changed, asked, before, after)
        if finding is not None:
            changes.append(Change(finding, asked, after.way, after.entries))
    return right, tuple(changes)


def _finding(changed: str, asked: Asked, before: Ended, after: Ended) -> Finding | None:
    if asked.entry != changed and after.way == "answered" and after.entries == (changed,):
        return Finding.TAKEN
    if not after.reaches(asked.entry):
        return Finding.LOST
    return Finding.WEAKER if before.way == "answered" and after.way == "offered" else None


def _key(change: Change) -> str:
    return json.dumps([change.asked.entry, change.asked.language, change.asked.text], ensure_ascii=False)
