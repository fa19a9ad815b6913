"""After the finish of an anonymous questionnaire no row of the store leads from an answer to a person."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from desk.conversations import claimed, inbox
from desk.conversations.exchange import exchange
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import InboxUpdate, Message
from desk.desk import Desk, Rules
from desk.migrations.schema import METADATA
from desk.questionnaires import service
from desk.questionnaires.answering import Given
from desk.questionnaires.model import Answer, Response
from desk.store import Store, make_engine
from dialogue.testing import FakeDialogue
from tests.desk_fixtures import ActsOfTheDesk, Chatter, FakeSearch, FrozenClock, Said, World
from tests.questionnaire_fixtures import WORDS, a_plan, answers, asked, closed, invitation, sent

#: Where answers may stand, and nothing that tells whose they are.
OF_ANSWERS = ("questionnaire_answers", "questionnaire_responses")
#: What differs by itself: the salt of a password.
STAFF = ("officers",)
_RANDOM = re.compile(
    r"(?<![\w-])[\w-]{22}(?![\w-])"  # ids
    r"|(?<![\w-])[2-9A-Z]{4}-?[2-9A-Z]{4}-?[2-9A-Z](?![\w-])"  # lookup codes of answers
    r"|update-\d+"  # keys of the tests' own updates
)


class Raw(Chatter):
    """A chatter whose updates are stored with what the channel delivers: the words, the tap, and what stood above."""

    def update(self, kind: Kind, **parts: Any) -> tuple[int, Incoming]:
        incoming = Incoming(
            self.channel, self.address, kind, **{"user": self.address, "language_hint": self.hint, **parts}
        )
        shown = [button.title for said in self.read()[-1:] for button in said.buttons]
        body = json.dumps({"sent": parts, "message": shown}, ensure_ascii=False)
        with self.desk.store.writing() as session:
            known = session.scalars(select(InboxUpdate.id)).all()
            key = f"raw-{len(known)}"
            inbox.store(session, self.channel, [inbox.RawUpdate(key, self.address, body)], self.desk.now())
        with self.desk.store.writing() as session:
            row = inbox.claim(session, self.channel, key, self.desk.now())
            assert row is not None
            return row.id, incoming


@contextmanager
def a_world(template: Path, folder: Path, rules: Rules) -> Iterator[World]:
    """A world of its own, so that two can be compared."""
    folder.mkdir()
    path = folder / "desk.sqlite"
    shutil.copy(template, path)
    engine = make_engine(f"sqlite:///{path}")
    search, acts, clock, store = FakeSearch(), ActsOfTheDesk(), FrozenClock(), Store(engine)
    dialogue = FakeDialogue(acts)
    acts.desk = Desk(store, clock, search, dialogue, rules, web_address="https://desk.example")
    yield World(acts.desk, store, clock, search, dialogue)
    engine.dispose()


def rows(world: World, *, without: tuple[str, ...] = ()) -> str:
    """All that the store holds but these tables, in the order of the rows."""
    lines = []
    with world.store.reading() as session:
        for table in METADATA.sorted_tables:
            if table.name not in (*without, "alembic_version"):
                order = " ORDER BY rowid" if table.dialect_options["sqlite"]["with_rowid"] else ""
                found = session.execute(text(f"SELECT * FROM {table.name}{order}"))
                lines += [f"{table.name}: {tuple(row)}" for row in found]
    return "\n".join(lines)


def with_random_ids_numbered(dump: str) -> str:
    """Random ids in the order in which they are first met, without times: what differs in nothing else is the same."""
    met: dict[str, str] = {}
    untimed = re.sub(r'("\w+": )\d+\.\d+', r"\1<time>", dump)
    return _RANDOM.sub(lambda found: met.setdefault(found[0], f"<{len(met)}>"), untimed)


def answers_in_chat(chatter: Chatter, level: str, one: str, several: list[str], words: str) -> None:
    """The same number of taps, whatever they say; with a question to the desk, a way back, and an edited message."""
    chatter.taps("questionnaire_begin")
    chatter.taps("questionnaire_level", level)
    chatter.writes("hồ sơ nhập khẩu gồm gì")
    chatter.commands("questionnaire")
    chatter.taps("questionnaire_choose", one)
    for option in several:
        chatter.taps("questionnaire_toggle", option)
    chatter.commands("questionnaire")
    chatter.taps("questionnaire_chosen")
    chatter.writes(words)
    chatter.sends(Kind.EDITED, text=f"{words}!")
    chatter.taps("questionnaire_back")
    chatter.writes(f"{words}?")
    chatter.taps("questionnaire_words")
    chatter.taps("questionnaire_finish")
    chatter.commands("done")


ONE_PERSON = ("Rất hài lòng", "Telegram", ["Nhanh", "Rõ"], "Mật khẩu là hoa sen")
ANOTHER = ("Rất không hài lòng", "Trang web", ["Rõ", "Lịch sự"], "Cán bộ X ở cửa khẩu Y gây khó")


def test_two_who_answered_differently_left_the_same_traces(
    store_template: Path, tmp_path: Path, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.secrets, "randbelow", lambda _: 7)
    dumps = []
    for number, given in enumerate((ONE_PERSON, ANOTHER)):
        with a_world(store_template, tmp_path / str(number), rules) as world:
            asked(world, "100")
            sent(world)
            answers_in_chat(Raw(world.desk, "100"), *given)
            assert any(f"{given[3]}?" in heard for heard in _texts_of_answers(world))
            dumps.append(with_random_ids_numbered(rows(world, without=(*OF_ANSWERS, *STAFF))))
    assert dumps[0] == dumps[1]


def _texts_of_answers(world: World) -> list[str]:
    with world.store.reading() as session:
        return [found for found in session.scalars(select(Answer.text)) if found]


def test_nothing_of_an_answer_refers_to_a_person_and_nothing_of_a_person_to_an_answer(world: World) -> None:
    asked(world, "100", "101")
    id = sent(world)
    answers_in_chat(Raw(world.desk, "100"), *ONE_PERSON)
    with world.store.reading() as session:
        kept = session.scalars(select(Response)).one()
        assert (kept.invitation_id, kept.topic, kept.region, kept.finished_on) == (None, None, None, None)
        own = {kept.id, *(answer.id for answer in kept.answers)}
        allowed = {Response: {"questionnaire_id"}, Answer: {"response_id", "question_id"}}
        for model, columns in allowed.items():
            refers = {column.name for column in model.__table__.columns if column.foreign_keys}
            assert refers - columns <= {"invitation_id"}
    others = rows(world, without=OF_ANSWERS)
    assert not any(name in others for name in own)
    for word in ("hoa sen", "✓", '"Rất hài lòng"'):
        assert word not in others
    closed(world, id)
    with world.store.reading() as session:
        again = session.scalars(select(Response)).one()
        assert again.id not in own
        assert {answer.id for answer in again.answers}.isdisjoint(own)
        assert len(again.answers) == len(own) - 1


def test_the_table_of_answers_has_no_order_in_which_people_finished(world: World) -> None:
    people = asked(world, *(str(number) for number in range(100, 110)))
    id = sent(world, a_plan([WORDS]))
    for number, chatter in enumerate(people):
        answers(world, chatter, Given(text=f"ý kiến {number}"))

    def in_order_of_the_table() -> list[str]:
        with world.store.reading() as session:
            with pytest.raises(Exception, match="rowid"):
                session.execute(text("SELECT rowid FROM questionnaire_responses"))
        with world.store.reading() as session:
            found = session.execute(text("SELECT text, id FROM questionnaire_answers")).all()
        assert [id for _, id in found] == sorted(id for _, id in found)
        return [words for words, _ in found]

    before = in_order_of_the_table()
    closed(world, id)
    assert sorted(in_order_of_the_table()) == sorted(before)


def test_what_was_answered_of_one_that_is_not_finished_goes_with_the_close(world: World) -> None:
    asked(world, "100", "101")
    id = sent(world)
    lan, an = Raw(world.desk, "100"), Raw(world.desk, "101")
    for chatter in (lan, an):
        chatter.taps("questionnaire_begin")
        chatter.taps("questionnaire_level", "Bình thường")
        chatter.taps("questionnaire_choose", "Trang web")
        chatter.taps("questionnaire_toggle", "Nhanh")
    an.taps("questionnaire_decline")
    closed(world, id)
    with world.store.reading() as session:
        assert session.scalars(select(Answer)).all() == []
    dump = rows(world)
    assert "✓" not in dump
    assert not re.search(r"'text': 'Trang web'", dump)


def test_a_message_of_before_that_was_no_answer_keeps_its_words(world: World) -> None:
    asked(world, "100")
    sent(world)
    lan = Raw(world.desk, "100")
    answers_in_chat(lan, *ONE_PERSON)
    with world.store.reading() as session:
        written = session.scalars(
            select(Message.text).where(Message.author == "person").order_by(Message.order_no)
        ).all()
    not_kept, edited = world.text("questionnaire.not_kept"), world.text("questionnaire.edited_not_kept")
    assert written.count("hồ sơ nhập khẩu gồm gì") == 2
    assert edited in written
    assert set(written) <= {
        "hồ sơ nhập khẩu gồm gì", "done", "questionnaire", "Bắt đầu", not_kept, edited,
    }  # fmt: skip


def test_of_a_named_questionnaire_the_chat_is_kept_as_it_was(world: World) -> None:
    asked(world, "100")
    sent(world, a_plan(anonymous=False))
    lan = Raw(world.desk, "100")
    answers_in_chat(lan, *ONE_PERSON)
    with world.store.reading() as session:
        kept = session.scalars(select(Response)).one()
        assert kept.invitation_id == invitation(session, lan).id
        assert (kept.topic, kept.finished_on) == ("declaration", world.desk.today())
    assert "hoa sen" in rows(world, without=OF_ANSWERS)


def said_last(chatter: Chatter) -> Said:
    return chatter.read()[-1]


def test_exchange_is_done_once_for_a_press_that_left_nothing(world: World) -> None:
    """A worker that was thought lost works on the press again: the answer stays one."""
    asked(world, "100")
    sent(world)
    lan = Raw(world.desk, "100")
    lan.taps("questionnaire_begin")
    button = lan.button("questionnaire_level", "Bình thường").id
    update_id, incoming = lan.update(Kind.BUTTON, button=button)
    exchange(world.desk, update_id, incoming)
    with pytest.raises(claimed.Overtaken):
        exchange(world.desk, update_id, incoming)
    assert "Câu 2/4" in said_last(lan).text
    with world.store.reading() as session:
        assert [answer.level for answer in session.scalars(select(Answer))] == [3]
