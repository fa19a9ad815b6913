"""On PostgreSQL the desk works with a role that can neither change the schema nor what the audit has recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, make_url, text
from sqlalchemy.exc import ProgrammingError

from clock import main as clocks
from desk.audit import guards
from desk.audit.checks import Checker
from desk.audit.guards import KeptBy
from desk.backups.making import make
from desk.backups.restoring import restore
from desk.conversations.model import Message
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.migrations.rights import MayNotMigrate
from desk.migrations.run import downgrade, migrate
from desk.people import service as people
from desk.people.model import Role
from desk.people.telegram_link import make_link_code
from desk.store import Store, make_engine
from desk.units import service as units
from desk.units.tree import read as read_tree
from dialogue.testing import FakeDialogue
from tests.audit_fixtures import broken, record, seal
from tests.conftest import PASSWORD
from tests.desk_fixtures import (
    CONTENT,
    NOON,
    PROJECT,
    ActsOfTheDesk,
    Chatter,
    FakeSearch,
    FrozenClock,
    World,
    rules_for_tests,
    shipped_records,
)

RIGHTS = (PROJECT / "deploy" / "postgresql" / "rights.sql").read_text(encoding="utf-8")
OWNER, APPLICATION = "desk_owner", "desk_app"


def run_script(address: URL | str) -> None:
    """As psql does: the whole file, in the name of whoever the address says."""
    engine = make_engine(address if isinstance(address, str) else address.render_as_string(hide_password=False))
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(RIGHTS)  # as it stands: SQLAlchemy would take its %I for a place of a value
    engine.dispose()


def as_role(address: str, role: str) -> Engine:
    return make_engine(make_url(address).set(username=role).render_as_string(hide_password=False))


@pytest.fixture
def owned(empty_postgresql: str) -> str:
    """A database without any table, whose owner is nobody special."""
    engine = make_engine(empty_postgresql)
    name = make_url(empty_postgresql).database
    with engine.begin() as connection:
        if not connection.scalar(text("SELECT true FROM pg_roles WHERE rolname = :role"), {"role": OWNER}):
            connection.execute(text(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER"))
        connection.execute(text(f"ALTER DATABASE {name} OWNER TO {OWNER}"))
    engine.dispose()
    return empty_postgresql


@pytest.fixture(params=["rights first", "rights last"])
def address(request: pytest.FixtureRequest, owned: str) -> str:
    """A database that its owner migrated, with the rights given before that or after it."""
    order = ("rights", "schema") if request.param == "rights first" else ("schema", "rights")
    for step in order:
        if step == "rights":
            run_script(owned)
            run_script(owned)  # again does no harm
        else:
            migrate_as_owner(owned)
    return owned


def migrate_as_owner(address: str) -> None:
    engine = as_role(address, OWNER)
    migrate(engine)
    engine.dispose()


@pytest.fixture
def world(address: str) -> Iterator[World]:
    """The desk with the application's role; its owner has prepared it."""
    engine = as_role(address, APPLICATION)
    store, clock, search, acts = Store(engine), FrozenClock(), FakeSearch(), ActsOfTheDesk()
    dialogue = FakeDialogue(acts)
    acts.desk = Desk(store, clock, search, dialogue, rules_for_tests(), web_address="https://desk.example")
    with store.writing() as session:
        guidance.load_shipped(session, shipped_records(), at=NOON)
        units.load_shipped(session, read_tree(CONTENT / "units.csv"), at=NOON)
        people.add_officer(
            session, username="minh", name="Minh", role=Role.OFFICER, password=PASSWORD, by="operator", at=NOON
        )
    yield World(acts.desk, store, clock, search, dialogue)
    engine.dispose()


def an_officer(world: World) -> Chatter:
    with world.store.writing() as session:
        minh = people.by_username(session, "minh")
        assert minh is not None
        code = make_link_code(session, minh, by="operator", at=world.clock.now())
    chatter = world.chatter("501")
    chatter.commands("start", code)
    return chatter


REFUSED = [
    "UPDATE audit_entries SET subject = 'x'",
    "DELETE FROM audit_entries",
    "TRUNCATE audit_entries",
    "UPDATE audit_seals SET hash = previous",
    "DELETE FROM audit_seals",
    "TRUNCATE audit_seals",
    "INSERT INTO audit_entries SELECT * FROM audit_entries ON CONFLICT (id) DO UPDATE SET subject = 'x'",
    "DROP TRIGGER audit_entries_only_grows ON audit_entries",
    "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
    "ALTER TABLE audit_seals DISABLE TRIGGER USER",
    "DROP TABLE audit_seals",
    "ALTER TABLE audit_entries DROP COLUMN detail",
    "ALTER TABLE audit_entries RENAME TO other",
    "CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP FUNCTION audit_only_grows() CASCADE",
    "CREATE TRIGGER mine BEFORE INSERT ON audit_entries EXECUTE FUNCTION audit_only_grows()",
    "CREATE RULE mine AS ON INSERT TO audit_entries DO INSTEAD NOTHING",
    "SET session_replication_role = replica",
    "SELECT setval('audit_entries_id_seq', 1)",
    "CREATE TABLE audit_entries_of_mine (id int)",
    "CREATE TEMPORARY TABLE audit_entries (id int)",
    "SET ROLE desk_owner",
    "UPDATE alembic_version SET version_num = '0001'",
    "DELETE FROM alembic_version",
    "INSERT INTO alembic_version VALUES ('0001')",
]


def test_the_desk_works_with_the_applications_role_and_what_it_did_stays(world: World, tmp_path: Path) -> None:
    lan, minh = world.chatter("100"), an_officer(world)
    world.search.finds("dossier_import")
    lan.writes("Hồ sơ nhập khẩu gồm gì?")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    minh.taps("officer_claim")
    world.clock.advance(minutes=60)
    clocks.tick(world.desk)
    migrate(world.store.engine)  # every command asks whether there is anything to migrate
    assert seal(world) > 3
    Checker(world.desk).check_due(lambda: True)
    assert broken(world) == []
    with world.store.reading() as session:
        assert session.query(Message).count() > 3
        assert guards.kept_by(session) is KeptBy.ROLE
    make(world.store, tmp_path / "backup.zip", at=NOON, application="1.2.3")
    assert not_refused(world.store.engine) == []
    record(world, 1)
    assert seal(world) == 1
    assert broken(world) == []


def run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def not_refused(engine: Engine) -> list[str]:
    """Which of REFUSED the database does all the same, or does not do for another reason."""
    return [statement for statement in REFUSED if not re.search(_REFUSAL, _said(engine, statement))]


_REFUSAL = "permission denied|must be owner|only ever added"


def _said(engine: Engine, statement: str) -> str:
    """What the database says against it."""
    try:
        run(engine, statement)
    except ProgrammingError as error:
        return str(error)
    return ""


def test_the_owner_is_told_that_only_triggers_are_in_the_way(address: str) -> None:
    engine = as_role(address, OWNER)
    with Store(engine).reading() as session:
        assert guards.kept_by(session) is KeptBy.TRIGGERS
        assert guards.missing(session) == []
    with pytest.raises(ProgrammingError, match="only ever added"):
        run(engine, "DELETE FROM audit_entries")
    engine.dispose()


def test_a_release_is_brought_in_by_the_owner_and_the_application_says_so(address: str) -> None:
    owner, application = as_role(address, OWNER), as_role(address, APPLICATION)
    downgrade(owner, "0031")
    with pytest.raises(MayNotMigrate, match="as the owner of the tables"):
        migrate(application)
    migrate(owner)
    migrate(application)
    assert not_refused(application) == []
    for engine in (owner, application):
        engine.dispose()


def test_nobody_but_the_owner_makes_the_first_table(owned: str) -> None:
    run_script(owned)
    application = as_role(owned, APPLICATION)
    with pytest.raises(MayNotMigrate):
        migrate(application)
    application.dispose()


@pytest.mark.thorough
def test_what_a_restore_made_anew_is_kept_back_again(owned: str, own_world: World, tmp_path: Path) -> None:
    """The tables are dropped and made by a restore, with the rights that all tables get."""
    run_script(owned)
    migrate_as_owner(owned)
    record(own_world, 3)
    seal(own_world)
    made = make(own_world.store, tmp_path / "backup.zip", at=NOON, application="1.2.3")
    owner = as_role(owned, OWNER)
    restore(owner, made.path, at=NOON)
    owner.dispose()
    application = as_role(owned, APPLICATION)
    here = replace(own_world, store=Store(application), desk=replace(own_world.desk, store=Store(application)))
    assert broken(here) == []
    record(here, 2)
    assert seal(here) == 2
    assert broken(here) == []
    assert not_refused(application) == []
    application.dispose()
