"""The case form through a real Rasa server, with a kill at every step: the person is asked what Rasa awaits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from desk.cases.model import Case
from desk.conversations import handover, inbox
from desk.conversations.exchange import exchange
from desk.conversations.incoming import Kind
from desk.desk import Desk
from desk.ports import DialogueReply, DialogueUnavailable
from dialogue.client import RasaDialogue
from tests.desk_fixtures import Chatter, World
from tests.scenarios.on_stage import ActsOnStage

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]

WORDS = {
    "enterprise_name": "Công ty TNHH Minh Long",
    "tax_code": "0100109106",
    "contact": "0912 345 678",
    "urgency": "gấp",
    "details": "Hàng kẹt ở cảng",
}


class Killed(BaseException):
    """The process died here."""


def dies(*_args: object, **_more: object) -> None:
    raise Killed


def dies_after(work: Callable[..., Any]) -> Callable[..., Any]:
    def worked(*args: Any, **more: Any) -> Any:
        work(*args, **more)
        raise Killed

    return worked


class Unheard:
    """A dialogue whose next reply does not arrive: its server died after it had kept the message."""

    def __init__(self, dialogue: RasaDialogue) -> None:
        self._dialogue = dialogue
        self.replies_to = dialogue.replies_to
        self.lost = 0

    def say(self, *args: Any, **more: Any) -> Sequence[DialogueReply]:
        return self._lose(self._dialogue.say(*args, **more))

    def trigger(self, *args: Any, **more: Any) -> Sequence[DialogueReply]:
        return self._lose(self._dialogue.trigger(*args, **more))

    def _lose(self, replies: Sequence[DialogueReply]) -> Sequence[DialogueReply]:
        self.lost += 1
        if self.lost % 2:
            raise DialogueUnavailable("the connection was lost")
        return replies


def asked_for(dialogue: RasaDialogue, conversation: str) -> str | None:
    """The field that Rasa awaits, by its own tracker."""
    tracker = dialogue._answer("GET", f"/conversations/{conversation}/tracker", params=dialogue._auth)
    found: str | None = tracker["slots"]["requested_slot"]
    return found


def sends(desk: Desk, world: World, lan: Chatter, kind: Kind, point: str, parts: dict[str, str]) -> None:
    """Work on an update that is killed at this point, and on it again."""
    update_id, incoming = lan.update(kind, **parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handover, "PAUSES", (0, 0))
        match point:
            case "before Rasa is told":
                patch.setattr(handover, "_hand_over", dies)
            case "after Rasa has told":
                patch.setattr(handover, "_hand_over", dies_after(handover._hand_over))
            case "before it is recorded":
                patch.setattr(handover, "record", dies_after(handover.record))
        try:
            exchange(desk, update_id, incoming)
            return
        except Killed:
            pass
    world.clock.advance(seconds=inbox.LOST_AFTER.total_seconds())
    with world.store.writing() as session:
        row = inbox.claim_next(session, "telegram", world.clock.now())
        assert row is not None
        assert row.id == update_id
    exchange(desk, update_id, incoming)


@pytest.mark.parametrize(
    "point", ["before Rasa is told", "after Rasa has told", "before it is recorded", "the reply is lost"]
)
def test_the_person_is_asked_what_rasa_awaits(rasa: tuple[RasaDialogue, ActsOnStage], world: World, point: str) -> None:
    dialogue, acts = rasa
    heard = Unheard(dialogue) if point == "the reply is lost" else dialogue
    desk = replace(world.desk, dialogue=heard)
    acts.begin(desk)
    lan = Chatter(desk, "100")
    # What comes before the form is not what is tried here.
    before = Chatter(replace(world.desk, dialogue=dialogue), "100")
    before.writes("nhập khẩu hoa lan rừng thì cần gì")
    before.taps("ask_officer")
    sends(desk, world, lan, Kind.BUTTON, point, {"button": lan.button("add_details").id})
    with world.store.reading() as session:
        conversation = session.scalars(select(handover.InboxUpdate.handed_over)).all()[-1]["conversation_id"]
    for field, words in WORDS.items():
        assert asked_for(dialogue, conversation) == field
        assert lan.read()[-1].text == world.text(f"case.ask_{field}")
        sends(desk, world, lan, Kind.TEXT, point, {"text": words})
    assert asked_for(dialogue, conversation) is None
    assert "2026-00001" in lan.read()[-1].text
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
