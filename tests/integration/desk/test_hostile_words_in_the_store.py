"""What somebody writes to have it taken for SQL is kept, and found, as the words that it is, on both databases."""

from __future__ import annotations

from sqlalchemy import func, inspect, select

from desk.attachments.names import cleaned
from desk.audit.listing import Chosen
from desk.audit.listing import listed as audit_listed
from desk.cases.searching import search
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import Message
from desk.enterprises import listing as enterprises
from desk.guidance import listing as guidance
from desk.people import register
from desk.people import service as people
from desk.people.model import Role
from desk.units import service as units
from desk.units.tree import read as read_tree
from tests.conftest import PASSWORD
from tests.desk_fixtures import CONTENT, NOON, World
from tests.hostile_words import HOSTILE


def test_words_are_kept_as_they_are(own_world: World) -> None:
    lan = own_world.chatter("100")
    typed = {name: words for name, words in HOSTILE.items() if name != "endless"}
    for words in typed.values():
        lan.writes(words)
    with own_world.store.reading() as session:
        kept = list(session.scalars(select(Message.text).where(Message.author == "person").order_by(Message.order_no)))
    assert kept == list(typed.values())


def test_what_no_database_keeps_is_taken_out_before(own_world: World) -> None:
    incoming = Incoming("telegram", "100", Kind.TEXT, text="một\x00hai\ud800")
    assert incoming.text == "mộthai?"
    assert "\x00" not in cleaned("a\x00b", "pdf")


def test_every_search_takes_words_for_words(own_world: World) -> None:
    with own_world.store.writing() as session:
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
        officer = people.add_officer(
            session, username="quang", name="Q", role=Role.ADMINISTRATOR, password=PASSWORD, by="operator", at=NOON
        )
    tables = set(inspect(own_world.store.engine).get_table_names())
    for words in (*HOSTILE.values(), "%", "_", "\\", "'", '"', "%' OR '1'='1"):
        with own_world.store.reading() as session:
            assert search(session, officer, words, limit=5).rows == []
            assert audit_listed(session, officer, Chosen(who=words, act=words, subject=words), limit=5).rows == []
            assert guidance.listed(session, officer, guidance.Wanted(words=words), NOON.date(), limit=5).rows == []
            assert register.listed(session, officer, register.Wanted(words=words), at=NOON, limit=5).rows == []
            assert enterprises.listed(session, officer, words=words, limit=5).rows == []
    with own_world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0
    assert set(inspect(own_world.store.engine).get_table_names()) == tables
