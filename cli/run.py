"""`customs run`: from a fresh set-up to a running desk, with progress on what takes long."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Annotated

import typer

from bootstrap.settings import PROJECT, Settings, read_settings
from cli import machine, running
from cli.apart import in_a_child
from cli.first_account import say_first_account
from cli.supervisor import Supervisor
from cli.terminal import out, refuse
from dialogue import training


def run(
    replicas: Annotated[
        int | None, typer.Option("--replicas", min=1, max=9, help="So many of each behind a proxy; default: REPLICAS.")
    ] = None,
) -> None:
    """Prepare everything, start every process, and keep them running until Ctrl-C."""
    settings = read_settings()
    if replicas is not None:
        settings = settings.model_copy(update={"replicas": replicas})
    machine.refuse_unsafe(settings)
    if (other := running.found(settings)) is not None:
        refuse(f"`customs run` is at work in {settings.var_dir} already (process {other.pid}).")
    with running.noted(settings):
        _run(settings)


def _run(settings: Settings) -> None:
    processes = machine.processes(settings)
    supervisor = Supervisor(settings, lambda sentence: out.print(f"  {sentence}", markup=False), processes)
    began = time.monotonic()
    try:
        if training.is_done(PROJECT, settings.var_dir):
            # It takes the longest to start, and needs nothing of what is prepared but its model.
            supervisor.start("rasa")
        password = in_a_child(lambda: _prepared(settings))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: supervisor.request_stop())
        supervisor.start()
        missing = supervisor.wait_until_healthy()
        if missing:
            out.print(f"Not healthy: {', '.join(missing)}. The logs are in {settings.run_dir}.", markup=False)
        else:
            out.print(f"Everything runs ({time.monotonic() - began:.0f} s).")
        _say_where(settings, password)
        supervisor.watch()
    finally:
        out.print("Stopping ...")
        supervisor.stop()


def _prepared(settings: Settings) -> str | None:
    # Imported in the child alone: this process stays, and has no use for it.
    from cli.prepare import prepared

    return prepared(settings)


def _say_where(settings: Settings, password: str | None) -> None:
    out.print()
    out.print(f"Chat:         {settings.web_address}/chat   (or `make chat` in another terminal)", markup=False)
    if settings.telegram_bot_token is not None:
        out.print("Telegram:     connected with the bot of TELEGRAM_BOT_TOKEN")
    else:
        out.print("Telegram:     not connected; put TELEGRAM_BOT_TOKEN into .env")
    out.print(f"Officers:     {settings.web_address}/desk", markup=False)
    if password is not None:
        say_first_account(settings, password, to_a_person=not _is_kept_in_a_journal())
    out.print("Ctrl-C stops everything.")


def _is_kept_in_a_journal() -> bool:
    """Whether systemd writes down what is printed: it names the stream that it reads."""
    about = os.fstat(sys.stdout.fileno())
    return os.environ.get("JOURNAL_STREAM") == f"{about.st_dev}:{about.st_ino}"
