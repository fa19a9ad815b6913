"""Damage of a backup is noticed before anything is written, and said in one sentence."""

from __future__ import annotations

import random
import resource
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import inspect

from desk.backups import sealed
from desk.backups.making import Made, make
from desk.backups.manifest import NAME, BackupRefused, Damaged
from desk.backups.restoring import restore
from desk.store import Store, make_engine
from tests.desk_fixtures import NOON


@pytest.fixture
def made(store: Store, tmp_path: Path) -> Made:
    return make(store, tmp_path / "one.zip", at=NOON, application="1.2.3")


def packed_again(made: Made, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The backup with parts changed or, for None, left out, and sealed as if nothing had happened."""
    path = made.path.parent / "changed.zip"
    with zipfile.ZipFile(made.path) as old, sealed.written(path) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return path


def nothing_is_written(path: Path, folder: Path) -> None:
    engine = make_engine(f"sqlite:///{folder / 'restored.sqlite'}")
    with pytest.raises(BackupRefused):
        restore(engine, path, at=NOON)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_flipped_bit_anywhere_is_noticed(made: Made, tmp_path: Path) -> None:
    whole, draws = made.path.read_bytes(), random.Random(8)
    damaged_file = tmp_path / "damaged.zip"
    places = [0, len(whole) - 1, len(whole) - 65, *draws.sample(range(len(whole)), 100)]
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << draws.randrange(8)
        damaged_file.write_bytes(damaged)
        with pytest.raises(Damaged):
            sealed.check(damaged_file)
    nothing_is_written(damaged_file, tmp_path)


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_a_cut_file_is_noticed(made: Made, tmp_path: Path, share: float) -> None:
    whole = made.path.read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: int(len(whole) * share)])
    nothing_is_written(cut, tmp_path)


def test_a_missing_part_is_noticed_and_named(made: Made, tmp_path: Path) -> None:
    path = packed_again(made, lambda name, data: None if name == "tables/officers.jsonl" else data)
    with pytest.raises(Damaged, match=r"officers\.jsonl is missing"):
        sealed.check(path)
    nothing_is_written(path, tmp_path)


def test_a_part_that_was_changed_is_noticed_and_named(made: Made, tmp_path: Path) -> None:
    path = packed_again(made, lambda name, data: data.replace(b"Minh", b"Binh") if "officers" in name else data)
    with pytest.raises(Damaged, match=r"officers\.jsonl does not hold"):
        sealed.check(path)
    nothing_is_written(path, tmp_path)


@pytest.mark.parametrize("data", [None, b"{", b"[]", b'{"format": "x"}'])
def test_a_manifest_that_is_missing_or_unreadable_is_noticed(made: Made, tmp_path: Path, data: bytes | None) -> None:
    nothing_is_written(packed_again(made, lambda name, old: data if name == NAME else old), tmp_path)


def test_what_is_no_backup_at_all_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with sealed.written(other) as package:
        package.writestr("letter.txt", "dear all")
    nothing_is_written(other, tmp_path)


@pytest.mark.parametrize(
    ("old", "new"), [(b'"format": 1', b'"format": 2'), (b'"schema": "', b'"schema": "9')], ids=["format", "schema"]
)
def test_a_backup_of_a_newer_program_is_refused(made: Made, tmp_path: Path, old: bytes, new: bytes) -> None:
    path = packed_again(made, lambda name, data: data.replace(old, new) if name == NAME else data)
    with pytest.raises(BackupRefused, match="newer version"):
        restore(make_engine(f"sqlite:///{tmp_path / 'restored.sqlite'}"), path, at=NOON)
    nothing_is_written(path, tmp_path)


@contextmanager
def no_more_room() -> Iterator[None]:
    """Files cannot grow beyond four kilobytes, as on a disk that is nearly full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_on_a_full_disk_no_half_backup_is_left_and_the_one_before_stays(
    made: Made, store: Store, tmp_path: Path
) -> None:
    before = made.path.read_bytes()
    with no_more_room(), pytest.raises(OSError, match="large"):
        make(store, made.path, at=NOON, application="1.2.3")
    assert [file.name for file in tmp_path.glob("*.zip*")] == ["one.zip"]
    assert list(tmp_path.glob(".*")) == []
    assert made.path.read_bytes() == before
