"""What a file is, by how it begins; its name and what its sender says about it count for nothing."""

from __future__ import annotations

from dataclasses import dataclass

import puremagic

#: So many bytes are looked at; every signature of a kind that is taken lies among the first.
_HEAD = 4096
_HEIF = ("image/heif", "image/heic")


@dataclass(frozen=True)
class FileKind:
    """A kind of file that the desk takes. ``signature`` begins ``offset`` bytes after the first."""

    media_type: str
    extension: str
    signature: bytes
    offset: int = 0
    first: bytes = b""
    known_as: tuple[str, ...] = ()

    def begins(self, data: bytes) -> bool:
        return data.startswith(self.first) and data[self.offset :].startswith(self.signature)


KINDS = (
    FileKind("image/jpeg", "jpg", b"\xff\xd8\xff"),
    FileKind("image/png", "png", b"\x89PNG\r\n\x1a\n"),
    FileKind("image/webp", "webp", b"WEBP", offset=8, first=b"RIFF"),
    FileKind("image/heic", "heic", b"ftyp", offset=4, known_as=_HEIF),
    FileKind("application/pdf", "pdf", b"%PDF-"),
)


def kind_of(data: bytes) -> FileKind | None:
    """The kind of these bytes; None for whatever is not taken.

    The library must recognise the kind, and the file must begin with it: one that is something else first and only
    carries the signature further on is not taken for it.
    """
    head = data[:_HEAD]
    try:
        recognised = {found.mime_type for found in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):  # nothing that it knows, and nothing at all
        return None
    kinds = (kind for kind in KINDS if kind.begins(head))
    return next((kind for kind in kinds if recognised & {kind.media_type, *kind.known_as}), None)
