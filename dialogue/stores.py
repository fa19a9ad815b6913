"""Where Rasa keeps its trackers and its locks: one address each, as Rasa is told it and as we open it ourselves."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine import URL, make_url

from dialogue.model import rasa_folder

#: Seconds for which a message holds its conversation, when the server that had it died. Longer than the desk waits
#: for a reply, so that a message that is handed over again never meets the first one at work.
LOCK_LASTS = 20
#: Seconds that somebody who has a file of trackers has to let go of it.
_OPEN_WITHIN = 1.0


def default_trackers(var: Path) -> str:
    """A SQLite file under var/: right for one server."""
    return f"sqlite:///{rasa_folder(var) / 'trackers.sqlite'}"


def for_rasa(trackers: str) -> str:
    """The address with the driver of Rasa's own environment."""
    return _with_driver(trackers, "postgresql")


def for_us(trackers: str) -> URL:
    """The address with the driver of ours."""
    return make_url(_with_driver(trackers, "postgresql+psycopg"))


def shares(trackers: str, desk: str) -> bool:
    """Whether the trackers would lie among the desk's own tables: in its database, and in no schema of their own."""
    ours, theirs = make_url(desk), make_url(trackers)
    if ours.get_backend_name() != theirs.get_backend_name():
        return False
    if ours.get_backend_name() == "sqlite":
        return _file(ours) == _file(theirs)
    if _server(ours) != _server(theirs) or ours.database != theirs.database:
        return False
    return "search_path" not in str(theirs.query.get("options", "")) or ours.query == theirs.query


def lock_variables(locks: str) -> dict[str, str]:
    """What nlu/endpoints.yml reads of the lock store; without an address the locks are in the server's memory."""
    address = urlsplit(locks)
    return {
        "RASA_LOCKS_TYPE": "redis" if locks else "in_memory",
        "RASA_LOCKS_HOST": address.hostname or "",
        "RASA_LOCKS_PORT": str(address.port or 6379),
        "RASA_LOCKS_DB": address.path.strip("/") or "0",
        "RASA_LOCKS_USER": unquote(address.username or ""),
        "RASA_LOCKS_PASSWORD": unquote(address.password or ""),
        "TICKET_LOCK_LIFETIME": str(LOCK_LASTS),
    }


def _with_driver(trackers: str, postgresql: str) -> str:
    url = make_url(trackers)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername=postgresql)
    elif url.database:
        # Rasa runs in a folder of its own: there another file would be meant.
        url = url.set(database=str(Path(url.database).absolute()))
    return url.render_as_string(hide_password=False)


def file_of(trackers: str) -> Path | None:
    """The file in which the trackers lie; None where they are in no file."""
    url = make_url(trackers)
    return _file(url) if url.get_backend_name() == "sqlite" and url.database else None


def prepare(trackers: str) -> None:
    """Have a file of trackers written ahead: Rasa, which answers nobody meanwhile, waits for the disk a fifth as long.

    Rasa leaves that as it finds it. Where the file cannot be opened it is left as it is: the guard tells why.
    """
    if (file := file_of(trackers)) is None:
        return
    with suppress(OSError, sqlite3.Error):
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=_OPEN_WITHIN)) as database:
            database.execute("PRAGMA journal_mode=WAL")


def _file(url: URL) -> Path:
    return Path(url.database or "").resolve()


def _server(url: URL) -> tuple[str, int]:
    host = str(url.query.get("host", "")) or url.host or "localhost"
    return "localhost" if host in ("127.0.0.1", "::1") else host, url.port or 5432
