"""What the index asks of the reviews of low ratings: of each that was due, whether it was settled in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from desk.figures.period import Period
from desk.figures.scope import Scope


@dataclass(frozen=True)
class Reviewed:
    """A review that was due: the path of the unit that answers for it, and whether it was settled in time."""

    unit: str
    in_time: bool


class Reviews(Protocol):
    """Where the index gets them from: those due in a period, of the units of a scope."""

    def __call__(self, session: Session, period: Period, scope: Scope) -> Iterable[Reviewed]: ...


def none_kept(session: Session, period: Period, scope: Scope) -> Iterable[Reviewed]:
    """Of a desk that keeps no reviews: the criterion is judged nowhere, and its weight goes to the others."""
    return ()
