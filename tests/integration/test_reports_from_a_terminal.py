"""`customs report`: a month's report as text, data, a page and a PDF, and its publication."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from pypdf import PdfReader
from typer.testing import CliRunner

from cli import main as command
from cli import reports
from cli.terminal import out
from tests.desk_fixtures import World
from tests.report_fixtures import with_months

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]


@pytest.fixture
def customs(world: World, monkeypatch: pytest.MonkeyPatch) -> Customs:
    """The command over the tests' desk."""
    with_months(world)
    monkeypatch.setattr(reports, "desk_and_settings", lambda: (world.desk, None))
    monkeypatch.setattr(out, "width", 200)
    return lambda *words: CliRunner().invoke(command.app, ["report", *words])


def test_a_month_in_words_and_as_data(customs: Customs) -> None:
    said = customs("month", "2026-10", "--language", "en").output
    assert "In October 2026 enterprises asked" in said
    assert "The report has not been published." in said
    data = json.loads(customs("month", "2026-10", "--unit", "KV02", "--format", "json").output)
    assert (data["month"], data["unit"], data["public"]) == ("2026-10", "Chi cục Hải quan khu vực II", False)
    tables = {name: rows for section in data["sections"] for name, rows in section["tables"].items()}
    [now, before] = tables["ratings"]
    assert (now["month"], before["month"]) == ("Tháng 10/2026", "Tháng 9")
    assert now["requested"] >= now["rated"] > 0


def test_a_month_as_a_page_and_a_pdf(customs: Customs, tmp_path: Path) -> None:
    page, pdf = tmp_path / "report.html", tmp_path / "report.pdf"
    customs("month", "2026-10", "--format", "html", "--out", str(page))
    assert "<h1>Báo cáo tháng 10/2026</h1>" in page.read_text(encoding="utf-8")
    assert customs("month", "2026-10", "--public", "--format", "pdf", "--out", str(pdf)).exit_code == 0
    assert "Bản công khai" in PdfReader(io.BytesIO(pdf.read_bytes())).pages[0].extract_text()


def test_a_month_is_published_once(customs: Customs) -> None:
    assert customs("publish", "2026-10", "--as", "mai").output == "Published: 2026-10 of VN, edition 1.\n"
    again = customs("publish", "2026-10", "--as", "mai")
    assert (again.exit_code, "Nothing has changed" in again.stderr) == (2, True)
    assert "Published on 23 November 2026 by Mai." in customs("month", "2026-10", "--language", "en").output
    public = json.loads(customs("month", "2026-10", "--public", "--format", "json").output)
    assert (public["public"], public["standing"][0].startswith("Công bố ngày 23/11/2026.")) == (True, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("month", "10/2026"), "write it as 2026-10"),
        (("month", "2026-12"), "has not begun"),
        (("month", "2026-10", "--unit", "NOWHERE"), "There is no unit 'NOWHERE'"),
        (("month", "2026-10", "--unit", "KV02", "--public"), "The public version is of the whole department only."),
        (("month", "2026-10", "--format", "pdf"), "say which with --out"),
        (("month", "2026-10", "--format", "docx"), "is not known"),
        (("month", "2026-10", "--language", "fr"), "is not known"),
        (("publish", "2026-10", "--as", "thu"), "You have no role in this unit"),
        (("publish", "2026-11", "--as", "mai"), "The month is not over yet."),
    ],
)
def test_what_cannot_be_ends_the_command_with_a_sentence(customs: Customs, words: tuple[str, ...], said: str) -> None:
    refused = customs(*words)
    assert refused.exit_code == 2, refused.output
    assert said in refused.stderr
