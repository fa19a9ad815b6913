"""`customs settings`: what may change while the desk runs."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from cli.parts import desk_and_settings, officer_named, shown
from cli.terminal import out, refuse
from desk.settings import service as settings
from desk.settings.service import NoSuchSetting, SettingRefused
from desk.settings.words import plain

app = typer.Typer(no_args_is_help=True, help="Settings that change while the desk runs: list, set, reset.")
Reason = Annotated[str, typer.Option(help="Why; it is kept with the change.")]
By = Annotated[str, typer.Option("--as", help="The user name of the administrator who decides; default: the operator.")]


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False) -> None:
    """List every setting with what holds now, its default and its last change."""
    desk, _ = desk_and_settings()
    with desk.store.reading() as session:
        standing = settings.standing(desk, session)
        ignored = settings.ignored(session)
    if as_json:
        told = {each.setting.name: {"value": each.value, "default": each.default} for each in standing}
        print(json.dumps({"settings": told, "ignored": [change.name for change in ignored]}))
        return
    table = Table("name", "value", "unit", "default", "range", "changed", "by", "reason")
    for each in standing:
        values = [plain(each.setting, value) for value in (each.value, each.default)]
        ends = [plain(each.setting, end) for end in (each.setting.lowest, each.setting.highest)]
        change = each.change
        changed = (shown(change.changed_at), change.changed_by, change.reason) if change else ("", "", "")
        table.add_row(each.setting.name, values[0], each.setting.unit, values[1], "–".join(ends), *changed)
    out.print(table)
    for change in ignored:
        out.print(f"{change.name} = {change.value:g} is stored and has no effect: no such setting or range any more.")


@app.command("set")
def set_(name: str, value: str, reason: Reason, by: By = "") -> None:
    """Give a setting a new value; shares are given in percent."""
    _act(name, value, reason, by)


@app.command()
def reset(name: str, reason: Reason, by: By = "") -> None:
    """Give a setting its default again."""
    _act(name, None, reason, by)


def _act(name: str, value: str | None, reason: str, by: str) -> None:
    desk, _ = desk_and_settings()
    try:
        with desk.store.writing() as session:
            officer = officer_named(session, by) if by else None
            if value is None:
                settings.reset(desk, session, name, reason=reason, by=officer)
            else:
                settings.change(desk, session, name, value, reason=reason, by=officer)
    except NoSuchSetting:
        refuse(f"There is no setting {name!r}; see `customs settings list`.")
    except SettingRefused as refused:
        refuse(desk.texts.say(refused.reason, "en", **refused.values))
    with desk.store.reading() as session:
        standing = settings.standing_of(desk, session, name)
    out.print(f"{name} is {plain(standing.setting, standing.value)} ({standing.setting.unit}).")
