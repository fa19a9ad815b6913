"""`customs ratings report`: the report in every format, and what is refused in a sentence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from sqlalchemy import update
from typer.testing import CliRunner

import cli.ratings
import cli.ratings_report
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.desk import Desk
from desk.figures.breakdown.figures import NAMES
from desk.ratings.model import RatingPart
from tests.breakdown_fixtures import write_the_week
from tests.desk_fixtures import World

Customs = Callable[..., Result]
WEEK = ("--from", "2026-11-09", "--to", "2026-11-15")
ACTING = '=HYPERLINK("http://x","Thu")'


@pytest.fixture
def customs(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Customs:
    """The commands over the tests' desk, in which the week of tests/breakdown_fixtures.py was."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    settings = read_settings()

    def known() -> tuple[Desk, object]:
        return world.desk, settings

    for module in (cli.ratings, cli.ratings_report):
        monkeypatch.setattr(module, "desk_and_settings", known)
    monkeypatch.setattr(out, "width", 300)
    with world.store.writing() as session:
        write_the_week(session)
    return lambda *words: CliRunner().invoke(command.app, ["ratings", *words])


def test_the_table_says_in_words_and_rows_what_there_is(customs: Customs) -> None:
    found = customs("report", *WEEK, "--by", "office")
    assert found.exit_code == 0, found.output
    assert "Of 5 who were asked, 4 gave a rating (80.0%; in the period before 100.0%)." in found.stdout
    assert "3.67 of 5, but of only 3 judged: too few" in found.stdout
    for words in ("Cat Lai Port Customs", "In no office", "Ratings, by: Office", "Cases, by: Office"):
        assert words in found.stdout
    assert "Enquiries, by" not in found.stdout


def test_data_has_every_figure_of_every_row(customs: Customs) -> None:
    data = json.loads(customs("report", *WEEK, "--by", "region", "--format", "json").stdout)
    assert data["period"] == {"from": "2026-11-09", "to": "2026-11-15"}
    assert data["before"] == {"from": "2026-11-02", "to": "2026-11-08"}
    assert [row["key"] for row in data["rows"]] == ["KV02", "KV03"]
    for row in (*data["rows"], data["none"], data["total"]):
        assert tuple(row["now"]) == NAMES
    assert data["rows"][0]["now"]["asked"] == 1.5


def test_filters_and_a_unit_narrow_what_is_counted(customs: Customs) -> None:
    narrowed = customs("report", *WEEK, "--by", "channel", "--topic", "tax", "--unit", "KV03", "--format", "json")
    data = json.loads(narrowed.stdout)
    assert (data["units"], data["only"]) == (["KV03"], {"topic": "tax"})
    assert [(row["key"], row["now"]["asked"], row["now"]["cases"]) for row in data["rows"]] == [("web", 0.5, 1)]


def test_the_files_open_right_and_no_name_acts(customs: Customs, world: World, tmp_path: Path) -> None:
    with world.store.writing() as session:
        session.execute(update(RatingPart).values(officer_name=ACTING))
    csv_, xlsx = tmp_path / "report.csv", tmp_path / "report.xlsx"
    for path in (csv_, xlsx):
        made = customs(
            "report", *WEEK, "--by", "officer", "--language", "vi", "--format", path.suffix[1:], "--output", str(path)
        )
        assert made.exit_code == 0, made.output
    written = csv_.read_bytes()
    assert written.startswith("\ufeff".encode())
    assert b"\n" not in written.replace(b"\r\n", b"")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))
    names = [row[1] for row in rows[rows.index([]) + 2 :]]
    assert all(name.startswith("'=") for name in names[:3])
    sheet = openpyxl.load_workbook(xlsx).worksheets[0]
    (first,) = [row for row in sheet.iter_rows(min_row=2) if row[3].value == 1.5]
    assert (first[1].value.startswith("=HYPERLINK"), first[1].data_type, first[3].data_type) == (True, "s", "n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--by", "star"), "--by 'star' is not known"),
        (("--channel", "fax"), "--channel 'fax' is not known"),
        (("--from", "2026-11-01"), "Give both --from and --to"),
        (("--from", "2026-11-09", "--to", "2026-11-01"), "The last day must not be before the first."),
        (("--unit", "NOWHERE"), "There is no unit 'NOWHERE'"),
        (("--format", "xlsx"), "say which with --output"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(customs: Customs, words: tuple[str, ...], sentence: str) -> None:
    refused = customs("report", *words)
    assert refused.exit_code == 2
    assert sentence in refused.stderr


def test_without_a_command_the_figures_of_all_ratings_are_printed_as_before(customs: Customs) -> None:
    assert json.loads(customs("--json").stdout)["asked"] == 7
