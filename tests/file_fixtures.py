"""Tiny files of every kind, made here, and somebody who sends them the whole way through the desk."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from functools import cache
from typing import Any

from PIL import Image
from pypdf import PdfWriter

from desk.attachments import service as attachments
from desk.attachments.model import ScanState
from desk.attachments.service import TakenFile, Upload
from desk.conversations.exchange import exchange
from desk.conversations.incoming import Kind, OfferedFile
from desk.ports import Scanner, ScannerAway, Verdict
from tests.desk_fixtures import Chatter, Said, World

EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 80
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 200
GIF = b"GIF89a" + b"\x00" * 20
#: A grey gradient of 64 by 64 points as an iPhone packs it, with the maker "LanPhone" and a place in its EXIF.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAZdtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAA"
    "AAAERAAAIAAQAAAAABuwABAAAAAAAAADQAAgAAAAAB7wABAAAAAAAAAHAAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVp"
    "bmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGE"
    "ABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAi"
    "QAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAAB"
    "ppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAArG1kYXQAAAAwKAGvGYD3BEFyyOdp/HlbqC7KvkLqPZFR8n6d0WFEl7muVW+fKiqtF31cowxCEw4+"
    "AAAABkV4aWYAAE1NACoAAAAIAAIBDwACAAAACQAAACaIJQAEAAAAAQAAADAAAAAATGFuUGhvbmUAAAACAAEAAgAAAAJOAAAAAAIABQAAAAMAAA"
    "BOAAAAAAAAABUAAAABAAAAAQAAAAEAAAAeAAAAAQ=="
)
#: What every scanner finds, though it does nothing; taken apart so that no scanner finds this module.
EICAR = b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}", b"$EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"))


@cache
def a_picture(number: int, kind: str = "JPEG") -> bytes:
    """A picture of one colour that differs from those of other numbers, and stays as it is when it is made anew."""
    picture = Image.new("RGB", (16, 16), (number * 37 % 256, number * 101 % 256, 90))
    out = io.BytesIO()
    picture.save(out, kind, **({} if kind == "PNG" else {"quality": 90}))
    return out.getvalue()


@cache
def a_jpeg(number: int) -> bytes:
    return a_picture(number, "JPEG")


def a_pdf(catalog: str = "", *more: bytes) -> bytes:
    """A PDF of one empty page; ``catalog`` stands in its first object too, and ``more`` are objects from 4 on."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>",
        *more,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size, begins = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, begins)


def a_stream(data: bytes, said: str = "") -> bytes:
    """An object with bytes behind it."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), said.encode(), data)


def a_locked_pdf(password: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


JPEG, PNG, WEBP, PDF = a_jpeg(0), a_picture(0, "PNG"), a_picture(0, "WEBP"), a_pdf()
_TYPES = {b"\xff\xd8": ("image/jpeg", "jpg"), b"\x89P": ("image/png", "png"), b"%P": ("application/pdf", "pdf")}


def a_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/vbaProject.bin", "macro")
    return packed.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def as_taken(upload: Upload, scan: ScanState | None = None) -> TakenFile:
    """A file of this module as the desk takes it: what is made anew here stays as it is."""
    media_type, extension = _TYPES[upload.data[:2]]
    preview = upload.data if media_type == "image/jpeg" else None  # as small as one of these is
    return TakenFile(upload.name, upload.data, media_type, extension, preview, scan)


class FakeScanner:
    """Finds EICAR, unless it is away; behind it stands desk.ports.Scanner."""

    def __init__(self) -> None:
        self.away = False
        self.scanned: list[bytes] = []

    def scan(self, data: bytes) -> Verdict:
        self.check()
        self.scanned.append(data)
        return Verdict("Win.Test.EICAR_HDB-1" if EICAR in data else None)

    def check(self) -> None:
        if self.away:
            raise ScannerAway("told to be away")


def has_scanner(world: World, scanner: Scanner) -> None:
    """From here on the world's desk has this scanner."""
    object.__setattr__(world.desk, "scanner", scanner)


def sends_files(
    chatter: Chatter, *uploads: Upload, text: str = "", scan: ScanState | None = None, **more: Any
) -> list[Said]:
    """Send a message with files, kept for its update as a door does it; returns what the desk said."""
    desk = chatter.desk
    offered = tuple(OfferedFile("", upload.name, len(upload.data)) for upload in uploads)
    update_id, incoming = chatter.update(Kind.ATTACHMENT, attachment="document", text=text, files=offered, **more)
    files = [as_taken(upload, scan) for upload in uploads]
    with desk.store.writing() as session:
        room = attachments.room_in_chat(session, desk.rules.files, chatter.channel, chatter.address, desk.now())
        attachments.keep_all(session, files, desk.now(), room=room, full="files.chat_full", update_id=update_id)
    before = [said.order for said in chatter.read()]
    exchange(desk, update_id, incoming)
    return [said for said in chatter.read() if said.order not in before]
