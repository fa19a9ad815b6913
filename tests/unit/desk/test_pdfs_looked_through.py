"""A PDF that could act or carries files is not taken, however it hides that; one that only shows something is."""

from __future__ import annotations

import zlib

import pytest

from desk.attachments.pdfs import fault_of
from tests.file_fixtures import HTML, PDF, a_locked_pdf, a_pdf, a_stream, a_zip
from tests.import_fixtures import law_pdf

SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def packed(*objects: bytes) -> bytes:
    """An object stream with objects from number 10 on."""
    heads, bodies, place = [], b"", 0
    for number, content in enumerate(objects, start=10):
        heads.append(b"%d %d" % (number, place))
        bodies += content + b"\n"
        place = len(bodies)
    head = b" ".join(heads) + b"\n"
    said = f"/Type /ObjStm /N {len(objects)} /First {len(head)} /Filter /FlateDecode"
    return a_stream(zlib.compress(head + bodies), said)


def without_a_place(data: bytes, number: int) -> bytes:
    """The PDF with an object that stands in it, and that its table calls free."""
    place = b"%010d 00000 n" % data.index(b"%d 0 obj" % number)
    assert place in data
    return data.replace(place, b"0000000000 65535 f")


@pytest.mark.parametrize(
    "data",
    [
        PDF,
        law_pdf().data,
        PDF + b"\r\n\0\0\0\0",
        a_locked_pdf(""),  # opens without a password; only changing it needs one
        a_pdf("/OpenAction [3 0 R /Fit] /PageMode /UseOutlines"),
        a_pdf("/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"),
        a_pdf("", b"<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://example.vn/JS/Movie) >> >>"),
        a_pdf("/AcroForm << /SigFlags 3 /Fields [4 0 R] >>", b"<< /FT /Sig /V << /Type /Sig /Contents <00> >> >>"),
        a_pdf("", a_stream(b"BT (/JavaScript is only a word here) Tj ET")),
        a_pdf("", packed(b"<< /Type /Font >>")),
        a_pdf("", rb"<< /Title (a \( /JS \) \\) /Author (b (c) /Launch) >> % /JS"),
        a_pdf("/Lang (vi) /Metadata 4 0 R", a_stream(b"<x:xmpmeta>/JS</x:xmpmeta>", "/Type /Metadata /Subtype /XML")),
    ],
)
def test_a_pdf_that_only_shows_something_is_taken(data: bytes) -> None:
    assert fault_of(data) is None


@pytest.mark.parametrize(
    "data",
    [
        a_pdf("/OpenAction 4 0 R", SCRIPT),
        a_pdf("/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", SCRIPT),
        a_pdf("/AA << /WC << /S /JavaScript /JS 4 0 R >> >>", a_stream(b"app.alert(1)")),
        a_pdf("/OpenAction << /S /Launch /F (cmd.exe) >>"),
        a_pdf("/OpenAction << /S /SubmitForm /F (http://example.org) >>"),
        a_pdf("/OpenAction << /S /ImportData /F (x) >>"),
        a_pdf("/OpenAction << /S /GoToR /F (\\\\\\\\example.org\\\\share) /D [0 /Fit] >>"),
        a_pdf("/OpenAction << /S /GoToE /T << /R /C >> >>"),
        a_pdf("/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>", b"<< /Type /Filespec /EF << /F 5 0 R >> >>"),
        a_pdf("", a_stream(HTML, "/Type /EmbeddedFile")),
        a_pdf("", b"<< /Subtype /FileAttachment /FS 5 0 R >>"),
        a_pdf("", b"<< /Subtype /RichMedia >>"),
        a_pdf("", b"<< /Subtype /Movie >>"),
        a_pdf("/AcroForm << /XFA 4 0 R >>", a_stream(b"<xdp/>")),
        a_pdf("", a_stream(b"", "/F (http://example.org/x)")),
        # The same, hidden: in escaped letters, in packed objects, in an object that no table names, after a new table.
        a_pdf("/OpenAction 4 0 R", b"<< /#53 /J#61vaScript /#4aS (app.alert) >>"),
        a_pdf("", packed(b"<< /Type /Font >>", SCRIPT)),
        a_pdf("", packed(b"<< /S /J#61vaScript >>")),
        without_a_place(a_pdf("", SCRIPT), 4),
        without_a_place(a_pdf("", a_stream(b"x"), SCRIPT, a_stream(b"y")), 5),
        PDF + b"( 9 0 obj\n" + SCRIPT + b"\nendobj\n" + PDF[PDF.index(b"startxref") :],
        PDF + b"9 0 obj\n" + SCRIPT + b"\nendobj\n" + PDF[PDF.index(b"startxref") :],
        a_locked_pdf("").replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /Launch >>", 1),
    ],
)
def test_a_pdf_that_could_act_or_carries_files_is_not_taken(data: bytes) -> None:
    assert fault_of(data) == "files.active_pdf"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (a_locked_pdf("secret"), "files.locked_pdf"),
        (PDF[:200], "files.broken_pdf"),
        (b"%PDF-1.7\n%%EOF\n", "files.broken_pdf"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n", "files.broken_pdf"),
        (PDF + HTML * 100, "files.broken_pdf"),
        (PDF[:-6] + b"\n" + b"[" * 5_000 + b"\n%%EOF\n", "files.broken_pdf"),
        (PDF + a_zip() + b"%%EOF\n", "files.not_taken"),
        (a_pdf("", a_stream(a_zip())), "files.not_taken"),
    ],
)
def test_a_pdf_that_is_broken_locked_or_an_archive_too_is_not_taken(data: bytes, fault: str) -> None:
    assert fault_of(data) == fault
