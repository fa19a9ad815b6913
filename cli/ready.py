"""`customs ready PROCESS`: waits until a process of this machine can be used."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from bootstrap.settings import read_settings
from cli import machine
from cli.processes import is_healthy
from cli.terminal import refuse


def ready(
    process: Annotated[str, typer.Argument(help="rasa, actions, knowledge, console, bot, clock or proxy.")],
    number: Annotated[int, typer.Option("--replica", min=0, max=9, help="Of several on this machine.")] = 0,
    within: Annotated[float, typer.Option("--within", min=0, help="Seconds.")] = 300.0,
) -> None:
    """Wait until the process is well; the command fails when it is not in time."""
    settings = read_settings()
    chosen = machine.named(process, number)
    deadline = time.monotonic() + within
    while not is_healthy(chosen, settings):
        if time.monotonic() >= deadline:
            refuse(f"{chosen.name} is not well.")
        time.sleep(0.5)
