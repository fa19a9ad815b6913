"""What curators do with legal instruments: one entered that changes a circular, one edited, one entered by mistake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from desk.law import keeping
from desk.people import service as people
from tests.believable.enterprises import local
from tests.desk_fixtures import World

#: Made-up instruments: one that amends a circular which much guidance cites, and one that nothing cites.
AMENDING, MISTAKEN = "905/2026/TT-BTC", "906/2026/TT-BTC"
#: An instrument that ships and that hoa wrote a note on.
EDITED = "39/2018/TT-BTC"


def of(world: World) -> Iterator[tuple[dt.datetime, Callable[[], object]]]:
    change = {"instrument": "38/2015/TT-BTC", "how": "amends", "articles": [], "from": "2027-01-15"}
    yield local("2026-11-16 09:00"), lambda: _enters(world, _circular(AMENDING, changes=[change]))
    yield local("2026-11-16 09:30"), lambda: _enters(world, _circular(MISTAKEN))
    yield local("2026-11-16 10:00"), lambda: _edits(world)


def _circular(number: str, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "kind": "circular",
        "title": {"vi": f"Thông tư thử {number}", "en": f"Trial circular {number}"},
        "in_force": {"from": "2027-01-15", "to": None},
        "sources": ["Bịa"],
        **more,
    }


def _enters(world: World, content: dict[str, Any]) -> None:
    with world.store.writing() as session:
        hoa = people.by_username(session, "hoa")
        assert hoa is not None
        keeping.enter(world.desk, session, content, hoa)


def _edits(world: World) -> None:
    with world.store.writing() as session:
        hoa, standing = people.by_username(session, "hoa"), keeping.standing(world.desk, session, EDITED)
        assert hoa is not None
        assert standing.instrument is not None
        note = {"vi": "Đã đối chiếu với bản giấy.", "en": "Compared with the printed text."}
        content = standing.instrument.as_json() | {"note": note}
        keeping.edit(world.desk, session, EDITED, content, hoa, revision=0, words="Đã đối chiếu.")
