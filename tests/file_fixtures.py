"""Tiny files of every kind, made here, and somebody who sends them the whole way through the desk."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

from desk.attachments import service as attachments
from desk.attachments.service import Upload
from desk.conversations.exchange import exchange
from desk.conversations.incoming import Kind, OfferedFile
from tests.desk_fixtures import Chatter, Said

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\x00\x00\x01" * 2 + b"\x08\x02\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01" + b"\x00" * 40 + b"\xff\xd9"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 24
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 24
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 80
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 200
GIF = b"GIF89a" + b"\x00" * 20


def a_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/vbaProject.bin", "macro")
    return packed.getvalue()


def a_jpeg(number: int) -> bytes:
    """A photo that differs from those of other numbers."""
    return JPEG + number.to_bytes(4, "big")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sends_files(chatter: Chatter, *uploads: Upload, text: str = "", **more: Any) -> list[Said]:
    """Send a message with files, kept for its update as a door does it; returns what the desk said."""
    desk = chatter.desk
    offered = tuple(OfferedFile("", upload.name, len(upload.data)) for upload in uploads)
    update_id, incoming = chatter.update(Kind.ATTACHMENT, attachment="document", text=text, files=offered, **more)
    with desk.store.writing() as session:
        room = attachments.room_in_chat(session, desk.rules.files, chatter.channel, chatter.address, desk.now())
        attachments.keep_all(
            session, desk.rules.files, uploads, desk.now(), room=room, full="files.chat_full", update_id=update_id
        )
    before = [said.order for said in chatter.read()]
    exchange(desk, update_id, incoming)
    return [said for said in chatter.read() if said.order not in before]
