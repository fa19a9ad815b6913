"""`customs ratings`: how satisfied those are who were asked."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from cli import rating_reviews, ratings_report
from cli.parts import desk_and_settings
from cli.terminal import out
from desk.figures import scope
from desk.figures.period import OpenPeriod
from desk.figures.ratings import ratings

app = typer.Typer(invoke_without_command=True, help="Ratings: asked, answered, response rate, mean, share of 4-5.")

app.command("report")(ratings_report.report)
rating_reviews.add_to(app)


@app.callback()
def figures(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False
) -> None:
    """Print the figures of all ratings; `customs ratings report` has those of a period, row by row."""
    if context.invoked_subcommand is not None:
        return
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        f = ratings(session, OpenPeriod(), scope.whole(session)).all
    intervals = {"mean_interval": f.mean_interval, "share_interval": f.share_interval}
    if as_json:
        names = ("asked", "answered", "response_rate", "mean", "share_satisfied")
        told = {name: asdict(interval) if interval else None for name, interval in intervals.items()}
        print(json.dumps({name: getattr(f, name) for name in names} | told | {"counts": f.counts}))
        return
    out.print(f"asked           {f.asked}")
    out.print(f"answered        {f.answered}")
    out.print(f"response rate   {_percent(f.response_rate)}")
    out.print(f"mean            {f'{f.mean:.2f}' if f.mean is not None else '-'}")
    out.print(f"share of 4-5    {_percent(f.share_satisfied)}")


def _percent(share: float | None) -> str:
    return f"{share:.1%}" if share is not None else "-"
