"""The operator's door: the command `customs` and its parts."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from desk.refused import Refused

#: Each command by its module and what it is there: a function, or an app with commands of its own. A module is imported
#: when its command is meant: what stays, as `customs run` does, is not to hold what it never uses.
COMMANDS = {
    "ask": "ask:ask",
    "status": "status:status",
    "backup": "backup:backup",
    "restore": "restore:restore",
    "chat": "chat:chat",
    "evaluate": "evaluate:evaluate",
    "export": "whole:export",
    "import": "whole:import_",
    "figures": "figures:figures",
    "receipt": "receipt:receipt",
    "run": "run:run",
    "restart": "restart:restart",
    "serve": "serve:serve",
    "ready": "ready:ready",
    "prepare": "prepare:prepare",
    "migrate": "prepare:migrate",
    "prepare-model": "prepare:prepare_model",
    "audit": "audit:app",
    "users": "users:app",
    "accounts": "accounts:app",
    "units": "units:app",
    "guidance": "guidance:app",
    "gaps": "gaps:app",
    "law": "law:app",
    "calendar": "calendar:app",
    "cases": "cases:app",
    "enterprises": "enterprises:app",
    "news": "news:app",
    "recall": "recall:app",
    "report": "reports:app",
    "ratings": "ratings:app",
    "questionnaires": "questionnaires:app",
    "service-index": "service_index:app",
    "consultations": "consultations:app",
    "deliveries": "deliveries:app",
    "inbox": "inbox:app",
    "floods": "floods:app",
    "holds": "holds:app",
    "privacy": "privacy:app",
    "retention": "retention:app",
    "settings": "settings:app",
}


class Commands(TyperGroup):
    """The commands of COMMANDS, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # a context is of typer's own copy of click
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return command_named(cmd_name) if cmd_name in COMMANDS else None


def command_named(name: str) -> Any:
    """A command with all that it has; raises KeyError where there is none of that name."""
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(f"cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        command: Any = get_group(found)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command(name)(found)
        command = get_command(alone)
    command.name = name
    return command


# A traceback shows no values: among them would be the settings.
app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)


@app.callback()
def customs() -> None:
    """The customs enquiry desk."""


def main() -> None:
    try:
        app()
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
