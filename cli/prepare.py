"""`customs prepare`: what must stand before the processes start; once a release, on one machine."""

from __future__ import annotations

import fcntl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy import text

from bootstrap.assembly import open_desk, open_store
from bootstrap.golden import load_golden
from bootstrap.settings import PROJECT, Settings, read_settings
from cli.first_account import FIRST_ACCOUNT, say_first_account
from cli.parts import desk_and_settings
from cli.terminal import out, refuse
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.guidance.earlier.reading import read_shipped
from desk.law.impact import service as impact
from desk.migrations import run as migrations
from desk.people import passwords
from desk.people import service as people
from desk.people.model import Officer, Role
from desk.store import Store
from desk.units import service as units
from desk.units.tree import TreeError
from desk.units.tree import read as read_tree
from dialogue import training

#: The number of PostgreSQL's lock that whoever prepares holds; any that nobody else uses.
LOCK = 52_001


def prepare() -> None:
    """Bring the store to this release: schema, guidance, units, dialogue, first account. Twice at once does no harm."""
    settings = read_settings()
    password = prepared(settings)
    if password is not None:
        # Units and containers prepare: what they print is kept in a journal.
        say_first_account(settings, password, to_a_person=sys.stdout.isatty())


def migrate(
    new: Annotated[
        str, typer.Option("--new", help="Write a migration with this title from what the models changed.")
    ] = "",
    back_to: Annotated[
        str,
        typer.Option("--back-to", help="Go back to a revision, for an earlier release; docs/migrations.md: what goes."),
    ] = "",
) -> None:
    """Bring the database to the newest schema, or back to an earlier one."""
    if back_to:
        _go_back(back_to)
        return
    desk, _ = desk_and_settings()
    if new:
        migrations.new_revision(desk.store.engine, new)
        return
    differences = migrations.differences(desk.store.engine)
    if differences:
        refuse(f"The database and the models do not agree: {differences}")
    out.print("The database has the newest schema.")


def _go_back(revision: str) -> None:
    engine = open_store(read_settings()).engine
    try:
        migrations.downgrade(engine, revision)
    except LookupError as error:
        refuse(f"{revision} is no revision to which this database can go back ({error}).")
    out.print(f"The database has the schema of revision {migrations.revision_of(engine) or 'base'}.")


def prepare_model() -> None:
    """Make the default embedding model where it is missing, and embed the guidance that ships."""
    from bootstrap import engine  # loads faiss and the model: only for this command

    settings = read_settings()
    with _step("The embedding model is ready"):
        engine.prepare_model(settings)
    with _step("The guidance that ships is embedded"):
        engine.prepare_vectors(settings)


def prepared(settings: Settings) -> str | None:
    """Prepare everything, alone; the first account's password where it was made now."""
    with alone(settings, open_store(settings)):
        desk = open_desk(settings)
        with _step("The database has the newest schema"):
            migrations.refuse_newer(desk.store.engine)
            migrations.migrate(desk.store.engine)
        return _prepare(desk, settings)


@contextmanager
def alone(settings: Settings, store: Store) -> Iterator[None]:
    """One at a time: on PostgreSQL of all machines that share the database, else of this one; others wait."""
    if store.engine.dialect.name == "postgresql":
        # A connection of its own that stays open: the lock ends with it, also where this process is killed.
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        return
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    with (settings.var_dir / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare(desk: Desk, settings: Settings) -> str | None:
    """Load guidance and units, train the dialogue where its data changed, make the first account; its password."""
    with _step("The guidance is loaded"):
        records, earlier = read_shipped(settings.content_dir)
        desk.instruments.check([*records, *earlier])
        with desk.store.writing() as session:
            guidance.load_shipped(session, records, at=desk.now(), earlier=earlier)
        load_golden(desk, settings)
    with _step("The legal instruments that ship anew are looked through"):
        with desk.store.writing() as session:
            new_tasks = impact.note_shipped(desk, session)
        for number, count in new_tasks.items():
            out.print(f"  {number}: {count} review tasks at /desk/law/impact", markup=False)
    with _step("The units are loaded"):
        _load_units(desk, settings)
    with _step("The dialogue is trained"):
        training.train(PROJECT, settings.var_dir, settings.rasa_python)
    return _first_account(desk)


def _load_units(desk: Desk, settings: Settings) -> None:
    """Load the units that ship; where they no longer fit beside this authority's own, what is there stays."""
    try:
        with desk.store.writing() as session:
            units.load_shipped(session, read_tree(settings.content_dir / "units.csv"), at=desk.now())
    except TreeError as refused:
        out.print(f"The units that ship were not loaded, and the desk goes on with its own:\n{refused}", markup=False)


def _first_account(desk: Desk) -> str | None:
    """The password of the first account, made when there is no officer yet."""
    password = passwords.temporary(FIRST_ACCOUNT)
    with desk.store.writing() as session:
        if session.query(Officer).first() is not None:
            return None
        people.add_officer(
            session,
            username=FIRST_ACCOUNT,
            name="Quản trị viên",
            role=Role.ADMINISTRATOR,
            password=password,
            by="operator",
            at=desk.now(),
            must_change=True,
        )
    return password


@contextmanager
def _step(done: str) -> Iterator[None]:
    began = time.monotonic()
    with out.status(f"{done.split(' is ')[0].split(' has ')[0]} ..."):
        yield
    out.print(f"[green]✓[/green] {done} [dim]({time.monotonic() - began:.1f} s)[/dim]", markup=True)
