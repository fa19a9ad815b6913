"""Files packed into one, or laid into a folder: the same files are the same bytes, whenever and wherever it is done."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

#: The first day that a ZIP can name: no time of packing is in it.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PackedFile:
    name: str
    data: bytes


def pack(files: Iterable[PackedFile]) -> bytes:
    """The files in one ZIP, in their order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for file in files:
            entry = zipfile.ZipInfo(file.name, _NO_TIME)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            package.writestr(entry, file.data)
    return made.getvalue()


def lay_into(folder: Path, files: Iterable[PackedFile]) -> None:
    """The files in a folder, which is made where it is missing."""
    for file in files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
