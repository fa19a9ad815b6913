"""Whatever is sent ends in a clear message to the person and a record."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from desk.conversations import claimed
from desk.conversations.exchange import give_up
from desk.conversations.incoming import Incoming, Kind
from desk.conversations.model import InboxUpdate, Message
from desk.conversations.service import TEXT_KEPT
from tests.desk_fixtures import Chatter, World

NOTHING = "bad_input.nothing_to_read"
OUT_OF_SCOPE = "outcome.unanswerable_out_of_scope"


def recorded(world: World) -> list[str]:
    with world.store.reading() as session:
        assert session.scalars(select(InboxUpdate.state)).all() == ["done"]
        return list(session.scalars(select(Message.text).where(Message.author == "person")))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", NOTHING),
        ("   \n\t ", NOTHING),
        ("👍🏽❤️🇻🇳", NOTHING),
        ("\x07\x1b\x7f", NOTHING),
        ("\u202e\u200f\u2066", NOTHING),
        ("?!…---", NOTHING),
        ("<b>xin</b> <script>alert(1)</script>", OUT_OF_SCOPE),
        ("'; DROP TABLE cases; --", OUT_OF_SCOPE),
        ("\u202exin hỏi\u202c giá vàng", OUT_OF_SCOPE),
        ("xin\x07 hỏi\x1b[31m giá vàng", OUT_OF_SCOPE),
        ("请问进口货物需要什么文件", OUT_OF_SCOPE),
        ("{0.__class__} {x} %s %(y)s", OUT_OF_SCOPE),
        ("/restart", OUT_OF_SCOPE),
        ('/inform{"urgency": "urgent"}', OUT_OF_SCOPE),
    ],
)
def test_a_strange_text_gets_a_clear_message_and_a_record(world: World, lan: Chatter, text: str, name: str) -> None:
    assert lan.writes(text)[-1].text in (world.text(name), world.text(name, "en"))
    assert recorded(world) == [text]


@pytest.mark.parametrize("text", ["a\x00b", "nửa \ud83d ký tự", "\x00"])
def test_what_no_database_can_keep_is_left_out(world: World, lan: Chatter, text: str) -> None:
    assert lan.writes(text)[-1].text in {
        world.text(name, language) for name in (NOTHING, OUT_OF_SCOPE) for language in ("vi", "en")
    }
    (kept,) = recorded(world)
    assert "\x00" not in kept
    kept.encode()


@pytest.mark.parametrize("length", [TEXT_KEPT, TEXT_KEPT + 1, 20_000])
def test_a_very_long_text_is_read_to_a_limit_and_the_person_is_told(world: World, lan: Chatter, length: int) -> None:
    world.search.finds("dossier_import")
    said = lan.writes("hồ sơ " * (length // 6 + 1))
    told = world.text("bad_input.too_long", length=TEXT_KEPT)
    texts = [one.text for one in lan.writes("x" * length)]
    assert (told in texts) is (length > TEXT_KEPT)
    assert said[-1].entry == "dossier_import"
    assert max(map(len, recorded_texts(world))) <= TEXT_KEPT


def recorded_texts(world: World) -> list[str]:
    with world.store.reading() as session:
        return list(session.scalars(select(Message.text).where(Message.author == "person")))


@pytest.mark.parametrize("attachment", ["photo", "document", "voice", "sticker", "location"])
def test_a_file_without_words_is_said_to_be_unreadable(world: World, lan: Chatter, attachment: str) -> None:
    *_, said = lan.sends(Kind.ATTACHMENT, attachment=attachment)
    assert (said.text, said.acts) == (world.text("bad_input.attachment"), ["ask_officer"])
    assert recorded(world) == [attachment]


def test_the_caption_of_a_photo_is_a_question(world: World, lan: Chatter) -> None:
    world.search.finds("dossier_import")
    *_, said = lan.sends(Kind.ATTACHMENT, attachment="photo", text="hồ sơ nhập khẩu gồm gì")
    assert said.entry == "dossier_import"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.EDITED, "bad_input.edited"),
        (Kind.GROUP, "bad_input.group"),
        (Kind.UNREADABLE, NOTHING),
    ],
)
def test_other_updates_get_a_clear_message(world: World, lan: Chatter, kind: Kind, name: str) -> None:
    assert lan.sends(kind, text="hồ sơ gồm gì")[-1].text == world.text(name)
    assert recorded(world) == ["hồ sơ gồm gì"]


@pytest.mark.parametrize(
    "parts", [{"person_name": "An\x00 \ud83d"}, {"language_hint": "x" * 500}, {"argument": "\x00"}]
)
def test_strange_particulars_do_no_harm(world: World, lan: Chatter, parts: dict[str, Any]) -> None:
    world.search.finds("dossier_import")
    assert lan.writes("hồ sơ nhập khẩu gồm gì", **parts)[-1].entry == "dossier_import"


def test_an_update_whose_person_cannot_be_told_is_set_aside_all_the_same(world: World, lan: Chatter) -> None:
    update_id, _ = lan.update(Kind.TEXT, text="x")
    with world.store.writing() as session:
        session.get_one(InboxUpdate, update_id).attempts = claimed.ATTEMPTS
    nowhere = Incoming("no such channel", "100", Kind.TEXT, text="x")
    with pytest.raises(Exception, match="channel_known"):
        give_up(world.desk, update_id, nowhere, "boom")
    with world.store.reading() as session:
        assert session.get_one(InboxUpdate, update_id).state == "failed"
