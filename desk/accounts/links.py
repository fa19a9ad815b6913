"""Links by which a Telegram chat signs a browser in: once, within ten minutes, and the chat is told of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from desk import one_time
from desk.accounts.codes import AccountRefused
from desk.accounts.model import SignInLink
from desk.conversations import service as conversations
from desk.conversations.model import Chat
from desk.desk import Desk
from desk.speech import Choice, Utterance

LASTS = dt.timedelta(minutes=10)


def make(session: Session, chat: Chat, at: dt.datetime) -> str:
    """The token of a new link for the chat's person; those that were given before count no more."""
    session.execute(delete(SignInLink).where(SignInLink.chat_id == chat.id))
    token = one_time.fresh_token()
    session.add(SignInLink(token_hash=one_time.digest(token), chat_id=chat.id, expires_at=at + LASTS))
    session.flush()
    return token


def chat_of(session: Session, token: str, at: dt.datetime) -> Chat | None:
    """The chat whose person the link would sign in; looking uses nothing up, for programs look at links too."""
    link = session.scalar(select(SignInLink).where(*_usable(token, at)))
    return session.get_one(Chat, link.chat_id) if link is not None else None


def use(session: Session, token: str, at: dt.datetime) -> Chat:
    """Use a link up; of two who do so at once only one gets in. Raises AccountRefused."""
    used = update(SignInLink).where(*_usable(token, at)).values(used_at=at).returning(SignInLink.chat_id)
    chat_id = session.scalar(used)
    if chat_id is None:
        raise AccountRefused("account.link_void")
    return session.get_one(Chat, chat_id)


def tell_of_sign_in(desk: Desk, session: Session, chat: Chat, device: str) -> None:
    """Say in the chat that a browser was signed in, with a button that ends it if it was somebody else."""
    conversation = conversations.current(session, chat, "", desk.now())
    language = conversations.language_of(conversation)
    choice = Choice("web_sign_out", desk.texts.say("button.web_sign_out", language))
    told = desk.texts.say("account.signed_in_told", language, device=device)
    conversations.say(session, conversation, Utterance.plain(told, choices=[choice]), desk.now())


def _usable(token: str, at: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInLink.token_hash == one_time.digest(token),
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > at,
    )
