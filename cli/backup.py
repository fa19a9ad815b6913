"""`customs backup`: all that the desk holds in one file, while everything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from bootstrap.assembly import open_store
from bootstrap.backups import back_up, default_folder
from bootstrap.settings import read_settings
from cli.parts import shown
from cli.terminal import fail, out
from desk.backups import sealed
from desk.backups.manifest import NOT_PART, BackupRefused, Manifest


def backup(
    folder: Annotated[Path | None, typer.Argument(help="Where to; default: backups/ under VAR_DIR.")] = None,
    keep: Annotated[int, typer.Option(min=0, help="Keep so many, and remove older ones; 0 keeps all.")] = 0,
    check: Annotated[
        Path | None, typer.Option("--check", help="Only read this backup through, and say if it is whole.")
    ] = None,
) -> None:
    """Write all that the desk holds into one file, while everything runs."""
    if check is not None:
        _say_whole(check)
        return
    settings = read_settings()
    try:
        made, removed = back_up(settings, open_store(settings), folder or default_folder(settings), keep)
    except BackupRefused as refused:
        fail(str(refused))
    except OSError as error:
        fail(f"The backup could not be written, and none was left half: {error.strerror or error}.")
    except OperationalError as error:
        fail(f"The database does not answer, so there is no backup: {error.orig}")
    out.print(f"{made.path}: {made.manifest.rows} rows, {made.bytes} bytes, read again and whole", soft_wrap=True)
    out.print(f"Not in it: {'; '.join(NOT_PART)}.", soft_wrap=True)
    for file in removed:
        out.print(f"removed {file}", soft_wrap=True, markup=False)


def _say_whole(file: Path) -> None:
    try:
        manifest = sealed.check(file)
    except BackupRefused as refused:
        fail(str(refused))
    except OSError as error:
        fail(f"{file.name} cannot be read: {error.strerror or error}.")
    out.print(f"{file.name} is whole: {described(manifest)}", soft_wrap=True)


def described(manifest: Manifest) -> str:
    """How much it is, and where it comes from."""
    return (
        f"{manifest.rows} rows in {len(manifest.parts)} tables, made on {shown(manifest.made_at)} by version"
        f" {manifest.application} from {manifest.database} with schema {manifest.schema}."
    )
