"""Migrations: there and back with data, one after the other, and in agreement with the models."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from desk.enquiries.model import Enquiry
from desk.enquiries.service import ANSWER_ENQUIRY, act_result
from desk.guidance import service as guidance
from desk.guidance.model import GuidanceVersion, Publication
from desk.law import service as law
from desk.migrations import run
from desk.migrations.run import differences, downgrade, migrate
from desk.migrations.schema import METADATA
from desk.store import Store, make_engine
from tests.desk_fixtures import Chatter, World


def test_models_and_migrations_agree(store: Store) -> None:
    assert differences(store.engine) == []


@pytest.mark.thorough
def test_there_and_back_and_there_again_with_data(world: World, store: Store, lan: Chatter, minh: Chatter) -> None:
    world.search.finds("dossier_import")
    lan.writes("hồ sơ nhập khẩu gồm gì")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    minh.taps("officer_claim")
    lan.commands("done")
    downgrade(store.engine)
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
    migrate(store.engine)
    assert differences(store.engine) == []
    with store.reading() as session:
        assert session.scalars(select(GuidanceVersion)).all() == []


@pytest.mark.thorough
def test_what_was_asked_before_a_message_could_have_two_enquiries_is_kept(
    world: World, store: Store, lan: Chatter
) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    world.search.finds("channels", about="luồng đỏ")
    lan.writes("Hồ sơ nhập khẩu gồm gì? Tờ khai luồng đỏ thì làm gì?")
    downgrade(store.engine, "0002")  # which knew one enquiry a message, and one message an act
    migrate(store.engine)
    assert differences(store.engine) == []
    with store.reading() as session:
        (enquiry,) = session.scalars(select(Enquiry))
        assert (enquiry.id, enquiry.position, enquiry.entry) == (enquiry.message_id, 0, "dossier_import")
        said = act_result(session, enquiry.message_id, ANSWER_ENQUIRY)
        assert said is not None
        assert [utterance.entry for utterance in said] == ["dossier_import"]


@pytest.mark.thorough
def test_one_step_back_and_there_again_keeps_what_was_asked(world: World, store: Store, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    lan.writes("hồ sơ nhập khẩu gồm gì")
    downgrade(store.engine, "0001")
    migrate(store.engine)
    assert differences(store.engine) == []
    with store.reading() as session:
        assert session.scalars(select(Enquiry.related_law)).all() == [[]]
        assert law.corpus(session).law_no == 0
        assert guidance.publication_no(session) > 0
    with pytest.raises(IntegrityError), store.writing() as session:
        session.add(Publication(id=2, number=1))


def test_migrating_again_keeps_the_data(store: Store) -> None:
    with store.reading() as session:
        before = session.scalars(select(GuidanceVersion.content_hash)).all()
    migrate(store.engine)
    with store.reading() as session:
        assert session.scalars(select(GuidanceVersion.content_hash)).all() == before


def test_a_new_database_has_every_table(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    migrate(engine)
    assert set(inspect(engine).get_table_names()) == {*METADATA.tables, "alembic_version"}
    engine.dispose()


def test_migrations_follow_one_another_by_number() -> None:
    scripts = list(ScriptDirectory.from_config(run._config()).walk_revisions())[::-1]
    assert [script.revision for script in scripts] == [f"{n:04d}" for n in range(1, len(scripts) + 1)]
    assert [script.down_revision for script in scripts] == [None, *(script.revision for script in scripts[:-1])]
