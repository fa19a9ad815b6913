"""The text of the law in the store: importing it whole, changing it, removing it, and how the search hears of it."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bootstrap import engine as engines
from bootstrap.settings import Settings
from desk.audit.model import AuditEntry
from desk.guidance import service as guidance
from desk.law import service as law
from desk.ports import LawArticle
from desk.store import Store
from tests.desk_fixtures import NOON
from tests.knowledge_fixtures import WordEmbedder
from tests.law_fixtures import ARTICLES, COMING, LAW, TIME_LIMIT, WHO_DECLARES, hit

LATER = NOON + dt.timedelta(days=1)


def bring_in(session: Session, articles: list[LawArticle] | None = None, at: dt.datetime = NOON) -> law.ImportReport:
    return law.import_text(session, LAW, articles or ARTICLES, by="officer:hoa", at=at)


def numbers(session: Session) -> tuple[int, int]:
    return law.corpus(session).law_no, guidance.publication_no(session)


def audited(session: Session) -> list[tuple[str, str, str]]:
    rows = session.scalars(select(AuditEntry).where(AuditEntry.act.startswith("law.")).order_by(AuditEntry.id))
    return [(row.actor, row.act, row.subject) for row in rows]


def test_an_import_keeps_the_articles_as_they_are_in_their_order(store: Store) -> None:
    with store.writing() as session:
        report = bring_in(session)
    with store.reading() as session:
        assert report == law.ImportReport(new=2, changed=0, removed=0, unchanged=0)
        assert law.articles_of(session, LAW) == ARTICLES
        assert law.article(session, LAW, "6") == TIME_LIMIT
        assert law.article(session, LAW, "7") is None
        assert audited(session) == [("officer:hoa", "law.imported", LAW)]
        assert law.instruments_with_text(session) == [law.InstrumentText(LAW, 2, NOON, "officer:hoa")]


def test_an_import_raises_the_number_of_the_law_and_of_the_publication(store: Store) -> None:
    with store.writing() as session:
        law_no, publication_no = numbers(session)
        bring_in(session)
        assert numbers(session) == (law_no + 1, publication_no + 1)
        assert law.corpus(session).law == ARTICLES


def test_importing_the_same_text_again_changes_nothing(store: Store) -> None:
    with store.writing() as session:
        bring_in(session)
        before = numbers(session)
        assert bring_in(session, at=LATER).nothing_changed
        assert numbers(session) == before
        assert len(audited(session)) == 1
        assert law.instruments_with_text(session)[0].imported_at == NOON


def test_an_import_takes_the_place_of_the_whole_text_before(store: Store) -> None:
    added = LawArticle(LAW, "6a", "Gia hạn thử", "Bản khai thử được gia hạn một lần.")
    changed = replace(TIME_LIMIT, text="Bản khai thử được nộp chậm nhất 9 ngày trước.")
    with store.writing() as session:
        bring_in(session)
        report = bring_in(session, [changed, added], at=LATER)
        assert report == law.ImportReport(new=1, changed=1, removed=1, unchanged=0)
        assert law.articles_of(session, LAW) == [changed, added]
        assert numbers(session)[0] == 2


def test_another_order_of_the_same_articles_is_kept(store: Store) -> None:
    with store.writing() as session:
        bring_in(session)
        bring_in(session, ARTICLES[::-1])
        assert law.articles_of(session, LAW) == ARTICLES[::-1]
        assert numbers(session)[0] == 2


def test_an_import_leaves_the_text_of_other_instruments_alone(store: Store) -> None:
    other = replace(TIME_LIMIT, instrument=COMING)
    with store.writing() as session:
        law.import_text(session, COMING, [other], by="officer:hoa", at=NOON)
        bring_in(session)
        assert law.articles_of(session, COMING) == [other]
        assert [article.instrument for article in law.corpus(session).law] == [LAW, LAW, COMING]


def test_an_import_that_fails_halfway_leaves_the_text_before(store: Store) -> None:
    with store.writing() as session:
        bring_in(session)
        before = numbers(session)
    with contextlib.suppress(InterruptedError), store.writing() as session:
        bring_in(session, [TIME_LIMIT])
        raise InterruptedError
    with store.reading() as session:
        assert law.articles_of(session, LAW) == ARTICLES
        assert numbers(session) == before


@pytest.mark.parametrize(
    "articles",
    [[], [TIME_LIMIT, TIME_LIMIT], [replace(TIME_LIMIT, instrument=COMING)]],
    ids=["none", "one twice", "of another instrument"],
)
def test_what_is_not_the_text_of_one_instrument_is_refused(store: Store, articles: list[LawArticle]) -> None:
    with store.writing() as session, pytest.raises(ValueError, match=LAW):
        law.import_text(session, LAW, articles, by="officer:hoa", at=NOON)


def test_a_removed_text_is_gone_and_the_search_hears_of_it(store: Store) -> None:
    with store.writing() as session:
        bring_in(session)
        law_no, publication_no = numbers(session)
        assert law.remove_text(session, LAW, by="officer:hoa", at=NOON) == 2
        assert law.corpus(session).law == []
        assert numbers(session) == (law_no + 1, publication_no + 1)
        assert audited(session)[-1] == ("officer:hoa", "law.removed", LAW)
        with pytest.raises(law.NotImported):
            law.remove_text(session, LAW, by="officer:hoa", at=NOON)


def test_publishing_guidance_leaves_the_number_of_the_law(store: Store) -> None:
    with store.writing() as session:
        bring_in(session)
        law_no, publication_no = numbers(session)
        guidance.withdraw(session, "channels", by="officer:hoa", reason="wrong", at=NOON)
        assert numbers(session) == (law_no, publication_no + 1)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (WHO_DECLARES.text, True),
        ("1. Người khai thử gồm:\nb) Đại lý thử được chủ hàng thử ủy quyền.", True),
        ("Người khai thử\n2. Người khai thử  phải trung thực.", True),
        ("2. Người khai thử phải trung thực tuyệt đối.", False),
        (TIME_LIMIT.text, False),
    ],
)
def test_only_the_words_that_the_store_has_now_are_shown(store: Store, text: str, kept: bool) -> None:
    found = hit(text, article="5")
    with store.writing() as session:
        assert law.still_there(session, [found]) == []
        bring_in(session)
        assert law.still_there(session, [found]) == ([found] if kept else [])


def test_the_search_engine_is_given_the_law_with_the_guidance(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    monkeypatch.setattr(engines, "Embedder", WordEmbedder)
    monkeypatch.setattr(engines, "Engine", lambda corpus, *_: given.append(corpus()))
    with store.writing() as session:
        bring_in(session)
    engines.open_engine(Settings(_env_file=None, var_dir=tmp_path, embedding_model="words"), store)
    [corpus] = given
    assert (corpus.law, corpus.law_no) == (ARTICLES, 1)
    assert corpus.entries
