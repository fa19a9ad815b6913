"""Pages of docs/ that a command writes: Markdown and pictures from templates, and the same figures as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def templates(folder: Path, **filters: Callable[..., str]) -> Environment:
    """The templates of a folder; a name that is missing is an error, and nothing in them was typed by people."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters
    return environment


def write(files: Mapping[Path, str]) -> None:
    """Write texts, and the folders that they lie in."""
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
