"""All that an authority keeps goes from one desk to another, and comes out of that one as the same bytes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.exports import restoring, whole
from desk.exports.packing import PackedFile, lay_into, pack
from desk.guidance import service as guidance
from desk.guidance.gate import golden
from desk.guidance.model import GuidanceVersion
from desk.guidance.permissions import GuidanceRefused
from desk.imports.faults import FileRefused
from desk.imports.files import File
from desk.law import keeping
from desk.law import service as law
from desk.migrations.run import migrate
from desk.people import service as people
from desk.people.model import Role
from desk.settings import service as settings
from desk.store import Store, make_engine
from tests import import_fixtures as made
from tests import law_fixtures
from tests.conftest import PASSWORD
from tests.desk_fixtures import NOON, World, a_record

DECREE = {
    "number": "900/2026/NĐ-CP",
    "kind": "decree",
    "title": {"vi": "Nghị định thử", "en": "Trial decree"},
    "in_force": {"from": "2026-12-01", "to": None},
    "sources": ["Công báo"],
}


@pytest.fixture
def full(world: World) -> World:
    """A store with several versions, a withdrawn one, a text of law and a setting."""
    with world.store.writing() as session:
        later = a_record("channels", in_force={"from": "2027-03-01"}, sources=["Luật\u2028mới", '"a"'])
        guidance.publish(session, later, origin="curator", by="officer:hoa", at=NOON)
        guidance.withdraw(session, "fee_rates", by="officer:hoa", reason="cũ", at=NOON, last_day=dt.date(2026, 11, 30))
        guidance.withdraw(session, "transit_land", by="officer:hoa", reason="sai", at=NOON)
        law.import_text(
            session, law_fixtures.LAW, law_fixtures.ARTICLES, by="officer:hoa", at=NOON, divisions={"5": "Chương I"}
        )
        settings.change(world.desk, session, "answer", "75", reason="thử", by=None)
        golden.load_shipped(session, [golden.Shipped("channels", "vi", "phân luồng là gì")], at=NOON)
        hoa = people.by_username(session, "hoa")
        assert hoa is not None
        keeping.enter(world.desk, session, DECREE, hoa)
        _administrator(session)
    return world


def _administrator(session: Session) -> None:
    people.add_officer(
        session, username="quan", name="Quan", role=Role.ADMINISTRATOR, password=PASSWORD, by="operator", at=NOON
    )


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    engine: Engine = make_engine(f"sqlite:///{tmp_path / 'other.sqlite'}")
    migrate(engine)
    store = Store(engine)
    with store.writing() as session:
        _administrator(session)
    yield store
    engine.dispose()


def exported(world: World, store: Store) -> bytes:
    with store.reading() as session:
        return pack(whole.files_of(session, world.desk.law.shipped))


def restores(world: World, store: Store, data: bytes, by: str = "quan") -> dict[str, int]:
    file = File("all.zip", data)
    read = restoring.read(file)
    with store.writing() as session:
        officer = people.by_username(session, by)
        assert officer is not None
        return restoring.restore(session, file, read, officer, world.desk.rules.instruments, NOON)


def test_what_another_desk_was_given_it_gives_again_byte_for_byte(full: World, empty: Store) -> None:
    data = exported(full, full.store)
    assert exported(full, full.store) == data
    done = restores(full, empty, data)
    assert (done[whole.VERSIONS], done[whole.GOLDEN], done[whole.ENTERED]) == (8, 1, 1)
    assert exported(full, empty) == data
    with full.store.reading() as one, empty.reading() as other:
        assert guidance.corpus(one).entries == guidance.corpus(other).entries
        assert law.corpus(one).law == law.corpus(other).law
        assert law.divisions_of(other, law_fixtures.LAW) == {"5": "Chương I"}
        assert other.scalars(select(AuditEntry.actor).where(AuditEntry.act == "store.imported")).all() == [
            "officer:quan"
        ]


def test_the_manifest_counts_hashes_and_says_what_is_no_part(full: World) -> None:
    manifest = json.loads(made.part_of(exported(full, full.store), "manifest.json"))
    rows = {one["name"]: one["rows"] for one in manifest["files"]}
    assert (rows[whole.VERSIONS], rows[whole.ARTICLES], rows[whole.SETTINGS]) == (8, 2, 1)
    assert any("cases" in part for part in manifest["not_part"])
    names = list(rows)
    assert names == sorted(names)


def test_an_export_lies_in_a_folder_as_in_a_file(full: World, tmp_path: Path) -> None:
    with full.store.reading() as session:
        lay_into(tmp_path, whole.files_of(session, full.desk.law.shipped))
    assert (tmp_path / "guidance" / "versions.jsonl").read_bytes().count(b"\n") == 8


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        (whole.VERSIONS, b"{}\n", "part_changed"),
        (whole.MANIFEST, b"{}", "no_manifest"),
        (whole.MANIFEST, b"nonsense", "no_manifest"),
    ],
)
def test_an_export_that_was_changed_is_refused(full: World, name: str, content: bytes, fault: str) -> None:
    with pytest.raises(FileRefused) as refused:
        restoring.read(File("all.zip", made.with_part(exported(full, full.store), name, content)))
    assert [found.name for found in refused.value.faults][:1] == [fault]


def test_rows_that_are_no_rows_are_told_by_their_lines(full: World) -> None:
    with full.store.reading() as session:
        files = {file.name: file.data for file in whole.files_of(session, full.desk.rules.instruments)[1:]}
    lines = files[whole.VERSIONS].split(b"\n")
    files[whole.VERSIONS] = b"\n".join([lines[0].replace(b"Verbatim", b"Other"), b"{}", *lines[2:]])
    parts = [PackedFile(name, data) for name, data in files.items()]
    packed = pack([PackedFile(whole.MANIFEST, whole._manifest(parts)), *parts])
    with pytest.raises(FileRefused) as refused:
        restoring.read(File("all.zip", packed))
    assert sorted(fault.where for fault in refused.value.faults) == [("line", 1), ("line", 2)]


def test_only_an_administrator_brings_all_into_a_store_without_guidance(full: World, empty: Store) -> None:
    data = exported(full, full.store)
    with pytest.raises(GuidanceRefused, match="not_empty"):
        restores(full, full.store, data)
    with empty.writing() as session:
        people.add_officer(
            session, username="hoa", name="Hoa", role=Role.CURATOR, password=PASSWORD, by="operator", at=NOON
        )
    with pytest.raises(GuidanceRefused, match="only_administrator"):
        restores(full, empty, data, by="hoa")
    with empty.reading() as session:
        assert session.scalar(select(func.count()).select_from(GuidanceVersion)) == 0
