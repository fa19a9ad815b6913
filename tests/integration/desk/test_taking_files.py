"""A file is told by its content, made anew or looked through, and scanned before it is kept; else it is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from desk.apart import running
from desk.attachments import intake
from desk.attachments.model import ScanState
from desk.attachments.service import FileRefused, TakenFile, Upload
from desk.audit.model import AuditEntry
from tests.desk_fixtures import World
from tests.file_fixtures import (
    EICAR,
    EXE,
    GIF,
    HEIC,
    HTML,
    JPEG,
    OLD_OFFICE,
    PDF,
    PNG,
    SVG,
    FakeScanner,
    a_jpeg,
    a_locked_pdf,
    a_pdf,
    a_stream,
    a_zip,
    has_scanner,
    sha256,
)

INFECTED = a_pdf("", a_stream(EICAR))


def take(world: World, *uploads: Upload, sender: str = "person") -> tuple[TakenFile, ...]:
    return intake.take(world.desk, uploads, sender)


def why_not(world: World, *uploads: Upload) -> tuple[str, str]:
    with pytest.raises(FileRefused) as refused:
        take(world, *uploads)
    assert world.desk.texts.say(refused.value.reason, "vi", **world.desk.rules.files.megabytes)
    return refused.value.reason, refused.value.name


def limited(world: World, **limits: int) -> None:
    rules = replace(world.desk.rules, files=replace(world.desk.rules.files, **limits))
    object.__setattr__(world.desk, "rules", rules)


def test_pictures_are_made_anew_and_a_pdf_stays_as_it_is(world: World) -> None:
    photo, paper, phone = take(
        world, Upload("ảnh.pdf", JPEG + HTML), Upload("đơn.exe", PDF), Upload("iphone.HEIC", HEIC)
    )
    assert (photo.data, photo.media_type, photo.extension, photo.scan) == (JPEG, "image/jpeg", "jpg", None)
    assert photo.preview is not None
    assert (paper.data, paper.media_type, paper.preview) == (PDF, "application/pdf", None)
    assert (phone.media_type, phone.extension) == ("image/jpeg", "jpg")


@pytest.mark.parametrize("data", [EXE, SVG, HTML, GIF, OLD_OFFICE, a_zip(), b"7z\xbc\xaf\x27\x1c" + b"\0" * 60,
                                  b"Rar!\x1a\x07\x01\0" + b"\0" * 60, b"\x1f\x8b\x08\0" + b"\0" * 60, b"#!/bin/sh\n",
                                  b"BZh91AY&SY" + b"\0" * 60, b"{\\rtf1 x}", b"\x7fELF\x02" + b"\0" * 60])  # fmt: skip
def test_programs_archives_and_office_files_are_refused_whatever_they_are_called(world: World, data: bytes) -> None:
    assert why_not(world, Upload("ảnh.jpg", data)) == ("files.not_taken", "ảnh.jpg")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "files.empty"),
        (JPEG[:100], "files.broken_picture"),
        (a_pdf("/OpenAction << /S /JavaScript /JS (app.alert) >>"), "files.active_pdf"),
        (a_locked_pdf("secret"), "files.locked_pdf"),
        (PDF[:100], "files.broken_pdf"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence_of_its_own(world: World, data: bytes, reason: str) -> None:
    assert why_not(world, Upload("a", data)) == (reason, "a")


def test_limits_are_asked_before_any_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def worked(*_: object, **__: object) -> None:
        raise AssertionError("worked on")

    monkeypatch.setattr(running, "run", worked)
    limited(world, file_bytes=1_000, message_files=2, message_bytes=1_500)
    photo = Upload("a.jpg", JPEG)
    assert why_not(world, Upload("b.jpg", JPEG + bytes(600))) == ("files.too_large", "b.jpg")
    assert why_not(world, photo, photo, photo) == ("files.too_many", "")
    assert why_not(world, *[Upload("c", PDF + bytes(600))] * 2) == ("files.too_large_together", "")
    with pytest.raises(FileRefused, match=r"files\.chat_full"):
        intake.take(world.desk, [photo], "person", room=10, full="files.chat_full")


def test_a_picture_with_too_many_pixels_is_refused(world: World) -> None:
    limited(world, picture_pixels=100)
    assert why_not(world, Upload("a.png", PNG)) == ("files.too_many_pixels", "a.png")


def test_a_picture_that_is_too_large_when_it_is_made_anew_is_refused(world: World) -> None:
    limited(world, file_bytes=len(HEIC))  # packed less tightly than it came
    assert why_not(world, Upload("a.heic", HEIC)) == ("files.too_large", "a.heic")


@pytest.mark.parametrize(
    ("error", "reason", "for_now"),
    [(running.NotFinished("time"), "files.unreadable", False), (running.Busy(), "files.busy", True)],
)
def test_a_file_that_cannot_be_looked_at_is_not_taken(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, for_now: bool
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(running, "run", fails)
    with pytest.raises(FileRefused) as refused:
        take(world, Upload("a.jpg", JPEG))
    assert (refused.value.reason, refused.value.for_now) == (reason, for_now)


def test_what_the_scanner_finds_is_refused_and_told_to_the_audit_alone(world: World) -> None:
    has_scanner(world, FakeScanner())
    assert [file.scan for file in take(world, Upload("a.pdf", PDF))] == [ScanState.CLEAN]
    with pytest.raises(FileRefused) as refused:
        take(world, Upload("hoá đơn.pdf", INFECTED), sender="officer:minh")
    sentence = world.desk.texts.say(refused.value.reason, "vi", **world.desk.rules.files.megabytes)
    assert "EICAR" not in sentence
    with world.store.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.actor, entry.act, entry.subject) == ("officer:minh", "file.refused", sha256(INFECTED))
    assert entry.detail == {
        "found": "Win.Test.EICAR_HDB-1",
        "media_type": "application/pdf",
        "bytes": len(INFECTED),
    }


def test_while_the_scanner_is_away_a_file_waits(world: World) -> None:
    scanner = FakeScanner()
    has_scanner(world, scanner)
    scanner.away = True
    assert [file.scan for file in take(world, Upload("a.jpg", a_jpeg(1)))] == [ScanState.WAITING]


def test_the_scanner_sees_what_is_kept_and_not_what_came(world: World) -> None:
    scanner = FakeScanner()
    has_scanner(world, scanner)
    take(world, Upload("a.jpg", JPEG + EICAR))
    assert scanner.scanned == [JPEG]
