"""A file that somebody would bring in: what it is, how much of it is read, and what no reader may be given."""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import struct
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desk.attachments.limits import MEGABYTE
from desk.imports.encodings import legacy_bytes
from desk.imports.faults import NOWHERE, FileRefused, Where, refuse

#: A circular with its annexes has a tenth of this.
FILE_BYTES = 20 * MEGABYTE
#: What a packed file may hold altogether, and in how many parts.
UNPACKED_BYTES, PARTS = 200 * MEGABYTE, 5_000
SECONDS = 60
#: Letters of one field: as many as a cell of Excel holds.
FIELD_LETTERS = 32_767

#: What the packing of a damaged file raises while it is read; zipfile lets that of each way of packing through.
BROKEN_PACKAGE = (
    *(zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, OverflowError, OSError),
    *(zlib.error, lzma.LZMAError, struct.error),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOM = b"\xef\xbb\xbf"
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
#: Letters of two or four bytes, in which a declaration would look otherwise; office programs write UTF-8.
_WIDE = re.compile(rb"\A(?:\xff\xfe|\xfe\xff|\x00|.\x00)", re.DOTALL)
_OTHER_ENCODING = re.compile(rb"\A<\?xml[^>]{0,200}?encoding\s*=\s*[\"'](?!utf-?8[\"'])", re.IGNORECASE)
#: Pictures and sounds, which no reader here opens; an SVG among them begins with a declaration.
_MEDIA = re.compile(r"(?:^|/)(?:media|thumbnails?)/", re.IGNORECASE)
_MACROS = re.compile(r"(?:^|/)vba(?:Project|Data)[^/]*$", re.IGNORECASE)
_MACRO_TYPE = b"macroEnabled"


@dataclass(frozen=True)
class File:
    """A file as it came: its name and its bytes."""

    name: str
    data: bytes

    @classmethod
    def read(cls, path: Path) -> File:
        """Raises FileRefused for one that is too large, without reading it."""
        if path.stat().st_size > FILE_BYTES:
            raise refuse("too_large", limit=FILE_BYTES // MEGABYTE)
        return cls(path.name, path.read_bytes())

    @property
    def kind(self) -> str:
        """What its name says it is: "csv", "docx" …; small letters, without the dot."""
        kind = Path(self.name).suffix.lower().lstrip(".")
        return {"htm": "html", "xhtml": "html", "markdown": "md", "ndjson": "jsonl"}.get(kind, kind)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def checked(self, kinds: tuple[str, ...]) -> File:
        """The file itself; raises FileRefused where it is empty, too large or of no kind that is read."""
        if self.kind not in kinds:
            raise refuse("unknown_kind", kinds=", ".join(kind.upper() for kind in kinds))
        if not self.data.strip():
            raise refuse("empty")
        if len(self.data) > FILE_BYTES:
            raise refuse("too_large", limit=FILE_BYTES // MEGABYTE)
        return self

    def text(self) -> str:
        """The text of a file in UTF-8, with or without its mark; raises FileRefused with the line."""
        try:
            return self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.data[: error.start].count(b"\n") + 1
            raise refuse(legacy_bytes(self.data) or "not_utf8", Where("line", line)) from None


@dataclass
class Budget:
    """How long a reader may go on; whoever reads piece by piece asks at each."""

    seconds: float = SECONDS
    clock: Callable[[], float] = time.monotonic
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        self._until = self.clock() + self.seconds

    def spend(self) -> None:
        if self.clock() > self._until:
            raise refuse("too_slow", limit=round(self.seconds))


def check_package(data: bytes, main_part: str) -> None:
    """Raise FileRefused unless a packed office file is whole, of reasonable size, and declares no entities.

    ``main_part`` is a part that a file of this kind has, such as word/document.xml.
    """
    if data.startswith(_OLE):
        raise refuse("locked")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_parts(package, main_part)
    except FileRefused:
        raise
    except BROKEN_PACKAGE:
        raise refuse("broken") from None
    except RuntimeError:  # zipfile's word for a part that is encrypted
        raise refuse("locked") from None


def _check_parts(package: zipfile.ZipFile, main_part: str) -> None:
    parts, names = package.infolist(), package.namelist()
    if main_part not in names or len(set(names)) < len(names) or not all(map(_is_inside, names)):
        raise refuse("broken")
    if any(_MACROS.search(name) for name in names):
        raise refuse("macros")
    left = UNPACKED_BYTES
    if len(parts) > PARTS or sum(part.file_size for part in parts) > left:
        raise refuse("unpacks_too_large", limit=UNPACKED_BYTES // MEGABYTE)
    for part in parts:
        # What the directory says of sizes may be a lie, so that what comes out is counted.
        with package.open(part) as opened:
            before, is_xml = b"", part.filename.endswith((".xml", ".rels"))
            while piece := opened.read(MEGABYTE):
                left -= len(piece)
                if left < 0:
                    raise refuse("unpacks_too_large", limit=UNPACKED_BYTES // MEGABYTE)
                if not before:
                    head = piece[:500].removeprefix(_BOM).lstrip()
                    is_xml = is_xml or (head.startswith(b"<") and not _MEDIA.search(part.filename))
                    if is_xml and not _is_plain(head):
                        raise refuse("entities")
                if is_xml and _DECLARES.search(before + piece):
                    raise refuse("entities")
                if part.filename == "[Content_Types].xml" and _MACRO_TYPE in before + piece:
                    raise refuse("macros")
                before = piece[-64:]


def _is_plain(head: bytes) -> bool:
    """Whether a part begins as XML in UTF-8 does, so that a declaration in it would be seen."""
    return head.startswith(b"<") and not _WIDE.match(head) and not _OTHER_ENCODING.match(head)


def _is_inside(name: str) -> bool:
    """Whether a name stays inside the package: nothing is unpacked to a disk, but no office program writes another."""
    parts = name.split("/")
    return bool(name) and "\\" not in name and ":" not in parts[0] and parts[0] != "" and ".." not in parts


def tidy(text: str, field: str = "", where: Where = NOWHERE) -> str:
    """A text of a record in one form of letters and line ends; raises FileRefused for what is no text."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > FIELD_LETTERS:
        raise refuse("too_long", where, limit=FIELD_LETTERS)
    for letter in text:
        if letter != "\n" and letter != "\t" and unicodedata.category(letter) in ("Cc", "Cs"):
            raise refuse("control", where, code=f"{ord(letter):04X}", field=field)
    return text
