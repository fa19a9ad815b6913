"""The web in chat: a link that signs a browser in as who writes here, and ending that everywhere."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from desk.accounts import links, sessions

if TYPE_CHECKING:
    from desk.conversations.turn import Turn


def web(turn: Turn, _argument: str = "") -> None:
    """Give a link to sign in with; only to a private Telegram chat, where nobody else reads it."""
    if turn.incoming.channel == "web":
        turn.say_text("account.here", address=f"{turn.desk.web_address}/account")
        return
    if turn.incoming.channel != "telegram" or turn.incoming.user != turn.incoming.chat:
        turn.say_text("account.only_telegram", address=f"{turn.desk.web_address}/chat")
        return
    token = links.make(turn.session, turn.chat, turn.now)
    minutes = links.LASTS // dt.timedelta(minutes=1)
    turn.say_text("account.link", link=f"{turn.desk.web_address}/sign-in/link/{token}", minutes=minutes)


def web_sign_out(turn: Turn, _argument: str) -> None:
    """Sign out every browser of the person who writes here."""
    sessions.end_all(turn.session, turn.chat.person, turn.now)
    turn.say_text("account.signed_out_everywhere")
