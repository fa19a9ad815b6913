"""`customs chat`: a conversation with the running desk in this terminal, the same as in any other channel."""

from __future__ import annotations

import json
import secrets
import time
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from cli.parts import desk_and_settings
from cli.terminal import out
from desk.conversations import inbox
from desk.conversations import service as conversations
from desk.conversations.exchange import exchange
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Button, Chat, InboxUpdate, Message
from desk.deliveries import service as deliveries
from desk.desk import Desk

CHANNEL = "terminal"
#: Seconds between two looks whether a line that waits for the dialogue is due again.
LOOK_EVERY = 0.2


class TerminalChat:
    """One person at a terminal: each line goes through the inbox like an update of any channel."""

    def __init__(self, desk: Desk, address: str) -> None:
        self._desk = desk
        self._address = address
        self._buttons: list[Button] = []

    def send(self, line: str) -> list[Message]:
        """Hand one line to the desk; returns what it says to it."""
        incoming = self._incoming(line)
        key = secrets.token_hex(8)
        with self._desk.store.writing() as session:
            raw = inbox.RawUpdate(key, self._address, json.dumps({"line": line}, ensure_ascii=False))
            inbox.store(session, CHANNEL, [raw], self._desk.now())
        while row := self._claimed(key):
            exchange(self._desk, row, incoming)
        return self.news()

    def _claimed(self, key: str) -> int | None:
        """The id of the update, taken when it is due; None once it is done or others have it in hand."""
        while True:
            with self._desk.store.writing() as session:
                row = inbox.claim(session, CHANNEL, key, self._desk.now())
            if row is not None:
                return row.id
            with self._desk.store.reading() as session:
                of_line = select(InboxUpdate).where(InboxUpdate.channel == CHANNEL, InboxUpdate.update_key == key)
                waits = session.scalars(of_line.where(InboxUpdate.next_attempt_at > self._desk.now())).first()
            if waits is None or waits.state != "stored":
                return None
            time.sleep(LOOK_EVERY)

    def news(self) -> list[Message]:
        """What the desk said since the last look, an officer's reply among it."""
        with self._desk.store.writing() as session:
            chat = session.scalar(select(Chat).where(Chat.channel == CHANNEL, Chat.address == self._address))
            if chat is None:
                return []
            messages = deliveries.undelivered(session, chat)
            buttons = [button for message in messages for button in conversations.buttons_of(session, message)]
            for conversation_id in {message.conversation_id for message in messages}:
                deliveries.fetched(session, conversation_id, self._desk.now())
        if messages:
            self._buttons = buttons
        return messages

    def titles(self) -> list[str]:
        """The buttons that may be pressed by their number, from 1."""
        return [button.title for button in self._buttons]

    def numbered(self, message: Message) -> list[tuple[int, str]]:
        """The buttons under one of the last messages, each with the number that presses it."""
        return [
            (number, button.title) for number, button in enumerate(self._buttons, 1) if button.message_id == message.id
        ]

    def _incoming(self, line: str) -> Incoming:
        if line.isdigit() and 1 <= int(line) <= len(self._buttons):
            return Incoming(CHANNEL, self._address, Kind.BUTTON, button=self._buttons[int(line) - 1].id)
        if line.startswith("/"):
            command, _, argument = line[1:].partition(" ")
            return Incoming(CHANNEL, self._address, Kind.COMMAND, command=command, argument=argument)
        return Incoming(CHANNEL, self._address, Kind.TEXT, text=line)


def chat(
    name: Annotated[str, typer.Option(help="Who you are; the same name goes on with the same cases.")] = "",
) -> None:
    """Chat with the running desk; a number presses a button, an empty line looks for replies, Ctrl-D ends."""
    desk, _ = desk_and_settings()
    person = TerminalChat(desk, name or f"terminal-{secrets.token_hex(8)}")
    out.print("Xin mời đặt câu hỏi. / Please ask. (Enter: new replies, Ctrl-D: end)")
    while True:
        try:
            line = input("> ").strip()
        except EOFError:
            return
        try:
            said = person.send(line) if line else person.news()
        except OperationalError:
            out.print(desk.texts.say("outcome.error_store", "vi"), markup=False)
            continue
        for message in said:
            out.print(f"\n{message.text}", markup=False)
            for number, title in person.numbered(message):
                out.print(f"  [{number}] {title}", markup=False)
