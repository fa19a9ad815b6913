"""What tests of gaps share: people who ask in vain, the clock's work on it, and the groups that come of it."""

from __future__ import annotations

from itertools import count

from sqlalchemy import select

from desk.desk import Desk
from desk.enquiries.model import Enquiry
from desk.gaps import placing
from desk.gaps.model import GapGroup, GapQuestion
from tests.desk_fixtures import World

#: Questions that ask the same, by the words that they share, and one that asks something else.
SEAL, SEAL_AGAIN, SEAL_ENGLISH = (
    "Niêm phong hải quan của container bị đứt thì làm thế nào?",
    "niem phong hai quan container bi dut phai lam sao",
    "The customs seal of my container is broken, what now?",
)
DRONE = "Nhập khẩu thiết bị bay không người lái cần giấy gì?"
_addresses = count(7000)


def alike(world: World) -> None:
    """Have the search take the questions about seals for the same."""
    world.search.finds_alike("Niêm phong", "niem phong", "seal")


def asks(world: World, text: str, address: str = "") -> str:
    """Somebody asks a question to which there is no answer; the enquiry's id."""
    world.chatter(address or str(next(_addresses))).writes(text)
    with world.store.reading() as session:
        enquiry = session.scalars(select(Enquiry).order_by(Enquiry.asked_at.desc(), Enquiry.id)).all()
        return next(one.id for one in enquiry if one.text == text)


def group_all(desk: Desk) -> None:
    """The clock's work until nothing is left of it."""
    while placing.group_some(desk):
        pass


def groups(world: World) -> list[GapGroup]:
    """All groups that have questions, in the order in which they began."""
    with world.store.reading() as session:
        return list(session.scalars(select(GapGroup).where(GapGroup.asked > 0).order_by(GapGroup.id)))


def group_of(world: World, enquiry_id: str) -> int | None:
    with world.store.reading() as session:
        question = session.get(GapQuestion, enquiry_id)
        return question.group_id if question is not None else None
