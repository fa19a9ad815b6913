"""The web door: the enterprises' chat and cases, and the officers' console, in one process."""

from __future__ import annotations

import uvicorn

from bootstrap.assembly import open_desk
from bootstrap.logs import set_up_logging
from bootstrap.settings import read_settings
from console.app import create_app

__all__ = ["create_app", "main"]


def main() -> None:
    """Serve until told to stop."""
    set_up_logging()
    settings = read_settings()
    desk = open_desk(settings, takes_work=True)
    # No access log: the private links of cases are paths.
    uvicorn.run(
        create_app(desk, settings),
        host=settings.host,
        port=settings.console_port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
