"""`customs export` and `customs import`: all that an authority keeps with the desk, from one desk to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.exported import recorded
from cli.parts import desk_and_settings, officer_named
from cli.terminal import out, refuse
from desk.audit.exporting import Export
from desk.exports import restoring
from desk.exports.packing import lay_into, pack
from desk.exports.whole import files_of
from desk.guidance.permissions import GuidanceRefused
from desk.imports.faults import refuse as refused_file
from desk.imports.files import UNPACKED_BYTES, File
from desk.units.tree import TreeError


def export(to: Annotated[Path, typer.Argument(help="A folder, or a file that ends in .zip.")]) -> None:
    """Export guidance with all versions, law, units, settings and golden questions; nothing of persons or cases."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        files = files_of(session, desk.law.shipped)
    if to.suffix != ".zip" and to.is_dir() and any(to.iterdir()):
        refuse(f"{to.name} is not empty; name another folder.")
    recorded(desk, Export.WHOLE, "zip" if to.suffix == ".zip" else "folder")
    if to.suffix == ".zip":
        to.write_bytes(pack(files))
    else:
        lay_into(to, files)
    for file in files[1:]:
        rows = file.data.count(b"\n")
        out.print(f"{file.name}: {rows} lines", soft_wrap=True)


def import_(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A ZIP file that `customs export` made.")],
    officer: Annotated[str, typer.Option("--as", help="The user name of an administrator of the department.")],
) -> None:
    """Import a whole export into a desk that has no guidance yet."""
    desk, _ = desk_and_settings()
    if path.stat().st_size > UNPACKED_BYTES:
        raise refused_file("too_large", limit=UNPACKED_BYTES // 1024**2)
    file = File(path.name, path.read_bytes())
    whole = restoring.read(file)
    with desk.store.writing() as session:
        who = officer_named(session, officer)
        try:
            done = restoring.restore(session, file, whole, who, desk.instruments, desk.now())
        except GuidanceRefused as refused:
            refuse(desk.texts.say(refused.reason, "en", **refused.values))
        except TreeError as error:
            refuse(str(error))
    for name, rows in done.items():
        out.print(f"{name}: {rows}", soft_wrap=True)
