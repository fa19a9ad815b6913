"""Whose figures a report shows to whom: units within one's scope, and officers by name only where one leads.

Whoever is an officer and nothing more sees by officer only themselves, in whatever unit they had their parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import Session

from desk.cases.model import Case
from desk.figures import scope as scopes
from desk.figures.ratings import within
from desk.figures.scope import Scope
from desk.people.model import Officer, Role
from desk.ratings.model import RatingPart
from desk.units.model import Unit

#: Who reads figures of officers by their names, in the units in which they have such a role and in all below.
LEADERS = (Role.HEAD, Role.MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Sight:
    """``scope`` is what is counted; ``led`` the units whose officers are seen by name, None for none.

    ``own`` is the id of the officer who looks; ``chosen`` whether the scope is a unit that was chosen within theirs.
    """

    scope: Scope
    led: Scope | None
    own: int | None = None
    chosen: bool = False

    @property
    def is_of_all_officers(self) -> bool:
        """Whether every officer is seen by name, and with them what no officer had a part in."""
        return self.led is not None and self.led.is_everything and self.scope.is_everything

    def of_units(self) -> ColumnElement[bool]:
        """Whether a part is counted by anything but the officer."""
        return within(self.scope)

    def of_officers(self) -> ColumnElement[bool]:
        """Whether a part is counted by officer."""
        led = within(self.led) if self.led is not None else false()
        seen = or_(led, RatingPart.officer_id == self.own) if self.own is not None else led
        return and_(within(self.scope), seen) if self.chosen else seen

    def cases_of_units(self) -> ColumnElement[bool]:
        """Whether a case that nobody has a part in is counted by anything but the officer."""
        return self.scope.holds()

    def cases_of_officers(self) -> ColumnElement[bool]:
        """Whether a case that nobody has a part in is counted by officer."""
        led = self.led.holds() if self.led is not None else false()
        seen = or_(led, Case.holder_id == self.own) if self.own is not None else led
        return and_(self.scope.holds(), seen) if self.chosen else seen


def whole(session: Session) -> Sight:
    """Everything: what an operator sees."""
    everything = scopes.whole(session)
    return Sight(everything, everything)


def of_unit(unit: Unit) -> Sight:
    """Everything in a unit; the department at the top is everything at all."""
    chosen = Scope((unit,))
    return Sight(chosen, chosen, chosen=not chosen.is_everything)


def of_officer(session: Session, officer: Officer, code: str = "") -> Sight | None:
    """What an officer sees, within the unit of this code where one is chosen; None for a unit that they do not see.

    Raises LookupError for whoever reads no figures.
    """
    own = scopes.of_officer(officer)
    scope = scopes.narrowed(session, own, code) if code else own
    if scope is None:
        return None
    led = officer.topmost(*LEADERS)
    return Sight(
        scope,
        Scope(tuple(led)) if led else None,
        own=officer.id,
        chosen=bool(code) and not scope.is_everything,
    )
