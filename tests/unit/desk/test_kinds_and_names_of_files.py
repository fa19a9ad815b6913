"""A file is what it begins with, whatever it is called; its name is made safe to show and to save."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.attachments.kinds import kind_of
from desk.attachments.limits import FileLimits
from desk.attachments.names import LONGEST, cleaned
from desk.attachments.words import size
from tests.desk_fixtures import CONTENT
from tests.file_fixtures import EXE, GIF, HEIC, HTML, JPEG, OLD_OFFICE, PDF, PNG, SVG, WEBP, a_zip


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (HEIC, "image/heic"),
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe1\x00\x10Exif\x00" + b"\x00" * 40, "image/jpeg"),
        (JPEG + b"\x00" * 10_000 + b"</svg>", "image/jpeg"),
    ],
)
def test_what_is_taken_is_known_by_its_content(data: bytes, media_type: str) -> None:
    kind = kind_of(data)
    assert kind is not None
    assert kind.media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"only words",
        EXE,
        SVG,
        HTML,
        OLD_OFFICE,
        GIF,
        a_zip(),
        EXE + PDF,
        HTML + PDF,
        a_zip() + PNG,
        b"\n" + PDF,
        b"GIF89a" + JPEG,
        b"%PD",
        b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 24,
        b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomiso2" + b"\x00" * 24,
        b"\x00\x00\x00\x18ftypevil" + b"\x00" * 24,
    ],
)
def test_all_else_is_not_taken(data: bytes) -> None:
    assert kind_of(data) is None


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    kind = kind_of(data)
    assert kind is None or kind.begins(data)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("tờ khai.pdf", "tờ khai.pdf"),
        ("ảnh.PNG", "ảnh.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\lan\\hóa đơn.jpeg", "hóa đơn.pdf"),
        ("invoice.exe.pdf", "invoice_exe.pdf"),
        ("ảnh.pdf .exe", "ảnh_pdf.pdf"),
        ("hồ sơ.html.svg.jpg", "hồ sơ_html_svg.pdf"),
        ("tờ khai 10.2026.pdf", "tờ khai 10.2026.pdf"),
        ("TT 38.BTC.pdf", "TT 38_BTC.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("con tàu.pdf", "con tàu.pdf"),
        ("-rf.pdf", "rf.pdf"),
        ("hợp\u2066 đồng\u2069\u202dfdp.exe", "hợp đồngfdp.pdf"),
        ("=cmd|' /C calc'!A0.pdf", "C calc'!A0.pdf"),
        ("\u202egpj.exe", "gpj.pdf"),
        ("a\x00b\nc\td\u200b.pdf", "ab c d.pdf"),
        ('<b>"x"|y?*:</b>.pdf', "b.pdf"),
        ("so 12.5", "so 12.5.pdf"),
        ("....", "file.pdf"),
        ("", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("h\u006fa\u0301.pdf", "hoá.pdf"),
    ],
)
def test_a_name_has_no_folders_and_no_tricks_and_ends_as_what_the_file_is(name: str, shown: str) -> None:
    assert cleaned(name, "pdf") == shown


@given(st.text(max_size=400))
def test_every_name_is_short_and_readable(name: str) -> None:
    shown = cleaned(name, "webp")
    assert len(shown) <= LONGEST
    assert shown.endswith(".webp")
    assert shown.isprintable()
    assert not set(shown) & set('/\\<>:"|?*')


def test_sizes_are_written_as_people_read_them() -> None:
    assert [size(number, "vi") for number in (1, 640 * 1024, 1258291)] == ["1 KB", "640 KB", "1,2 MB"]
    assert size(20 * 1024 * 1024, "en") == "20.0 MB"


def test_the_limits_are_what_telegram_can_carry() -> None:
    limits = FileLimits.read(CONTENT / "files.yml")
    assert limits.file_bytes <= 20 * 1024 * 1024
    assert limits.file_bytes <= limits.message_bytes <= limits.case_bytes
    assert limits.message_files <= 10
