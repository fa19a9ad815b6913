"""`customs calendar`, and what `customs status` says of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from bootstrap.assembly import SystemClock, open_store
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.audit.model import AuditEntry
from desk.units import service as units
from tests.desk_fixtures import CONTENT
from tests.e2e.telegram_emulator import free_port

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]
GATE_HOURS = 'office: {monday: ["08:00-16:00"]}\nduty: {public_day: ["00:00-24:00"]}\n'


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setattr(out, "width", 300)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for port in ("KNOWLEDGE_PORT", "CONSOLE_PORT", "RASA_PORT", "ACTIONS_PORT"):
        monkeypatch.setenv(port, str(free_port()))
    it_is(monkeypatch, 2026)
    return lambda *words: CliRunner().invoke(command.app, list(words))


def it_is(monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda _: dt.datetime(year, 8, 20, 5, tzinfo=dt.UTC))


def lines(result: Result) -> dict[str, str]:
    """The lines of a table by their first cell, without its frame."""
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.output.splitlines()]
    return {row[0]: " | ".join(row[1:]) for row in cells if row}


def a_gate(customs: Customs, tmp_path: Path, hours: str = GATE_HOURS) -> Result:
    customs("users", "add", "quan", "--name", "Quan", "--role", "administrator")
    file = tmp_path / "hours.yml"
    file.write_text(hours, encoding="utf-8")
    return customs("calendar", "set", "VN", str(file), "--as", "quan")


def test_the_shipped_calendar_is_in_order(customs: Customs) -> None:
    checked = customs("calendar", "check")

    assert checked.exit_code == 0
    assert checked.output == (
        "Hours and days can be read; shipped years: 2026, 2027; units with hours of their own: 0.\n"
    )


def test_the_days_are_shown_with_their_windows_and_sources(customs: Customs) -> None:
    days = lines(customs("calendar", "show", "--from", "2026-08-21", "--to", "2026-11-24"))

    assert days["2026-08-21"] == "Fri | 07:30-11:30, 13:30-17:00 |  |  | "
    assert days["2026-08-22"].startswith("Sat | 07:30-11:30, 13:30-17:00 |  | worked for Monday 31/8 | Schedule for")
    assert days["2026-08-23"] == "Sun |  |  |  | "
    assert days["2026-08-31"].startswith("Mon |  |  | National Day")
    assert days["2026-11-24"].startswith("Tue |  |  | Vietnam Cultural Day | holidays ")
    assert len(lines(customs("calendar", "show"))) == 14
    assert customs("calendar", "show", "--from", "2026-08-21", "--to", "2026-08-20").exit_code == 2


def test_an_administrator_gives_a_unit_hours_of_its_own_and_takes_them_back(customs: Customs, tmp_path: Path) -> None:
    assert a_gate(customs, tmp_path).output == "VN: hours of its own\n"

    days = lines(customs("calendar", "show", "--unit", "VN", "--from", "2026-08-31", "--to", "2026-09-07"))
    assert days["2026-09-07"] == "Mon | 08:00-16:00 |  |  | "
    assert days["2026-08-31"].startswith("Mon |  | 00:00-24:00 | National Day")
    assert days["2026-09-03"] == "Thu |  |  |  | "
    assert "units with hours of their own: 1." in customs("calendar", "check").output

    customs("calendar", "set", "VN", "--as", "quan")
    assert "units with hours of their own: 0." in customs("calendar", "check").output
    with open_store(read_settings()).reading() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.act == "unit.hours_set")).all()
    assert [(entry.actor, entry.subject) for entry in acts] == [("officer:quan", "VN")] * 2


def test_hours_that_make_no_sense_and_those_who_may_not_are_refused(customs: Customs, tmp_path: Path) -> None:
    refused = a_gate(customs, tmp_path, 'office: {monday: ["late"]}\n')
    assert refused.exit_code == 2
    assert "unit VN: hours.office.monday: 'late' is no window" in refused.output
    customs("users", "add", "minh", "--name", "Minh")
    assert "minh is no administrator of VN." in customs("calendar", "set", "VN", "--as", "minh").output
    assert "There is no unit 'XX'" in customs("calendar", "set", "XX", "--as", "quan").output
    assert customs("calendar", "show", "--unit", "XX").exit_code == 2


def test_hours_in_the_store_that_cannot_be_read_fail_the_check(customs: Customs) -> None:
    customs("status", "--json")
    with open_store(read_settings()).writing() as session:
        units.department(session).hours = {"office": {}}

    checked = customs("calendar", "check")

    assert checked.exit_code == 1
    assert "unit VN: hours.office: an office that never works" in checked.output


def test_status_warns_when_the_calendar_of_the_next_year_is_not_shipped(
    customs: Customs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warned() -> list[str]:
        told = json.loads(customs("status", "--json").output)["warnings"]
        return [warning for warning in told if "calendar" in warning]

    assert warned() == []
    it_is(monkeypatch, 2027)
    (warning,) = warned()
    assert warning.startswith("the calendar of 2028 is not shipped")
    assert f"warning: {warning}" in customs("status").output
    assert f"warning: {warning}" in customs("calendar", "check").output


def test_a_day_is_added_shown_and_taken_away(customs: Customs) -> None:
    customs("users", "add", "quan", "--name", "Quan", "--role", "administrator")
    customs("units", "load", str(CONTENT / "units.csv"))
    of_region = ("--as", "quan", "--unit", "KV02")
    added = customs("calendar", "add-day", "2026-08-21", "off", "--reason", "Bão số 5", *of_region)
    assert (added.exit_code, added.output) == (0, "KV02: 2026-08-21 is off; open cases due that day: 0\n")
    customs(
        *("calendar", "add-day", "2026-08-23", "worked", "--reason", "Giải tỏa hàng", "--as", "quan"),
        *("--hours", "08:00-10:00, 14:00-15:00", "--document", "12/TB"),
    )
    below, all_ = (lines(customs("calendar", "show", "--to", "2026-08-23", *more)) for more in (of_region[2:], ()))
    assert below["2026-08-21"] == "Fri |  |  | Bão số 5 | "
    assert all_["2026-08-21"].startswith("Fri | 07:30-11:30")
    assert all_["2026-08-23"] == "Sun | 08:00-10:00, 14:00-15:00 |  | Giải tỏa hàng | 12/TB"
    assert customs("calendar", "remove-day", "2026-08-21", *of_region).exit_code == 0
    shown = lines(customs("calendar", "show", "--to", "2026-08-21", *of_region[2:]))
    assert shown["2026-08-21"].startswith("Fri | 07:30-11:30")


def test_a_day_that_cannot_be_added_or_taken_away_is_said_in_a_sentence(customs: Customs) -> None:
    customs("users", "add", "quan", "--name", "Quan", "--role", "administrator")
    past = customs("calendar", "add-day", "2026-08-19", "off", "--reason", "x", "--as", "quan")
    nothing = customs("calendar", "remove-day", "2026-08-21", "--as", "quan")
    assert (past.exit_code, "past" in past.output) == (2, True)
    assert (nothing.exit_code, "No day was added for VN on 2026-08-21" in nothing.output) == (2, True)
