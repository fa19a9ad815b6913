"""Somebody in a chat who reads on where they left off; tests' people read their whole chat each time."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from desk.conversations.model import Button, Chat, Message
from desk.deliveries.model import Delivery
from tests.desk_fixtures import Chatter, Said

#: So far back do they look for a button.
_REMEMBERED = 12


@dataclass
class Regular(Chatter):
    """A Chatter of a desk with half a year of messages."""

    _seen: list[Said] = field(default_factory=list)
    _last: int = 0

    def read(self, after: int = 0) -> list[Said]:
        """The last messages of the desk in this chat; those after the delivery ``after`` where it is given."""
        with self.desk.store.reading() as session:
            rows = session.execute(
                select(Delivery.id, Message)
                .join(Message, Message.order_no == Delivery.message_order)
                .join(Chat, Chat.id == Delivery.chat_id)
                .where(Chat.channel == self.channel, Chat.address == self.address, Delivery.id > max(after, self._last))
                .order_by(Delivery.id)
            ).all()
            messages = [message for _, message in rows]
            query = select(Button).where(Button.message_id.in_([message.id for message in messages]))
            buttons = list(session.scalars(query.order_by(Button.position))) if messages else []
        fresh = [_said(message, buttons) for message in messages]
        if after:
            return fresh
        self._last = rows[-1][0] if rows else self._last
        self._seen = [*self._seen, *fresh][-_REMEMBERED:]
        return self._seen


def _said(message: Message, buttons: list[Button]) -> Said:
    own = tuple(button for button in buttons if button.message_id == message.id)
    return Said(message.text, message.entry, message.case_id, message.author, message.order_no, own)
