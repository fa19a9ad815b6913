"""What ships holds against the law: as of the day on which it was compared, and on 1 March 2027, whatever today is."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from desk.guidance.lint.findings import Finding, Law, Linted
from desk.guidance.lint.linter import lint
from desk.guidance.record import read_records
from desk.law.ageing import read_checked_on
from desk.law.citations.reading import Citations
from desk.law.instruments import Instruments
from tests.desk_fixtures import CONTENT

LAW = CONTENT / "law"
INSTRUMENTS = Instruments.read(LAW / "instruments.yml")
CITATIONS = Citations.read(INSTRUMENTS, LAW)
RECORDS = read_records(CONTENT / "guidance")
LATER = dt.date(2027, 3, 1)

#: What is over on 1 March 2027: entries with a last day, and citations of what ended by then.
OVER = {
    ("expired", "bonded_storage_term"),
    ("expired", "broker_procedures"),
    ("expired", "cfs"),
    ("expired", "cfs_term"),
    ("expired", "conditional_business_customs"),
    ("expired", "customs_broker_recognition"),
    ("expired", "law_11_2026"),
    ("expired", "law_stack_2026"),
    ("expired", "vat_reduction_2026"),
    ("basis_ended", "bonded_setup"),
    ("basis_ended", "cfs_recognition"),
    ("basis_ended", "co_issue_authority"),
    ("basis_ended", "foreign_trade_mgmt"),
    ("basis_ended", "vat_guidance_2026"),
}


def found(as_of: dt.date) -> list[Finding]:
    law = Law(INSTRUMENTS, CITATIONS, as_of, {record.id for record in RECORDS})
    return lint([Linted.of_record(record) for record in RECORDS], law)


def errors(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.level == "error"]


def test_what_ships_has_no_error_on_the_day_on_which_it_was_compared() -> None:
    assert errors(found(read_checked_on(LAW / "checked.yml"))) == []


def test_on_the_day_of_law_11_only_what_ends_by_then_is_an_error() -> None:
    told = found(LATER)
    assert {(one.code, one.entry) for one in errors(told)} == OVER


def test_on_the_day_of_law_11_all_that_cites_the_customs_law_asks_for_another_look() -> None:
    asked = [one for one in found(LATER) if one.code == "amended_since"]
    over = {entry for code, entry in OVER if code == "expired"}
    cites = [
        (record.id, cited.instrument)
        for record in RECORDS
        for cited in record.legal_basis
        if cited.instrument == "54/2014/QH13" and record.id not in over
    ]
    assert Counter((one.entry, one.values["number"]) for one in asked) == Counter(cites)
    assert len(cites) > 50
