"""What the rows of a report are called, in both languages, and the codes by which other programs know them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.figures.breakdown.asked import By, Key
from desk.guidance import versions
from desk.people.model import Officer
from desk.ratings.model import RatingPart
from desk.units.model import Unit


@dataclass(frozen=True)
class Names:
    """By key: names by language where the store has them, and codes of units."""

    titles: Mapping[Key, Mapping[str, str]]
    codes: Mapping[Key, str]

    def code(self, key: Key) -> str:
        """What a key is in a file for other programs: a unit's code, a day, a word, an officer's number."""
        return self.codes.get(key, str(key))


def names_of(session: Session, by: By, keys: Collection[Key]) -> Names:
    ids = [key for key in keys if isinstance(key, int)]
    match by:
        case By.OFFICER:
            return Names({id_: {"vi": name, "en": name} for id_, name in _officers(session, ids).items()}, {})
        case By.TEAM | By.OFFICE | By.REGION:
            units = [unit for unit in session.scalars(select(Unit)) if unit.id in set(ids)]
            titles: dict[Key, Mapping[str, str]] = {unit.id: {"vi": unit.name_vi, "en": unit.name_en} for unit in units}
            return Names(titles, {unit.id: unit.code for unit in units})
        case By.ENTRY:
            found = versions.newest_of_each(session, [key for key in keys if isinstance(key, str)])
            return Names({entry: last.content["title"] for entry, last in found.items()}, {})
        case _:
            return Names({}, {})


def _officers(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Each officer's name as it was last kept with a part, and for whoever never had one as it is now."""
    last = select(func.max(RatingPart.id)).group_by(RatingPart.officer_id)
    kept = select(RatingPart.officer_id, RatingPart.officer_name).where(RatingPart.id.in_(last))
    present = select(Officer.id, Officer.name).where(Officer.id.in_(ids))
    return {id_: name for query in (present, kept) for id_, name in session.execute(query) if id_ in set(ids)}
