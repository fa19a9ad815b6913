"""What is published is read again at every publication, each text once, and always as the store has it."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import event
from sqlalchemy.orm import Session

from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.record import GuidanceRecord
from desk.law import service as law
from desk.ports import LawArticle
from desk.published.service import Reader
from desk.store import Store
from tests.desk_fixtures import NOON, a_record

ENTRY = "penalties"
FROM = dt.date(2026, 7, 1)
ARTICLE = LawArticle("901/2026/QH99", "5", "Người khai báo hàng mẫu", "Người khai báo hàng mẫu trả lời trung thực.")


def publish(session: Session, says: str, since: dt.date = FROM, entry: str = ENTRY) -> None:
    record = a_record(
        entry, answer={"vi": f"Lời {says}.", "en": f"Words {says}."}, in_force={"from": str(since), "to": None}
    )
    guidance.publish(session, record, origin=guidance.CURATOR, by="officer:hoa", at=NOON)


def test_it_reads_what_the_store_has_whatever_happens(store: Store) -> None:
    reader, chance = Reader(), random.Random(7)
    for step in range(25):
        with store.writing() as session:
            entry = f"entry_{chance.randrange(4)}"
            kind = chance.choice(["publish", "publish", "withdraw", "end", "law"])
            if kind == "law":
                law.import_text(session, ARTICLE.instrument, [ARTICLE], by="officer:hoa", at=NOON)
            elif kind == "publish" or versions.newest_live(session, entry) is None:
                publish(session, f"{step}", dt.date(2026, chance.randrange(1, 12), 1), entry)
            else:
                last = dt.date(2026, 12, 24) if kind == "end" else None
                guidance.withdraw(session, entry, by="officer:hoa", reason="wrong", at=NOON, last_day=last)
        with store.reading() as session:
            read, there = reader.corpus(session), law.corpus(session)
            assert (read.publication_no, read.law_no) == (there.publication_no, there.law_no)
            assert list(read.entries) == list(there.entries)
            assert list(read.law) == list(there.law)


def test_several_acts_between_two_looks_are_all_seen(store: Store) -> None:
    reader, chance = Reader(), random.Random(11)
    for step in range(12):
        for turn in range(chance.randrange(0, 4)):
            with store.writing() as session:
                entry = f"entry_{chance.randrange(4)}"
                kind = chance.choice(["publish", "publish", "withdraw", "law"])
                if kind == "law":
                    law.import_text(session, ARTICLE.instrument, [ARTICLE], by="officer:hoa", at=NOON)
                elif kind == "publish" or versions.newest_live(session, entry) is None:
                    publish(session, f"{step} {turn}", dt.date(2026, chance.randrange(1, 12), 1), entry)
                else:
                    guidance.withdraw(session, entry, by="officer:hoa", reason="wrong", at=NOON)
        with store.reading() as session:
            read, there = reader.corpus(session), law.corpus(session)
            assert list(read.entries) == list(there.entries)
            assert list(read.law) == list(there.law)


def test_after_a_publication_the_days_of_its_entry_alone_are_read(store: Store) -> None:
    reader = Reader()
    with store.writing() as session:
        reader.corpus(session)
        publish(session, "một")
    told: list[tuple[str, object]] = []
    event.listen(store.engine, "before_cursor_execute", lambda *about: told.append((about[2], about[3])))
    with store.reading() as session:
        reader.corpus(session)
    of_days = [parameters for statement, parameters in told if "last_day" in statement]
    assert of_days == [(ENTRY,)]


def test_an_entry_that_did_not_change_is_the_same_object_and_its_text_is_not_read(store: Store) -> None:
    reader = Reader()
    with store.writing() as session:
        publish(session, "một")
        before = {one.entry: one for one in reader.corpus(session).entries}
    with store.writing() as session:
        publish(session, "hai")
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with store.reading() as session:
        after = {one.entry: one for one in reader.corpus(session).entries}
    assert after.pop(ENTRY).record.answer.vi == "Lời hai."
    assert all(one is before[entry] for entry, one in after.items())
    assert len([statement for statement in asked if "content" in statement]) == 1
    assert not [statement for statement in asked if "law_articles" in statement]


def test_an_empty_store_has_nothing_published(store: Store) -> None:
    with store.reading() as session:
        assert {one.entry for one in Reader().corpus(session).entries} == {
            one.entry for one in guidance.corpus(session).entries
        }


def test_texts_are_checked_once(store: Store) -> None:
    reader = Reader()
    with store.reading() as session:
        first, second = reader.corpus(session), reader.corpus(session)
    assert isinstance(first.entries[0].record, GuidanceRecord)
    assert all(one is other for one, other in zip(first.entries, second.entries, strict=True))
