"""Whoever takes a file out of the console is in the audit, with what it was of, and without the words of a filter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from console.web import exports
from desk.audit.model import AuditEntry
from desk.people.model import Role
from tests.conftest import PASSWORD
from tests.console_fixtures import Browser
from tests.desk_fixtures import World
from tests.small_tree import add_units
from tests.unit_fixtures import hire

Browse = Callable[[], Browser]
DAYS = {"from": "2026-11-02", "to": "2026-11-22"}


@pytest.fixture
def mai(world: World, browse: Browse) -> Browser:
    """Manages the department."""
    with world.store.writing() as session:
        add_units(session)
    hire(world, "mai", "VN", Role.MANAGER)
    browser = browse()
    browser.signs_in("mai", PASSWORD)
    return browser


def recorded(world: World) -> list[tuple[str, str, str, dict[str, object]]]:
    with world.store.reading() as session:
        query = select(AuditEntry).where(AuditEntry.act.startswith("export.")).order_by(AuditEntry.id)
        return [(entry.actor, entry.act, entry.subject, entry.detail) for entry in session.scalars(query)]


@pytest.mark.parametrize(
    ("path", "asked", "act", "subject", "detail"),
    [
        (
            "/desk/figures/export.xlsx",
            {**DAYS, "table": "outcomes"},
            "export.figures",
            "",
            {"format": "xlsx", "chosen": {**DAYS, "table": "outcomes"}},
        ),
        (
            "/desk/ratings/export.csv",
            {**DAYS, "unit": "KV02", "by": "unit"},
            "export.ratings_report",
            "",
            {"format": "csv", "chosen": {**DAYS, "unit": "KV02", "by": "unit"}},
        ),
        (
            "/desk/ratings/received/export.csv",
            {"officer": "Nguyễn Văn A", "stars": "1"},
            "export.ratings",
            "",
            {"format": "csv", "narrowed": ["stars", "officer"]},
        ),
        (
            "/desk/audit/export",
            {"who": "Nguyễn Văn A", "from": "2026-11-02"},
            "export.audit",
            "",
            {"format": "csv", "chosen": {"from": "2026-11-02"}, "narrowed": ["who"]},
        ),
        (
            "/desk/reports/pdf",
            {"month": "2026-10", "unit": "KV02"},
            "export.month_report",
            "2026-10 KV02",
            {"format": "pdf", "chosen": {"month": "2026-10", "unit": "KV02"}},
        ),
        (
            "/desk/service-index/export.csv",
            {"period": "2026-Q3", "kind": "region"},
            "export.service_index",
            None,
            {"format": "csv", "chosen": {"period": "2026-Q3"}, "narrowed": ["kind"]},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("/") else "",
)
def test_a_file_that_is_taken_out_is_an_act(
    world: World,
    mai: Browser,
    path: str,
    asked: dict[str, str],
    act: str,
    subject: str | None,
    detail: dict[str, object],
) -> None:
    answer = mai.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    [(actor, found, about, told)] = recorded(world)
    assert (actor, found, told) == ("officer:mai", act, detail)
    assert subject is None or about == subject


def test_a_page_that_is_only_looked_at_and_a_file_that_is_refused_are_none(world: World, mai: Browser) -> None:
    assert mai.get("/desk/figures", params=DAYS).status_code == 200
    assert mai.get("/desk/figures/export.csv", params={**DAYS, "table": "no-such-table"}).status_code == 404
    assert mai.get("/desk/figures/export.csv", params={"from": "31/31", "to": "x"}).status_code == 404
    assert recorded(world) == []


def test_what_cannot_be_recorded_does_not_leave(world: World, mai: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(exports, "record_export", full)
    answer = mai.get("/desk/figures/export.csv", params=DAYS)
    assert answer.status_code == 503
    assert b"KV02" not in answer.content


def test_an_administrator_reads_it_in_words(world: World, mai: Browser) -> None:
    mai.get("/desk/ratings/received/export.csv", params={**DAYS, "officer": "Nguyễn Văn A"})
    page = mai.get("/desk/audit", params={"act": "export."})
    assert "Tải các đánh giá" in page.text
    assert "từ ngày 2026-11-02, đến ngày 2026-11-22" in page.text
    assert "Nguyễn Văn A" not in page.text
