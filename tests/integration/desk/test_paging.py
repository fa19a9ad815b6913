"""Lists in pages: nothing twice, nothing left out, forwards and backwards, and no place that the desk did not make."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.paging import BadCursor, Page, page_of
from desk.store import Store

BEGIN = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
ORDER = (AuditEntry.at, AuditEntry.id)


@pytest.fixture
def written(store: Store) -> list[int]:
    """Entries of which several share a moment; their ids in order."""
    with store.writing() as session:
        for number in range(23):
            at = BEGIN + dt.timedelta(minutes=number // 4)
            session.add(AuditEntry(at=at, actor="clock", act="paged", subject=str(number), detail={}))
    with store.reading() as session:
        return list(session.scalars(select(AuditEntry.id).where(AuditEntry.act == "paged").order_by(*ORDER)))


def page(session: Session, limit: int, descending: bool, **place: str | None) -> Page[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.act == "paged")
    return page_of(
        session, query, ORDER, key=lambda entry: (entry.at, entry.id), limit=limit, descending=descending, **place
    )


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 4, 7, 22, 23, 24])
def test_pages_forwards_and_backwards_hold_every_row_once(
    store: Store, written: list[int], limit: int, descending: bool
) -> None:
    expected = written[::-1] if descending else written
    with store.reading() as session:
        pages = [page(session, limit, descending)]
        while pages[-1].after is not None:
            pages.append(page(session, limit, descending, after=pages[-1].after))
        back = [pages[-1]]
        while back[-1].before is not None:
            back.append(page(session, limit, descending, before=back[-1].before))
    assert [row.id for each in pages for row in each.rows] == expected
    assert pages[0].before is None
    assert [row.id for each in back[::-1] for row in each.rows] == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # reading only: the store stays as it is
@given(st.text(max_size=40))
def test_a_made_up_place_is_refused_or_lies_in_the_list(store: Store, place: str) -> None:
    with store.reading() as session:
        try:
            page(session, 5, False, after=place)
        except BadCursor:
            return


@pytest.mark.parametrize("place", ["", "!!", "W10", "WzEsMl0", "WyIyMDI2LTExLTAyVDA4OjAwOjAwIiwxXQ"])
def test_a_place_of_another_list_is_refused(store: Store, place: str) -> None:
    with store.reading() as session, pytest.raises(BadCursor):
        page(session, 5, False, after=place)
