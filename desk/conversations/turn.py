"""One turn of a conversation: who wrote what where, and how the desk speaks back within the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desk.cases.alike.search import Alike
from desk.conversations import service as conversations
from desk.conversations.incoming import Incoming
from desk.conversations.model import Chat, Conversation, Message
from desk.desk import Desk
from desk.guidance.record import Language
from desk.people.model import Officer
from desk.speech import Choice, Utterance


@dataclass
class Turn:
    """What an act of the desk works on. ``officer`` is set when a linked officer writes in their private chat.

    ``alike`` is what was found beforehand beside the case that the officer's update is about.
    """

    desk: Desk
    session: Session
    incoming: Incoming
    chat: Chat
    conversation: Conversation
    message: Message
    officer: Officer | None = None
    alike: Alike | None = None

    @property
    def language(self) -> Language:
        return conversations.language_of(self.conversation)

    @property
    def now(self) -> dt.datetime:
        return self.desk.now()

    def text(self, name: str, /, **values: object) -> str:
        return self.desk.texts.say(name, self.language, **values)

    def choice(self, act: str, argument: str = "", *, title: str | None = None) -> Choice:
        """A button of this act; its title is the text ``button.<act>`` unless one is given."""
        return Choice(act, title or self.text(f"button.{act}"), argument)

    def say(self, utterance: Utterance, *, case_id: int | None = None) -> Message:
        return conversations.say(self.session, self.conversation, utterance, self.now, case_id=case_id)

    def say_text(self, name: str, choices: Iterable[Choice] = (), /, **values: object) -> Message:
        return self.say(Utterance.plain(self.text(name, **values), choices=choices))
