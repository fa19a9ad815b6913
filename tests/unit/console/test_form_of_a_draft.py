"""The form of a draft: what is read from it is what was put into it, and nothing half written is lost."""

from __future__ import annotations

from console.staff.curators.draft_form import content_of, fields_of, row_counts
from desk.guidance.record import GuidanceRecord, read_records
from tests.desk_fixtures import CONTENT, a_record


def test_every_shipped_record_goes_through_the_form_unchanged() -> None:
    for record in read_records(CONTENT / "guidance"):
        written = content_of(fields_of(record.as_json(), ""))
        assert GuidanceRecord.model_validate(written) == record, record.id


def test_a_new_entry_is_an_empty_form() -> None:
    fields = fields_of({}, "")
    assert not any(fields.values())
    assert set(row_counts(fields).values()) == {1}
    assert content_of(fields)["legal_basis"] == []


def test_half_a_row_is_kept_in_its_place() -> None:
    fields = fields_of(a_record().as_json(), "") | {"documents-en-0": "", "documents-vi-3": "Vận đơn"}
    written = content_of(fields)
    assert written["documents"] == {"vi": ["Tờ khai", "Hóa đơn", "Vận đơn"], "en": ["", "Invoice", ""]}
    assert fields_of(written, "")["documents-vi-2"] == "Vận đơn"


def test_rows_are_added_where_they_are_asked_for() -> None:
    fields = fields_of(a_record().as_json(), "")
    counts, more = row_counts(fields), row_counts(fields, more="documents")
    assert (counts["documents"], more["documents"]) == (3, 5)
    assert (counts["legal_basis"], more["legal_basis"]) == (2, 2)


def test_lines_as_windows_writes_them_are_lines() -> None:
    fields = {"questions-vi": "một\r\nhai\r\n\r\n", "answer-vi": "Một.\r\nHai."}
    written = content_of(fields)
    assert (written["questions"]["vi"], written["answer"]["vi"]) == (["một", "hai"], "Một.\nHai.")
