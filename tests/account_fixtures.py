"""What tests of persons who sign in share: asking for a code, reading it in the letter, and signing in."""

from __future__ import annotations

import re

from sqlalchemy import select

from desk.accounts import codes
from desk.accounts import service as accounts
from desk.accounts.service import SignedIn
from desk.conversations.model import Chat
from desk.letters import service as letters
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import KeptPost

LAN, AN = "lan@anbinh.example", "an@xa.example"
PHONE = "Firefox · Android"


def asks_for_code(world: World, address: str = LAN, source: str = "10.0.0.1", *, shared: bool = False) -> str:
    """The ticket of a browser that asked for a code."""
    with world.store.writing() as session:
        return codes.send(world.desk, session, codes.checked_address(address), source=source, shared=shared)


def code_of(world: World, post: KeptPost) -> str:
    """Have the letters sent; the code in the last one."""
    letters.send_due(world.desk)
    found = re.search(r"^\d{8}$", post.letters[-1][2], re.MULTILINE)
    assert found is not None, post.letters[-1][2]
    return found.group()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def gives(world: World, ticket: str, code: str) -> SignedIn | None:
    with world.store.writing() as session:
        return accounts.sign_in_by_code(world.desk, session, ticket, code, PHONE)


def signs_in(world: World, post: KeptPost, address: str = LAN, *, shared: bool = False) -> SignedIn:
    ticket = asks_for_code(world, address, shared=shared)
    signed_in = gives(world, ticket, code_of(world, post))
    assert signed_in is not None
    return signed_in


def chat_of(world: World, chatter: Chatter) -> Chat:
    with world.store.reading() as session:
        wanted = select(Chat).where(Chat.channel == chatter.channel, Chat.address == chatter.address)
        return session.scalars(wanted).one()
