"""What a backup holds is what was there, from either database into either, and it is one state that existed."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, func, inspect, select, text

from desk.attachments.model import FileContent
from desk.audit.model import AuditEntry
from desk.audit.service import record_act
from desk.backups import making, sealed
from desk.backups.in_hand import InHand
from desk.backups.making import Made, make
from desk.backups.manifest import BackupRefused
from desk.backups.restoring import restore
from desk.backups.tables import read_tables
from desk.conversations.model import Message, Person
from desk.enquiries.model import Enquiry
from desk.guidance import service as guidance
from desk.letters import service as letters
from desk.letters.model import Letter
from desk.migrations.run import differences, downgrade, migrate, newest_revision
from desk.settings.model import SettingChange
from desk.store import Store, make_engine
from desk.units.model import Unit
from tests.believable import authority
from tests.believable.authority import shared_folder
from tests.desk_fixtures import NOON, Chatter, World
from tests.file_fixtures import PDF, a_jpeg, sha256

NOTHING_IN_HAND = InHand(updates=0, held=0, waiting=0, letters=0, forms=0, news=0)


@pytest.fixture
def an_empty_sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'restored.sqlite'}")
    yield engine
    engine.dispose()


@pytest.fixture
def an_empty_postgresql(empty_postgresql: str) -> Iterator[Engine]:
    engine = make_engine(empty_postgresql)
    yield engine
    engine.dispose()


def backup_of(engine: Engine, path: Path) -> Made:
    return make(Store(engine), path, at=NOON, application="1.2.3")


def contents(made: Made) -> dict[str, object]:
    return {part.table: (dict(part.columns), part.content) for part in made.manifest.parts}


def settled(store: Store) -> None:
    """As after a quiet hour: nothing is on its way."""
    with store.writing() as session:
        session.execute(text("UPDATE deliveries SET state = 'delivered', delivered_at = created_at"))


@pytest.fixture
def lived(world: World, lan: Chatter, minh: Chatter) -> Store:
    """A store in which something of most kinds happened: answers, a case with its reply, files, odd values."""
    world.search.finds("dossier_import")
    lan.writes("Hồ sơ nhập khẩu gồm gì? 🚢")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    minh.taps("officer_claim")
    with world.store.writing() as session:
        for data in (a_jpeg(7), PDF, bytes(range(256)) * 40):
            session.add(FileContent(sha256=sha256(data), data=data))
        odd = NOON.replace(microsecond=123_456)
        detail = {"ngày": [0.1, 1e-7, 1.50, 10**18, True, None, "1.0"], "a": {"z": "🚢", "b": []}}
        record_act(session, actor="operator", act="test.odd", subject='"\\\n\u2028', at=odd, detail=detail)
        session.add_all(
            SettingChange(name=f"odd{value}", value=value, reason="", changed_by="x", changed_at=odd)
            for value in (1.0, 0.1, None)
        )
    settled(world.store)
    return world.store


def test_from_sqlite_to_postgresql_and_back_every_row_is_the_same(
    lived: Store, tmp_path: Path, an_empty_postgresql: Engine, an_empty_sqlite: Engine
) -> None:
    first = backup_of(lived.engine, tmp_path / "first.zip")
    assert first.manifest.database == "sqlite"
    moved = restore(an_empty_postgresql, first.path, at=NOON)
    assert moved.in_hand == NOTHING_IN_HAND
    second = backup_of(an_empty_postgresql, tmp_path / "second.zip")
    assert second.manifest.database == "postgresql"
    assert contents(second) == contents(first)
    restore(an_empty_sqlite, second.path, at=NOON)
    assert contents(backup_of(an_empty_sqlite, tmp_path / "third.zip")) == contents(first)


def test_from_sqlite_to_sqlite_the_schema_is_that_of_the_models(
    lived: Store, tmp_path: Path, an_empty_sqlite: Engine
) -> None:
    restored = restore(an_empty_sqlite, backup_of(lived.engine, tmp_path / "one.zip").path, at=NOON)
    assert differences(an_empty_sqlite) == []
    with Store(an_empty_sqlite).reading() as here, lived.reading() as there:
        for model in (Enquiry, AuditEntry, Message):
            assert here.scalar(select(func.count()).select_from(model)) == restored.verified[model.__tablename__].rows
        for column in (
            SettingChange.value,
            SettingChange.changed_at,
            AuditEntry.detail,
            AuditEntry.subject,
            FileContent.data,
        ):
            values = select(column).order_by(*inspect(column.class_).primary_key)
            assert here.scalars(values).all() == there.scalars(values).all()


def test_new_rows_get_numbers_after_the_restored_ones(
    lived: Store, tmp_path: Path, an_empty_postgresql: Engine
) -> None:
    restore(an_empty_postgresql, backup_of(lived.engine, tmp_path / "one.zip").path, at=NOON)
    store = Store(an_empty_postgresql)
    with store.reading() as session:
        newest = session.scalar(select(func.max(AuditEntry.id)))
    with store.writing() as session:
        record_act(session, actor="operator", act="store.restored", subject="", at=NOON)
        session.flush()
        assert session.scalar(select(func.max(AuditEntry.id))) == (newest or 0) + 1


@pytest.mark.thorough
def test_the_foreign_keys_that_were_set_aside_are_all_there_again(
    lived: Store, tmp_path: Path, migrated_postgresql: URL, an_empty_postgresql: Engine
) -> None:
    restore(an_empty_postgresql, backup_of(lived.engine, tmp_path / "one.zip").path, at=NOON)
    fresh = make_engine(migrated_postgresql.set(database="migrated").render_as_string(hide_password=False))
    names = inspect(fresh).get_table_names()
    there, here = (
        {name: sorted(map(str, inspect(engine).get_foreign_keys(name))) for name in names}
        for engine in (fresh, an_empty_postgresql)
    )
    fresh.dispose()
    assert here == there


@pytest.mark.thorough
def test_units_and_cases_that_refer_to_later_ones_are_restored(
    store: Store, tmp_path: Path, an_empty_postgresql: Engine
) -> None:
    with store.writing() as session:
        first, last = session.scalars(select(Unit).order_by(Unit.id)).all()[1:3]
        first.parent_id = last.id  # moved below a unit that was made after it
    restore(an_empty_postgresql, backup_of(store.engine, tmp_path / "one.zip").path, at=NOON)
    with Store(an_empty_postgresql).reading() as session:
        assert session.get_one(Unit, first.id).parent_id == last.id


@pytest.mark.thorough
def test_a_row_that_refers_to_nothing_is_noticed_and_nothing_is_kept(
    store: Store, tmp_path: Path, an_empty_sqlite: Engine, an_empty_postgresql: Engine
) -> None:
    with store.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("UPDATE appointments SET unit_id = 99999")
        raw.commit()
        raw.execute("PRAGMA foreign_keys=ON")
    made = backup_of(store.engine, tmp_path / "one.zip")
    for engine in (an_empty_sqlite, an_empty_postgresql):
        with pytest.raises(BackupRefused, match="refers to nothing"):
            restore(engine, made.path, at=NOON)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM officers")) == 0


@pytest.mark.thorough
def test_a_backup_of_an_older_schema_is_restored_there_and_migrated(
    store: Store, tmp_path: Path, an_empty_postgresql: Engine
) -> None:
    downgrade(store.engine, "0026")
    made = backup_of(store.engine, tmp_path / "one.zip")
    assert made.manifest.schema == "0026"
    restore(an_empty_postgresql, made.path, at=NOON)
    with Store(an_empty_postgresql).reading() as session:
        assert making.revision(session.connection()) == newest_revision()
        assert guidance.publication_no(session) > 0


def test_making_a_backup_does_not_migrate(store: Store, tmp_path: Path) -> None:
    downgrade(store.engine, "0028")
    backup_of(store.engine, tmp_path / "one.zip")
    with store.reading() as session:
        assert making.revision(session.connection()) == "0028"


def test_a_database_with_anything_in_it_is_refused(store: Store, tmp_path: Path) -> None:
    made = backup_of(store.engine, tmp_path / "one.zip")
    with pytest.raises(BackupRefused, match="not empty"):
        restore(store.engine, made.path, at=NOON)
    with pytest.raises(BackupRefused, match="nothing to back up"):
        backup_of(make_engine("sqlite://"), tmp_path / "two.zip")


@pytest.mark.thorough
def test_a_schema_without_rows_is_an_empty_place(lived: Store, tmp_path: Path, migrated_sqlite: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "fresh.sqlite")
    engine = make_engine(f"sqlite:///{tmp_path / 'fresh.sqlite'}")
    restored = restore(engine, backup_of(lived.engine, tmp_path / "one.zip").path, at=NOON)
    assert restored.manifest.rows > 100
    engine.dispose()


def test_every_column_of_the_schema_is_of_a_known_kind_and_every_table_has_a_key(own_database: str) -> None:
    engine = make_engine(own_database)
    with engine.connect() as connection:
        tables = read_tables(connection)
    engine.dispose()
    assert len(tables) > 80
    assert [table.name for table in tables if not table.key] == []


def a_step(store: Store, number: int) -> None:
    """One more row in a table that is read first, in one that is read in the middle, and a person's chat at the end."""
    with store.writing() as session:
        record_act(session, actor="clock", act="test.wrote", subject=str(number), at=NOON)
        session.add(Person(id=f"p{number}", created_at=NOON))
        letters.write(session, to="a@b.vn", subject=str(number), text="", expires_at=NOON, at=NOON)


def test_what_is_backed_up_while_others_write_is_one_state_that_existed(
    own_database: str, tmp_path: Path, an_empty_sqlite: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(own_database)
    store, written, stop = Store(engine), threading.Semaphore(0), threading.Event()
    a_step(store, 0)

    def write() -> None:
        for number in count(1):
            if stop.is_set():
                return
            a_step(store, number)
            written.release()

    put = making._put

    def slowly(*arguments: object) -> object:
        """Each table is read only after something was written since the one before."""
        while written.acquire(blocking=False):
            pass
        assert written.acquire(timeout=20)
        return put(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "_put", slowly)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = backup_of(engine, tmp_path / "busy.zip")
    finally:
        stop.set()
        writer.join()
    restore(an_empty_sqlite, made.path, at=NOON)
    with Store(an_empty_sqlite).reading() as session:
        counted = {session.scalar(select(func.count()).select_from(m)) for m in (AuditEntry, Person, Letter)}
        newest = session.scalar(select(AuditEntry.subject).order_by(AuditEntry.id.desc()).limit(1))
    with store.reading() as session:
        after = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    engine.dispose()
    assert counted == {int(newest or 0) + 1}
    assert after >= 80, "others went on writing"


def test_a_file_can_be_read_with_any_program_for_zip_files(store: Store, tmp_path: Path) -> None:
    made = backup_of(store.engine, tmp_path / "one.zip")
    with zipfile.ZipFile(made.path) as package:
        assert package.testzip() is None
        assert len(package.read("tables/officers.jsonl").splitlines()) == 3
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert sealed.check(made.path) == made.manifest


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_half_a_year_of_an_authority_moves_to_postgresql_and_back(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, an_empty_postgresql: Engine, an_empty_sqlite: Engine
) -> None:
    built = authority.built_once(shared_folder(tmp_path_factory))
    source = make_engine(f"sqlite:///{built.path}")
    migrate(source)
    first = backup_of(source, tmp_path / "first.zip")
    source.dispose()
    at = authority.NOW + dt.timedelta(days=1)
    restore(an_empty_postgresql, first.path, at=at, send_waiting=True)
    second = backup_of(an_empty_postgresql, tmp_path / "second.zip")
    restore(an_empty_sqlite, second.path, at=at, send_waiting=True)
    third = backup_of(an_empty_sqlite, tmp_path / "third.zip")
    assert first.manifest.rows > 10_000
    assert contents(first) == contents(second) == contents(third)
