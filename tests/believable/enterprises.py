"""The enterprises of the made-up authority: loaded with their units, and who acts for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from desk.enterprises import service as enterprises
from desk.units import service as units
from tests.desk_fixtures import World


def found(world: World, plan: dict[str, Any]) -> None:
    """What the authority has on record from the beginning."""
    with world.store.writing() as session:
        for planned in plan["enterprises"]:
            made = enterprises.find_or_make(session, planned["tax_code"], planned["name"], world.clock.now())
            made.contact = planned["contact"]
            made.unit = units.by_code(session, planned["unit"]) if planned["unit"] else None


def local(moment: str | dt.datetime) -> dt.datetime:
    """A moment as the YAML files give it, in Viet Nam."""
    naive = moment if isinstance(moment, dt.datetime) else dt.datetime.fromisoformat(moment)
    return naive.replace(tzinfo=dt.timezone(dt.timedelta(hours=7)))
