"""`customs guidance import|export`, `customs law import`, `customs export|import`: files from a terminal."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bootstrap.assembly import SystemClock, open_store
from bootstrap.settings import read_settings
from cli import main as command
from cli.terminal import out
from desk.exports.whole import VERSIONS
from desk.guidance import service as guidance
from desk.people import service as people
from desk.people.model import Role
from tests import import_fixtures as files
from tests.desk_fixtures import a_record, record_data

pytestmark = pytest.mark.thorough

Customs = Callable[..., Result]
LAW = "54/2014/QH13"


@pytest.fixture
def customs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customs:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(out, "width", 300)

    def run(*words: str) -> Result:
        return CliRunner().invoke(command.app, [*words])

    assert run("guidance", "drafts").exit_code == 0
    now = SystemClock().now()
    with open_store(read_settings()).writing() as session:
        for name, role in (("hoa", Role.CURATOR), ("mai", Role.CURATOR), ("quan", Role.ADMINISTRATOR)):
            people.add_officer(
                session, username=name, name=name, role=role, password="a password of tests", by="operator", at=now
            )
    return run


@pytest.fixture
def published(customs: Customs) -> None:
    with open_store(read_settings()).writing() as session:
        guidance.load_shipped(session, [a_record("channels")], at=SystemClock().now())


def written(folder: Path, *contents: dict[str, object]) -> str:
    path = folder / "records.jsonl"
    path.write_bytes(files.jsonl_file(*contents).data)
    return str(path)


@pytest.mark.usefixtures("published")
def test_records_are_looked_at_drafted_and_known_again(customs: Customs, tmp_path: Path) -> None:
    file = written(tmp_path, record_data("channels", sources=["Khác"]), record_data("brand_new"))
    looked = json.loads(customs("guidance", "import", file, "--as", "hoa", "--preview", "--json").stdout)
    assert (looked["new"], looked["changed"], looked["lines"][0]["fields"]) == (1, 1, ["sources"])
    assert "2 drafts written" in customs("guidance", "import", file, "--as", "hoa").stdout
    again = customs("guidance", "import", file, "--as", "hoa")
    assert (again.exit_code, "waiting 2" in again.stdout, "drafts" in again.stdout) == (0, True, False)


@pytest.mark.usefixtures("published")
def test_a_wrong_file_ends_with_its_faults_and_changes_nothing(customs: Customs, tmp_path: Path) -> None:
    wrong = customs("guidance", "import", written(tmp_path, record_data("other_new", group="x")), "--as", "hoa")
    assert wrong.exit_code == 2
    assert "Line 1: Group (group): This value cannot be used." in wrong.stdout
    broken = tmp_path / "records.xlsx"
    broken.write_bytes(b"PK")
    assert "damaged" in str(customs("guidance", "import", str(broken), "--as", "hoa").exception)


def test_a_first_load_is_published_with_an_approver_and_goes_to_another_desk(
    customs: Customs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, record_data("first_one", related=["second_one"]), record_data("second_one"))
    assert customs("guidance", "import", file, "--as", "quan", "--publish").exit_code == 2
    refused = customs("guidance", "import", file, "--as", "hoa", "--publish", "--approver", "mai")
    assert (refused.exit_code, "administrators" in refused.stderr) == (2, True)
    assert "2 published" in customs("guidance", "import", file, "--as", "quan", "--publish", "--approver", "mai").stdout
    whole, again = tmp_path / "all.zip", tmp_path / "again.zip"
    assert customs("export", str(whole)).exit_code == 0
    assert customs("export", str(tmp_path / "folder")).exit_code == 0
    assert (tmp_path / "folder" / "guidance" / "golden.jsonl").is_file()
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "other"))
    assert customs("guidance", "drafts").exit_code == 0
    now = SystemClock().now()
    with open_store(read_settings()).writing() as session:
        password = "a password of tests"
        people.add_officer(
            session, username="an", name="An", role=Role.ADMINISTRATOR, password=password, by="operator", at=now
        )
    assert f"{VERSIONS}: 2" in customs("import", str(whole), "--as", "an").stdout
    assert customs("export", str(again)).exit_code == 0
    assert again.read_bytes() == whole.read_bytes()
    assert customs("import", str(whole), "--as", "an").exit_code == 2


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx", "yaml"])
def test_guidance_is_exported_as_it_holds_on_a_day(customs: Customs, tmp_path: Path, format: str) -> None:
    path = tmp_path / f"made.{format}"
    assert "1 entries" in customs("guidance", "export", "--format", format, "--to", str(path)).stdout
    early = customs("guidance", "export", "--format", format, "--to", str(path), "--as-of", "2014-12-31")
    assert "0 entries" in early.stdout


def test_a_template_is_written(customs: Customs, tmp_path: Path) -> None:
    for ending in ("csv", "xlsx", "md"):
        assert customs("guidance", "template", str(tmp_path / f"empty.{ending}")).exit_code == 0
    assert zipfile.is_zipfile(tmp_path / "empty.xlsx")
    assert customs("guidance", "template", str(tmp_path / "empty.exe")).exit_code == 2


def test_a_law_is_imported_from_a_pdf_after_a_look(customs: Customs, tmp_path: Path) -> None:
    path = tmp_path / "law.pdf"
    path.write_bytes(files.law_pdf().data)
    words = ("law", "import", str(path), "--instrument", LAW, "--as", "hoa")
    assert "new 3" in customs(*words, "--preview").stdout
    assert json.loads(customs("law", "list", "--json").stdout) == []
    assert "new 3" in customs(*words).stdout
    assert "Điều 2" in customs("law", "show", LAW, "2").stdout
