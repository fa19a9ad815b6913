"""`customs ratings`: how satisfied those are who were asked."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cli.parts import desk_and_settings, out
from desk.ratings import service as ratings

app = typer.Typer(invoke_without_command=True, help="Ratings: asked, answered, response rate, mean, share of 4-5.")


@app.callback()
def figures(as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False) -> None:
    """Print the figures of all ratings."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        f = ratings.figures(session)
    if as_json:
        print(json.dumps(f.__dict__))
        return
    out.print(f"asked           {f.asked}")
    out.print(f"answered        {f.answered}")
    out.print(f"response rate   {_percent(f.response_rate)}")
    out.print(f"mean            {f'{f.mean:.2f}' if f.mean is not None else '-'}")
    out.print(f"share of 4-5    {_percent(f.share_satisfied)}")


def _percent(share: float | None) -> str:
    return f"{share:.1%}" if share is not None else "-"
