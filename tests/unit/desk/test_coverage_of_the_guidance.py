"""What docs/guidance.md says of the records that ship."""

from __future__ import annotations

from desk.guidance.coverage import as_markdown, read_left_out
from desk.guidance.record import read_records
from desk.texts import Texts
from tests.desk_fixtures import CONTENT

DOCUMENT = CONTENT.parent / "docs" / "guidance.md"


def test_the_document_tells_what_ships() -> None:
    records = read_records(CONTENT / "guidance")
    left_out = read_left_out(CONTENT / "left_out.yml")
    told = as_markdown(records, left_out, Texts.read(CONTENT / "texts"))
    assert DOCUMENT.read_text(encoding="utf-8") == told, "customs guidance coverage > docs/guidance.md"
    assert all(f"\n| {record.id} |" in told for record in records)


def test_what_is_left_out_says_why_in_both_languages() -> None:
    for one in read_left_out(CONTENT / "left_out.yml"):
        assert one.why.vi.endswith(".")
        assert one.why.en.endswith(".")
