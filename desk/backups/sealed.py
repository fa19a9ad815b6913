"""The file of a backup: a ZIP that appears whole or not at all, ending in the hash of all that is before.

The hash is the ZIP's own comment, so that any program for ZIP files opens it, and one changed byte anywhere is seen.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from desk.backups.manifest import NAME, Damaged, Manifest, Part
from desk.backups.tables import Sum

#: Letters of a SHA-256.
_SEAL = 64
_AT_ONCE = 1 << 20


@contextmanager
def written(path: Path) -> Iterator[zipfile.ZipFile]:
    """A new file, readable by its owner only: under its name once it is sealed and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # makes it with mode 0600
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
                package.comment = b"0" * _SEAL
                yield package
            _seal(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Have the folder on the disk as well: it holds the new name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _seal(file: IO[bytes]) -> None:
    file.flush()
    end = file.seek(0, os.SEEK_END) - _SEAL
    seal = _hash(file, end)
    file.seek(end)
    file.write(seal)


def _hash(file: IO[bytes], length: int) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    while length > 0 and (some := file.read(min(_AT_ONCE, length))):
        digest.update(some)
        length -= len(some)
    return digest.hexdigest().encode()


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The file for reading, once its seal was compared; raises Damaged."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END) - _SEAL
        if end <= 0:
            raise Damaged(f"{path.name} is no backup, or only the beginning of one.")
        seal = _hash(file, end)
        if file.read(_SEAL) != seal:
            raise Damaged(f"{path.name} is damaged or no backup: it does not end in the hash of what it holds.")
        try:
            with zipfile.ZipFile(file) as package:
                yield package
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
            raise Damaged(f"{path.name} is damaged: {error}.") from error


def manifest_in(package: zipfile.ZipFile) -> Manifest:
    """What the backup says of itself; raises Damaged where a part is missing, or BackupRefused where it is newer."""
    names = set(package.namelist())
    if NAME not in names:
        raise Damaged("The file is no backup of this desk: it has no manifest.")
    manifest = Manifest.read(package.read(NAME))
    missing = [part.name for part in manifest.parts if part.name not in names]
    if missing:
        raise Damaged(f"The backup is damaged: {missing[0]} is missing.")
    return manifest


def lines_of(package: zipfile.ZipFile, part: Part) -> Iterator[bytes]:
    """The rows of one part as they were written."""
    with package.open(part.name) as member:
        yield from member


def check(path: Path) -> Manifest:
    """Read the whole file and compare every part with what the manifest says; raises Damaged or BackupRefused."""
    with opened(path) as package:
        manifest = manifest_in(package)
        for part in manifest.parts:
            found = Sum()
            for line in lines_of(package, part):
                found.add(line)
            if found.content() != part.content:
                raise Damaged(f"The backup is damaged: {part.name} does not hold what the manifest says.")
    return manifest
