"""The web door: the enterprises' chat and cases, and the officers' console, in one process."""

from __future__ import annotations

from bootstrap.assembly import open_desk
from bootstrap.logs import set_up_logging
from bootstrap.serving import serve
from bootstrap.settings import read_settings
from console.app import create_app
from desk.conversations import inbox

__all__ = ["create_app", "main"]


def main() -> None:
    """Serve until told to stop."""
    set_up_logging()
    settings = read_settings()
    desk = open_desk(settings)
    with desk.store.writing() as session:
        inbox.take_back(session, "web")
    serve(create_app(desk, settings), settings, settings.console_port)


if __name__ == "__main__":
    main()
