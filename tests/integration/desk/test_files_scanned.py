"""With a scanner nobody gets a file before it was found clean; in which something is found is gone, and it is told."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from clock.due import forget_what_is_due
from desk.attachments import handing_out, scanning
from desk.attachments import service as attachments
from desk.attachments.handing_out import FileState, NotHandedOut
from desk.attachments.model import Attachment, FileContent, FilePreview, FileScan, ScanState
from desk.attachments.service import FileRefused, Upload
from desk.audit.model import AuditEntry
from desk.system import store_state
from tests.console_fixtures import officer_named
from tests.desk_fixtures import NOON, Chatter, World
from tests.file_fixtures import (
    EICAR,
    JPEG,
    PDF,
    PNG,
    FakeScanner,
    a_pdf,
    a_stream,
    as_taken,
    has_scanner,
    sends_files,
    sha256,
)
from tests.privacy_fixtures import KEPT_FOR

INFECTED = a_pdf("", a_stream(EICAR))
WAITING, CLEAN = ScanState.WAITING, ScanState.CLEAN


@pytest.fixture
def scanner() -> FakeScanner:
    return FakeScanner()


def keep(world: World, data: bytes, scan: ScanState | None, name: str = "a.pdf") -> str:
    with world.store.writing() as session:
        return attachments.keep(session, as_taken(Upload(name, data), scan), world.clock.now()).id


def state_of(world: World, file_id: str) -> FileState:
    with world.store.reading() as session:
        try:
            found = handing_out.open_file(session, file_id, only_scanned=world.desk.scanner is not None)
        except NotHandedOut as held_back:
            return held_back.state
        assert found is not None
        return FileState.READY


def count(world: World, what: type) -> int:
    with world.store.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_without_a_scanner_every_file_is_handed_out(own_world: World) -> None:
    assert state_of(own_world, keep(own_world, PDF, None)) is FileState.READY
    assert count(own_world, FileScan) == 0
    assert scanning.scan_due(own_world.desk, 20) == 0


def test_a_file_waits_while_the_scanner_is_away_and_is_handed_out_when_it_was_clean(
    own_world: World, scanner: FakeScanner
) -> None:
    has_scanner(own_world, scanner)
    file, clean = keep(own_world, PDF, WAITING), keep(own_world, PNG, CLEAN)
    scanner.away = True
    assert state_of(own_world, file) is FileState.BEING_CHECKED
    assert state_of(own_world, clean) is FileState.READY
    with own_world.store.reading() as session:
        assert store_state.of(session).files_waiting == 1
    assert scanning.scan_due(own_world.desk, 20) == 0
    scanner.away = False
    assert scanning.scan_due(own_world.desk, 20) == 0  # so soon it is not tried again
    own_world.clock.advance(seconds=6)
    assert scanning.scan_due(own_world.desk, 20) == 1
    assert state_of(own_world, file) is FileState.READY
    assert scanner.scanned == [PDF]
    with own_world.store.reading() as session:
        assert store_state.of(session).files_waiting == 0


def test_one_file_that_the_scanner_does_not_take_holds_up_no_other(own_world: World, scanner: FakeScanner) -> None:
    has_scanner(own_world, scanner)
    first, second = keep(own_world, PDF, WAITING), keep(own_world, PNG, WAITING)
    scanner.away = True
    scanning.scan_due(own_world.desk, 20)
    scanner.away = False
    assert scanning.scan_due(own_world.desk, 20) == 1
    assert {state_of(own_world, first), state_of(own_world, second)} == {FileState.BEING_CHECKED, FileState.READY}


def test_files_from_before_there_was_a_scanner_are_looked_through_by_and_by(
    own_world: World, scanner: FakeScanner
) -> None:
    clean, infected = keep(own_world, PDF, None), keep(own_world, INFECTED, None)
    has_scanner(own_world, scanner)
    assert state_of(own_world, clean) is FileState.BEING_CHECKED
    assert scanning.scan_due(own_world.desk, 20, older=False) == 0
    assert scanning.scan_due(own_world.desk, 1) == 1
    assert scanning.scan_due(own_world.desk, 20) == 1
    assert state_of(own_world, clean) is FileState.READY
    assert state_of(own_world, infected) is FileState.TAKEN_AWAY
    assert scanning.scan_due(own_world.desk, 20) == 0


def test_in_which_something_was_found_is_gone_for_good(own_world: World, scanner: FakeScanner) -> None:
    has_scanner(own_world, scanner)
    file = keep(own_world, INFECTED, WAITING)
    scanning.scan_due(own_world.desk, 20)
    assert state_of(own_world, file) is FileState.TAKEN_AWAY
    with own_world.store.reading() as session:
        assert session.get_one(FileContent, sha256(INFECTED)).data == b""
        assert session.get_one(FileScan, sha256(INFECTED)).found_as == "Win.Test.EICAR_HDB-1"
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "file.taken_away")).one()
        assert (entry.actor, entry.subject, entry.detail["bytes"]) == ("clock", sha256(INFECTED), len(INFECTED))
    scanner.away = True
    with pytest.raises(FileRefused, match=r"files\.harmful"):
        keep(own_world, INFECTED, WAITING)
    object.__setattr__(own_world.desk, "scanner", None)
    assert state_of(own_world, file) is FileState.TAKEN_AWAY
    assert count(own_world, FileContent) == 1


def test_the_same_file_that_comes_again_and_is_clean_waits_no_longer(own_world: World, scanner: FakeScanner) -> None:
    has_scanner(own_world, scanner)
    first, second = keep(own_world, PDF, WAITING), keep(own_world, PDF, CLEAN)
    assert state_of(own_world, first) is state_of(own_world, second) is FileState.READY
    keep(own_world, PDF, WAITING)
    assert state_of(own_world, first) is FileState.READY


def test_a_small_picture_is_kept_held_back_and_taken_away_with_its_file(own_world: World, scanner: FakeScanner) -> None:
    has_scanner(own_world, scanner)
    with own_world.store.writing() as session:
        taken = as_taken(Upload("a.jpg", JPEG), WAITING)
        object.__setattr__(taken, "preview", b"small")
        file = attachments.keep(session, taken, NOON)
        assert handing_out.with_preview(session, [file]) == {file.sha256}
        assert handing_out.open_preview(session, file, only_scanned=False) == b"small"
        with pytest.raises(NotHandedOut):
            handing_out.open_preview(session, file, only_scanned=True)
    scanner.scan = lambda data: type("Found", (), {"found": "x"})()  # type: ignore[method-assign, assignment]
    scanning.scan_due(own_world.desk, 20)
    assert count(own_world, FilePreview) == 0


def test_who_sent_a_file_and_who_has_its_case_are_told_that_it_is_gone(
    world: World, minh: Chatter, lan: Chatter, scanner: FakeScanner
) -> None:
    has_scanner(world, scanner)
    sends_files(lan, Upload("hóa đơn.pdf", INFECTED), text="nhập khẩu hoa lan rừng thì cần gì", scan=WAITING)
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    minh.taps("officer_claim")
    said = minh.taps("officer_files")
    assert [each.text for each in said] == [world.text("files.being_checked", number="2026-00001", names="hóa đơn.pdf")]
    scanning.scan_due(world.desk, 20)
    assert lan.read()[-1].text == world.text("files.taken_away", name="hóa đơn.pdf")
    assert minh.read()[-1].text == world.text("files.taken_away_of_case", name="hóa đơn.pdf", number="2026-00001")
    assert minh.taps("officer_files") == []


def test_a_scan_is_forgotten_with_the_last_file_of_its_bytes(world: World, lan: Chatter, scanner: FakeScanner) -> None:
    has_scanner(world, scanner)
    sends_files(lan, Upload("a.pdf", PDF), scan=CLEAN)
    lan.commands("done")
    world.clock.advance(days=KEPT_FOR.days)
    forget_what_is_due(world.desk)
    assert [count(world, table) for table in (Attachment, FileContent, FileScan, FilePreview)] == [0, 0, 0, 0]


def test_a_file_that_is_forgotten_while_it_is_scanned_is_left_alone(
    own_world: World, scanner: FakeScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_scanner(own_world, scanner)
    keep(own_world, INFECTED, WAITING)

    def forgotten(data: bytes) -> object:
        with own_world.store.writing() as session:
            for table in (Attachment, FileScan, FileContent):
                for row in session.scalars(select(table)):
                    session.delete(row)
                session.flush()
        return type("Found", (), {"found": "x"})()

    monkeypatch.setattr(scanner, "scan", forgotten)
    scanning.scan_due(own_world.desk, 20, older=False)
    assert [count(own_world, table) for table in (FileScan, AuditEntry)] == [0, 0]


def test_an_officer_who_is_away_is_not_told(world: World, minh: Chatter, lan: Chatter, scanner: FakeScanner) -> None:
    has_scanner(world, scanner)
    sends_files(lan, Upload("a.pdf", INFECTED), text="nhập khẩu hoa lan rừng thì cần gì", scan=WAITING)
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    minh.taps("officer_claim")
    with world.store.writing() as session:
        officer_named(session, "minh").active = False
    before = len(minh.read())
    scanning.scan_due(world.desk, 20)
    assert len(minh.read()) == before
