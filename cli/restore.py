"""`customs restore`: a backup into an empty place, verified, with all that was under way told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.exc import OperationalError

from bootstrap.assembly import open_desk
from bootstrap.backups import put_trackers_away
from bootstrap.settings import Settings, read_settings
from cli.backup import described
from cli.parts import shown
from cli.terminal import fail, out
from desk.audit.service import record_act
from desk.backups.in_hand import InHand
from desk.backups.manifest import BackupRefused
from desk.backups.restoring import Restored
from desk.backups.restoring import restore as restore_store
from desk.desk import Desk
from desk.published.service import Reader

#: So many titles are searched for after a restore.
_TITLES = 3


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `customs backup` made.")],
    without_search: Annotated[
        bool, typer.Option("--without-search", help="Do not try the search: for a machine without the model.")
    ] = False,
    send_waiting: Annotated[
        bool,
        typer.Option(
            "--send-waiting",
            help="Send what waited to be sent. Only where nothing ran after the backup, as in a move: else it may"
            " arrive twice.",
        ),
    ] = False,
) -> None:
    """Fill an empty database from a backup, verify it, and say what was under way then."""
    settings = read_settings()
    desk = open_desk(settings)
    try:
        restored = restore_store(desk.store.engine, file, at=desk.now(), send_waiting=send_waiting)
    except BackupRefused as refused:
        fail(str(refused))
    except OSError as error:
        fail(f"{file.name} cannot be restored: {error.strerror or error}.")
    except OperationalError as error:
        fail(f"The database does not take it, and nothing was kept: {error.orig}")
    _record(desk, file, restored)
    away = put_trackers_away(settings)
    _show(restored)
    if away is not None:
        out.print(f"The trackers of Rasa that lay here are now in {away}.", soft_wrap=True, markup=False)
    if not without_search:
        _try_search(desk, settings)


def _record(desk: Desk, file: Path, restored: Restored) -> None:
    detail = {"made_at": restored.manifest.made_at.isoformat(), "rows": restored.manifest.rows}
    with desk.store.writing() as session:
        record_act(session, actor="operator", act="store.restored", subject=file.name, at=desk.now(), detail=detail)


def _show(restored: Restored) -> None:
    table = Table("table", "rows", "SHA-256 of the rows", "as in the backup")
    filled = {name: content for name, content in restored.verified.items() if content.rows}
    for name, content in filled.items():
        table.add_row(name, str(content.rows), content.sha256[:16], "yes")
    out.print(table)
    empty = len(restored.verified) - len(filled)
    out.print(f"and {empty} tables without rows. Whatever a row refers to is there.")
    out.print(f"Restored: {described(restored.manifest)}", soft_wrap=True)
    for sentence in _under_way(restored.in_hand, shown(restored.manifest.made_at)):
        out.print(sentence, soft_wrap=True)


def _under_way(left: InHand, moment: str) -> list[str]:
    """What the operator is told of what was in hand; nothing of what there was none of."""
    said = [f"What came after {moment} is not in the backup. Telegram brings again only what was not stored here."]
    told = (
        (
            left.updates,
            "messages of people were not finished then and are worked on now; a second answer may come of it",
        ),
        (left.held, "messages may have been sent since, and are not sent by themselves: `customs deliveries list`"),
        (left.waiting, "messages that waited to be sent are sent now"),
        (left.letters, "e-mails may have been sent since, and are not sent again; who waits for a code asks for one"),
        (left.forms, "forms were open and begin anew"),
        (left.news, "pieces of news had not reached everybody and go on; who heard them since hears them again"),
    )
    return said + [f"{count} {sentence}." for count, sentence in told if count]


def _try_search(desk: Desk, settings: Settings) -> None:
    """Build the index from the restored store, and look for guidance by its own title."""
    from bootstrap.engine import open_engine  # loads faiss and the model: only where it is needed

    today = desk.today()
    with desk.store.reading() as session:
        entries = Reader().corpus(session).entries
    known = [one for one in entries if one.from_ <= today and (one.to is None or today <= one.to)][:_TITLES]
    if not known:
        out.print("There is no guidance in force, so the search was not tried.")
        return
    try:
        engine = open_engine(settings, desk.store)
        engine.refresh()
    except Exception as error:  # noqa: BLE001 whatever is wrong with a model, what was restored is restored
        fail(f"All is restored and verified, but the search could not be tried: {error}")
    for one in known:
        hits = engine.search(one.record.title["vi"], "vi", as_of=today).hits
        if one.entry not in [hit.entry for hit in hits]:
            fail(f"All is restored and verified, but the search does not find {one.entry} by its title.")
    out.print(f"The index was built from the restored store, and {len(known)} titles find their entries.")
