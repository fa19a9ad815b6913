"""Who speaks with the desk, where, and what was said: persons, chats, conversations, messages, buttons, updates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.ids import new_id
from desk.store import Base

CHANNELS = ("telegram", "web", "terminal")
#: The reason of the end of a conversation whose words are taken out (desk/privacy/forgetting.py).
FORGOTTEN = "forgotten"
#: Those of which it is not, with an index of their own: the others become ever more.
REMEMBERED = "coalesce(end_reason, '') <> 'forgotten'"


class Person(Base):
    """Somebody who asks. What they told once is kept so that it is not asked again.

    ``acting_for_id`` is the enterprise for which they act now, among those that verified them; None for themselves.
    """

    __tablename__ = "persons"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str | None]
    language_choice: Mapped[str | None]
    enterprise_name: Mapped[str | None]
    tax_code: Mapped[str | None]
    contact: Mapped[str | None]
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    notice_given_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class Chat(Base):
    """A place where a person is reached: a Telegram chat, a web visitor, a terminal. A chat has no end."""

    __tablename__ = "chats"
    __table_args__ = (
        UniqueConstraint("channel", "address"),
        CheckConstraint("channel IN ('telegram', 'web', 'terminal')", name="channel_known"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    channel: Mapped[str]
    address: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    language_hint: Mapped[str | None]
    blocked_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]

    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def is_forgotten(self) -> bool:
        """Whether nothing leads from the chat to anybody any more: nothing is carried there."""
        return self.address.startswith(f"{FORGOTTEN}:")


class Conversation(Base):
    """One conversation of a chat. It ends; the next message of the chat begins another.

    ``awaiting`` says what the person's next text is taken for: ``form`` (a field of the case form, named by
    ``awaiting_argument``), ``rating_comment`` (of the rating request named there), ``officer_act`` (words for an
    act on a case: desk/cases/officers_chat/awaited_words.py), or one of the texts that the desk asks for itself
    (desk/conversations/awaited.py). ``as_of`` is the day for which the person chose to be answered, None for today.
    ``dialogue_turns`` counts what went to the dialogue outside of its form (desk/conversations/dialogue_names.py).
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index(
            "uq_conversations_open_chat",
            "chat_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_conversations_chat", "chat_id", "started_at"),
        Index(
            "ix_conversations_remembered",
            "ended_at",
            sqlite_where=text(REMEMBERED),
            postgresql_where=text(REMEMBERED),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    chat_id: Mapped[str] = mapped_column(ForeignKey("chats.id"))
    language: Mapped[str]
    started_at: Mapped[dt.datetime] = mapped_column(index=True)
    last_activity_at: Mapped[dt.datetime] = mapped_column(index=True)
    ended_at: Mapped[dt.datetime | None]
    end_reason: Mapped[str | None]
    awaiting: Mapped[str | None]
    awaiting_argument: Mapped[str | None]
    awaiting_until: Mapped[dt.datetime | None]
    beside_case: Mapped[bool] = mapped_column(default=False)
    escalating: Mapped[str | None]
    as_of: Mapped[dt.date | None]
    dialogue_turns: Mapped[int] = mapped_column(default=0, server_default="0")

    chat: Mapped[Chat] = relationship(lazy="joined")


class Message(Base):
    """One message, of the person, the assistant or an officer, in the order of ``id``."""

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("author IN ('person', 'assistant', 'officer')", name="author_known"),
        Index("ix_messages_conversation_order", "conversation_id", "order_no"),
    )

    order_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    #: The name by which doors know the message; an enquiry has the id of the message that asked it.
    id: Mapped[str] = mapped_column(default=new_id, unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    author: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any] | None]
    entry: Mapped[str | None]
    version: Mapped[int | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    update_id: Mapped[int | None] = mapped_column(ForeignKey("inbox_updates.id"), unique=True)
    at: Mapped[dt.datetime]


class Button(Base):
    """A button under a message: what is sent to a channel is only its random id."""

    __tablename__ = "buttons"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    position: Mapped[int]
    act: Mapped[str]
    argument: Mapped[str]
    title: Mapped[str]
    expires_at: Mapped[dt.datetime]
    #: When it was first pressed, so that a page can show which of a message's buttons was.
    pressed_at: Mapped[dt.datetime | None]

    #: So that a message and its buttons are written together, in this order.
    message: Mapped[Message] = relationship(lazy="raise")


#: The states of an update that has not had its effects.
OPEN = ("stored", "processing")
#: Few among very many, with an index of their own.
UNFINISHED = f"state IN {OPEN}"
#: What a channel delivered, and in whose chat, is kept for a short time only: few among very many have it still.
KEPT_STILL = "chat_address <> ''"


class InboxUpdate(Base):
    """What a channel delivered, as it came, stored before it is acknowledged.

    Within a chat ``position`` orders, then the id. ``claimed_by`` is the worker (desk/workers/) that has it in hand or
    had it last, and ``claimed_beat`` that worker's beats at the claim; ``claimed_at`` is when it was last touched.
    """

    __tablename__ = "inbox_updates"
    __table_args__ = (
        UniqueConstraint("channel", "update_key"),
        CheckConstraint("state IN ('stored', 'processing', 'done', 'failed')", name="state_known"),
        Index("ix_inbox_updates_open", "channel", "state", "id"),
        Index(
            "ix_inbox_updates_open_chat",
            "channel",
            "chat_address",
            sqlite_where=text(UNFINISHED),
            postgresql_where=text(UNFINISHED),
        ),
        Index(
            "ix_inbox_updates_kept",
            "finished_at",
            sqlite_where=text(KEPT_STILL),
            postgresql_where=text(KEPT_STILL),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    channel: Mapped[str]
    update_key: Mapped[str]
    chat_address: Mapped[str]
    position: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="stored")
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[dt.datetime]
    claimed_at: Mapped[dt.datetime | None]
    claimed_by: Mapped[str | None]
    claimed_beat: Mapped[int | None]
    next_attempt_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    result: Mapped[str | None]
    #: What was left for the dialogue, kept so that another attempt goes on there.
    handed_over: Mapped[dict[str, Any] | None]
