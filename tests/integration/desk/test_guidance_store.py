"""Guidance in the store: loading what ships, publishing, withdrawing; a curator's text is never overwritten."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.audit.model import AuditEntry
from desk.guidance import service as guidance
from desk.guidance import versions as guidance_versions
from desk.guidance.model import GuidanceReview, GuidanceVersion
from desk.guidance.record import GuidanceRecord
from desk.store import Store
from tests.desk_fixtures import NOON, a_record, shipped_records

TODAY = NOON.date()


def load(session: Session, records: list[GuidanceRecord]) -> guidance.LoadReport:
    return guidance.load_shipped(session, records, at=NOON)


def changed(**changes: Any) -> list[GuidanceRecord]:
    """The shipped records, the first one changed."""
    changes = changes or {"answer": {"vi": "Lời mới.", "en": "New words."}}
    return [a_record("dossier_import", **changes), *shipped_records()[1:]]


def live(session: Session, entry: str = "dossier_import") -> GuidanceVersion:
    version = guidance_versions.in_force(session, entry, TODAY)
    assert version is not None
    return version


def rows(session: Session) -> dict[str, int]:
    return {
        model.__name__: session.scalar(select(func.count()).select_from(model)) or 0
        for model in (GuidanceVersion, GuidanceReview, AuditEntry)
    }


def edit(session: Session) -> None:
    mine = a_record(answer={"vi": "Lời của Hoa.", "en": "Hoa's words."})
    guidance.publish(session, mine, origin=guidance.CURATOR, by="officer:hoa", at=NOON)


def test_loading_the_same_records_again_changes_nothing(store: Store) -> None:
    with store.writing() as session:
        before, number = rows(session), guidance.publication_no(session)
        report = load(session, shipped_records())
        assert report.unchanged == [record.id for record in shipped_records()]
        assert (rows(session), guidance.publication_no(session)) == (before, number)


def test_a_new_record_is_published_as_not_yet_confirmed(store: Store) -> None:
    with store.writing() as session:
        report = load(session, [*shipped_records(), a_record("brand_new")])
        assert report.published == ["brand_new"]
        assert live(session, "brand_new").origin == "shipped"
        assert not guidance.is_confirmed(session, "brand_new")


def test_a_changed_record_is_a_new_version_to_be_confirmed_again(store: Store) -> None:
    with store.writing() as session:
        guidance.confirm(session, "dossier_import", by="officer:hoa", at=NOON)
        report = load(session, changed())
        assert report.changed == ["dossier_import"]
        assert (live(session).number, live(session).record.answer.vi) == (2, "Lời mới.")
        assert not guidance.is_confirmed(session, "dossier_import")
        first = session.get_one(GuidanceVersion, ("dossier_import", 1))
        assert first.withdrawn_at == NOON
        assert first.record == shipped_records()[0]


def test_a_changed_record_that_a_curator_edited_waits_for_review(store: Store) -> None:
    with store.writing() as session:
        edit(session)
        number = guidance.publication_no(session)
        report = load(session, changed())
        assert report.for_review == ["dossier_import"]
        assert live(session).record.answer.vi == "Lời của Hoa."
        assert guidance.publication_no(session) == number
        review = session.scalars(select(GuidanceReview)).one()
        assert (review.kind, review.content_hash) == ("shipped_change", changed()[0].content_hash())
        assert load(session, changed()).unchanged == [record.id for record in changed()]


def test_a_changed_record_that_a_curator_withdrew_waits_for_review(store: Store) -> None:
    with store.writing() as session:
        guidance.withdraw(session, "dossier_import", by="officer:hoa", reason="wrong", at=NOON)
        assert load(session, changed()).for_review == ["dossier_import"]
        assert guidance_versions.in_force(session, "dossier_import", TODAY) is None


def test_a_removed_record_waits_for_review_and_stays_live(store: Store) -> None:
    with store.writing() as session:
        assert load(session, shipped_records()[1:]).removed == ["dossier_import"]
        assert session.scalars(select(GuidanceReview.kind)).all() == ["shipped_removed"]
        assert live(session).number == 1
        assert load(session, shipped_records()[1:]).removed == []


def test_a_removed_record_that_comes_back_is_published_again(store: Store) -> None:
    with store.writing() as session:
        load(session, shipped_records()[1:])
        assert load(session, shipped_records()).changed == ["dossier_import"]
        assert live(session).number == 2


def test_publishing_raises_the_number_in_the_same_transaction(store: Store) -> None:
    with store.reading() as session:
        number = guidance.publication_no(session)
    with store.writing() as session:
        edit(session)
        assert guidance.publication_no(session) == number + 1 == live(session).publication_no
    with contextlib.suppress(InterruptedError), store.writing() as session:
        edit(session)
        raise InterruptedError
    with store.reading() as session:
        assert (guidance.publication_no(session), live(session).number) == (number + 1, 2)


def test_withdrawing_raises_the_number_and_is_audited(store: Store) -> None:
    with store.writing() as session:
        number = guidance.publication_no(session)
        guidance.withdraw(session, "channels", by="officer:hoa", reason="replaced by law", at=NOON)
        assert guidance.publication_no(session) == number + 1
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.actor, entry.act, entry.detail) == (
            *("officer:hoa", "guidance.withdrawn"),
            {"reason": "replaced by law"},
        )
        with pytest.raises(guidance.NotPublished):
            guidance.withdraw(session, "channels", by="officer:hoa", reason="again", at=NOON)


def test_the_corpus_is_what_is_published_and_not_withdrawn(store: Store) -> None:
    with store.writing() as session:
        edit(session)
        guidance.withdraw(session, "channels", by="officer:hoa", reason="wrong", at=NOON)
        corpus = guidance.corpus(session)
        assert corpus.publication_no == guidance.publication_no(session)
        versions = {entry.entry: entry.version for entry in corpus.entries}
        assert versions["dossier_import"] == 2
        assert "channels" not in versions
        assert {"old_rule", "coming_rule"} <= set(versions)


def test_a_version_is_served_on_its_days_only(store: Store) -> None:
    with store.reading() as session:
        assert guidance_versions.in_force(session, "old_rule", dt.date(2020, 12, 31)) is not None
        assert guidance_versions.in_force(session, "old_rule", TODAY) is None
        assert guidance_versions.in_force(session, "coming_rule", TODAY) is None


def test_a_version_for_a_later_day_leaves_todays_in_service_until_then(store: Store) -> None:
    tomorrow = TODAY + dt.timedelta(days=1)
    with store.writing() as session:
        load(session, shipped_records())
        later = a_record(
            "dossier_import", in_force={"from": tomorrow.isoformat()}, answer={"vi": "Mai.", "en": "Later."}
        )
        guidance.publish(session, later, origin=guidance.CURATOR, by="officer:hoa", at=NOON)

    with store.reading() as session:
        after = guidance_versions.in_force(session, "dossier_import", tomorrow)
        assert live(session).number == 1
        assert after is not None
        assert after.number == 2


def test_what_was_never_published_cannot_be_confirmed(store: Store) -> None:
    with store.writing() as session, pytest.raises(guidance.NotPublished):
        guidance.confirm(session, "never_published", by="officer:hoa", at=NOON)
