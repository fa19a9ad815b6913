"""A link from Telegram signs a browser in: once, for ten minutes, only from a private chat, which is told of it."""

from __future__ import annotations

import re

import pytest

from desk.accounts import links, sessions
from desk.accounts import service as accounts
from desk.accounts.codes import AccountRefused
from desk.accounts.service import SignedIn
from desk.conversations.incoming import Kind
from desk.conversations.model import Person
from desk.enterprises import access
from desk.enterprises import service as enterprises
from tests.account_fixtures import PHONE, chat_of
from tests.desk_fixtures import Chatter, World
from tests.enterprise_fixtures import A, verified


def link(chatter: Chatter) -> str:
    """The token of the link that /web gives."""
    found = re.search(r"/sign-in/link/([A-Za-z0-9_-]{43})$", chatter.commands("web")[-1].text, re.MULTILINE)
    assert found is not None
    return found.group(1)


def opens(world: World, token: str) -> SignedIn:
    with world.store.writing() as session:
        return accounts.sign_in_by_link(world.desk, session, token, PHONE, shared=False)


def test_the_browser_is_the_telegram_person_with_all_rights(world: World, lan: Chatter) -> None:
    verified(world, lan, A)
    signed_in = opens(world, link(lan))
    assert signed_in.person.id == chat_of(world, lan).person_id
    with world.store.reading() as session:
        person = session.get_one(Person, signed_in.person.id)
        assert len(enterprises.of_person(session, person)) == 1
        assert access.acting_for(session, person) is None


def test_the_chat_is_told_and_its_button_signs_everything_out(world: World, lan: Chatter) -> None:
    signed_in = opens(world, link(lan))
    assert PHONE in lan.read()[-1].text
    assert lan.taps("web_sign_out")[-1].text == world.text("account.signed_out_everywhere")
    with world.store.reading() as session:
        assert sessions.current(session, signed_in.token, world.clock.now()) is None


def test_looking_at_a_link_uses_nothing_up_and_it_works_once(world: World, lan: Chatter) -> None:
    token = link(lan)
    with world.store.reading() as session:
        for _ in range(2):
            assert links.chat_of(session, token, world.clock.now()) is not None
    opens(world, token)
    with pytest.raises(AccountRefused, match=r"account\.link_void"):
        opens(world, token)


def test_a_link_expires_after_ten_minutes_and_with_the_next_one(world: World, lan: Chatter) -> None:
    first, second = link(lan), link(lan)
    with pytest.raises(AccountRefused):
        opens(world, first)
    world.clock.advance(minutes=10)
    with pytest.raises(AccountRefused):
        opens(world, second)
    with pytest.raises(AccountRefused):
        opens(world, "made up")


def test_no_link_goes_where_others_read(world: World) -> None:
    in_group = world.chatter("-100200")
    said = in_group.sends(Kind.COMMAND, command="web", user="300")
    terminal = world.chatter("me", channel="terminal").commands("web")
    web = world.chatter("AAAAAAAAAAAAAAAAAAAAAA", channel="web").commands("web")
    assert "/sign-in/link/" not in "".join(one.text for one in (*said, *terminal, *web))
