"""`customs restart`: asks the running supervisor for a rolling restart, and tells how it goes."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from bootstrap.settings import read_settings
from cli import running
from cli.rolling import Requests
from cli.terminal import out, refuse


def restart(
    process: Annotated[
        str, typer.Argument(help="A process (console) or one replica of it (console-2); default: all but the proxy.")
    ] = "",
) -> None:
    """Restart processes one replica after the other, each finishing what it has in hand."""
    settings = read_settings()
    if running.found(settings) is None:
        refuse(
            f"No `customs run` is at work in {settings.var_dir}; systemd's units are restarted with "
            "`systemctl restart customs-console@1`, and then @2."
        )
    requests = Requests(settings)
    asked = requests.ask(process)
    if asked is None:
        refuse("A restart was asked for already and has not begun; try again when it is over.")
    said = 0
    while True:
        for told in requests.heard(asked)[said:]:
            said += 1
            out.print(told.said, markup=False)
            if told.ended is not None:
                raise typer.Exit(0 if told.ended else 1)
        if running.found(settings) is None:
            requests.withdraw()
            refuse("The `customs run` that was to restart it has ended.")
        time.sleep(0.2)
