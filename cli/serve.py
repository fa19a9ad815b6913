"""`customs serve PROCESS`: becomes one of the desk's processes, for units and containers that keep it running."""

from __future__ import annotations

import os
from typing import Annotated, NoReturn

import typer

from bootstrap.settings import read_settings
from cli import machine


def serve(
    process: Annotated[str, typer.Argument(help="rasa, actions, knowledge, console, bot, clock or proxy.")],
    number: Annotated[
        int, typer.Option("--replica", min=0, max=9, help="Of several on this machine: ports are 100 times it higher.")
    ] = 0,
) -> NoReturn:
    """Serve in the foreground, as the settings say; `customs prepare` must have been run once."""
    settings = read_settings()
    chosen = machine.named(process, number)
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    command = chosen.command(settings)
    os.chdir(settings.run_dir)
    os.execve(command[0], command, chosen.environment(settings))
