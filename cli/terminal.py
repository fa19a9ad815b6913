"""What a command prints, and how it ends where it cannot do what was asked for."""

from __future__ import annotations

from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from desk.visible import visible


class Terminal(Console):
    """Shows words as they are: those of people may look like markup, or hold letters that steer a terminal."""

    def render_str(self, text: str, **how: Any) -> Text:
        return super().render_str(visible(text, keep="\n\t"), **how)


#: Only where a command writes marks of its own it asks for ``markup``.
out = Terminal(highlight=False, markup=False, emoji=False)


def refuse(sentence: str) -> NoReturn:
    """End the command with one sentence."""
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def fail(sentence: str) -> NoReturn:
    """End the command with one sentence, where what was asked for was right and could not be done."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
