"""How a person signed in is forgotten with their words, and an address that was never used as well."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from clock.due import forget_what_is_due
from desk.accounts import service as accounts
from desk.accounts import sessions
from desk.accounts.model import PersonEmail
from desk.conversations.model import Person
from tests.account_fixtures import AN, LAN, signs_in
from tests.desk_fixtures import World
from tests.enterprise_fixtures import KeptPost, with_post
from tests.privacy_fixtures import KEPT_FOR


@pytest.fixture
def post() -> KeptPost:
    return KeptPost()


@pytest.fixture
def town(world: World, post: KeptPost) -> World:
    return with_post(world, post)


def test_who_is_forgotten_signs_in_as_somebody_new(town: World, post: KeptPost) -> None:
    before = signs_in(town, post)
    with town.store.writing() as session:
        accounts.make_own_chat(town.desk, session, session.get_one(Person, before.person.id))
    mine = town.chatter(accounts.own_address(before.person.id), channel="web")
    mine.writes("xin chào")
    mine.commands("done")
    town.clock.advance(days=KEPT_FOR.days)
    forget_what_is_due(town.desk)
    with town.store.reading() as session:
        assert session.scalars(select(PersonEmail)).all() == []
        assert session.get_one(Person, before.person.id).contact is None
        assert sessions.current(session, before.token, town.clock.now()) is None
    assert signs_in(town, post).person.id != before.person.id


def test_an_address_that_nobody_uses_is_forgotten_and_one_in_use_is_not(town: World, post: KeptPost) -> None:
    signs_in(town, post, AN)
    for _ in range(KEPT_FOR.days // 29 + 1):
        town.clock.advance(days=29)
        signs_in(town, post, LAN)
    forget_what_is_due(town.desk)
    with town.store.reading() as session:
        assert session.scalars(select(PersonEmail.address)).all() == [LAN]
