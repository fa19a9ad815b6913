"""PDFs that only show something: one that could act, or carries other files, is not taken.

It is refused and not mended: a PDF that was written anew would lose the signatures by which a paper is proven. Runs in
a process of its own (desk/apart/).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

#: Names that stand in a PDF only where it runs something, opens or sends something, plays, or carries a file.
ACTIVE = frozenset(
    {
        "/JS",
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/XFA",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/EF",
        "/FileAttachment",
        "/RichMedia",
        "/RichMediaExecute",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/3D",
    }
)
#: After the mark of its end a PDF has line ends and zeros, and little else.
_AFTER_THE_END = 1024
_UNPACKED = 100 * 1024 * 1024
_NAME = re.compile(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]*)")
#: What has a meaning outside of a string: a comment, the beginning of a string, a name.
_MARK = re.compile(rb"[%(/]")
_IN_STRING = re.compile(rb"[()\\]")
#: Where every reader begins anew, whatever stood before: an object, or what leads to the first one.
_BEGINS = re.compile(rb"\b(?:obj|trailer)\b")
_LINE_END = re.compile(rb"[\r\n]")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_BROKEN = (
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, AssertionError, OSError),
    *(RecursionError, NotImplementedError),
)


def looked_through(data: bytes, given: Mapping[str, Any]) -> tuple[dict[str, str], list[bytes]]:
    """Nothing where the PDF is taken, else ``refused`` with the name of a text."""
    fault = fault_of(data)
    return ({"refused": fault} if fault else {}), []


def fault_of(data: bytes) -> str | None:
    """Why a PDF is not taken, as the name of a text."""
    if b"%%EOF" not in data.rstrip(b"\0\r\n ")[-_AFTER_THE_END:]:
        return "files.broken_pdf"
    if zipfile.is_zipfile(io.BytesIO(data)):
        return "files.not_taken"  # an archive to whoever reads it from its end
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return "files.locked_pdf"
        if not reader.pages:
            return "files.broken_pdf"
        acts = any(_acts(part) for part in _parts(reader))
    except (PyPdfError, *_BROKEN):
        return "files.broken_pdf"
    # What one program finds by the tables of a file, another finds without them: the bytes are looked through too.
    return "files.active_pdf" if acts or not ACTIVE.isdisjoint(_names_in(data)) else None


def _parts(reader: PdfReader) -> Iterator[PdfObject | None]:
    """Every object of the file, the one that leads to all others first."""
    yield reader.trailer
    for generation, numbers in reader.xref.items():
        for number in numbers:
            yield reader.get_object(IndirectObject(number, generation, reader))
    for number in reader.xref_objStm:
        yield reader.get_object(IndirectObject(number, 0, reader))


def _acts(part: PdfObject | None) -> bool:
    """Whether an object has one of the names, or takes its content from another file; others are not followed."""
    left: list[Any] = [part]
    while left:
        one = left.pop()
        if isinstance(one, NameObject):
            if one in ACTIVE:
                return True
        elif isinstance(one, ArrayObject):
            left.extend(list.__iter__(one))
        elif isinstance(one, DictionaryObject):
            if isinstance(one, StreamObject) and "/F" in one:
                return True
            left.extend(dict.keys(one))
            left.extend(dict.values(one))
    return False


def _names_in(data: bytes) -> set[str]:
    """The names that stand outside of streams, and in the streams that hold objects."""
    found: set[str] = set()
    at, left = 0, _UNPACKED
    for begins in _STREAM.finditer(data):
        if begins.start() < at:
            continue
        before = _names(data[at : begins.start()])
        ends = data.find(b"endstream", begins.end())
        ends = len(data) if ends < 0 else ends
        if "/ObjStm" in before:
            inner = _unpacked(data[begins.end() : ends], left)
            left -= len(inner)
            found |= _names(inner)
        found |= before
        at = ends
    return found | _names(data[at:])


def _names(data: bytes) -> set[str]:
    found: set[str] = set()
    for part in _BEGINS.split(data):
        found |= _names_of(part)
    return found


def _names_of(part: bytes) -> set[str]:
    """The names in a part, but for what comments and strings only speak of."""
    found: set[str] = set()
    at = 0
    while mark := _MARK.search(part, at):
        at = mark.start()
        if mark[0] == b"%":
            line = _LINE_END.search(part, at)
            at = line.end() if line else len(part)
        elif mark[0] == b"(":
            at = _end_of_string(part, at)
        elif name := _NAME.match(part, at):
            found.add("/" + _ESCAPED.sub(_byte, name[1]).decode("latin-1"))
            at = name.end()
    return found


def _end_of_string(part: bytes, at: int) -> int:
    depth = 0
    while sign := _IN_STRING.search(part, at):
        at = sign.end() + (sign[0] == b"\\")
        depth += {b"(": 1, b")": -1}.get(sign[0], 0)
        if depth == 0 and sign[0] != b"\\":
            return at
    return len(part)


def _byte(escaped: re.Match[bytes]) -> bytes:
    return bytes([int(escaped[1], 16)])


def _unpacked(data: bytes, most: int) -> bytes:
    if most <= 0:
        raise MemoryError
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return b""  # packed in another way, or encrypted: the objects were looked at one by one
