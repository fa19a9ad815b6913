"""The enterprise chat by JSON: what comes back, what is never done twice, and what is refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from clock.due import send_news
from console.enterprise import chat_inbox
from console.enterprise.chat_inbox import Progress
from desk.cases.model import Case
from desk.cases.officers import desk as officer_desk
from desk.conversations import claimed, exchange, inbox
from desk.conversations.model import Conversation, InboxUpdate, Message
from desk.deliveries.model import Delivery
from desk.desk import Desk
from desk.guidance import service as guidance
from desk.people import service as people
from tests.console_fixtures import ADDRESS, newest_case
from tests.desk_fixtures import World, a_record

API = "/api/chat/messages"


@pytest.fixture
def client(app: Litestar) -> Iterator[TestClient[Litestar]]:
    with TestClient(app, base_url=ADDRESS) as client:
        yield client


def ask(client: TestClient[Litestar], text: str | None = None, conversation: str | None = None, **more: Any) -> Any:
    body = {"conversation": conversation, "lang": "vi", **({} if text is None else {"text": text}), **more}
    answer = client.post(API, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def button(reply: Any, title: str) -> str:
    return str(next(b["id"] for m in reversed(reply["messages"]) for b in m["buttons"] if b["title"] == title))


def count(desk: Desk, what: Any) -> int:
    with desk.store.reading() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_an_answer_comes_after_the_own_message_with_all_that_a_page_needs(
    client: TestClient[Litestar], world: World
) -> None:
    world.search.finds("dossier_import")
    reply = ask(client, "Hồ sơ nhập khẩu gồm gì?")
    own, *_, answer = reply["messages"]
    assert set(own) == {"id", "from", "text", "blocks", "buttons", "entry", "version", "case", "at"}
    assert (own["from"], own["text"], own["blocks"], own["buttons"]) == ("person", "Hồ sơ nhập khẩu gồm gì?", [], [])
    assert (answer["from"], answer["entry"], answer["version"]) == ("assistant", "dossier_import", 1)
    assert "Nguyên văn dossier_import" in answer["text"]
    assert {"kind", "text", "label", "items"} == set(answer["blocks"][0])
    assert [b["title"] for b in answer["buttons"]][:2] == ["Hữu ích", "Chưa hữu ích"]
    assert len(reply["conversation"]) == 22


def test_two_answers_are_two_messages_in_order_and_a_repeat_gives_the_same(
    client: TestClient[Litestar], world: World
) -> None:
    world.search.finds("dossier_import", about="Hồ sơ nhập khẩu")
    world.search.finds("channels", about="luồng đỏ")
    text = "Hồ sơ nhập khẩu gồm gì? Tờ khai luồng đỏ thì làm gì?"
    first = ask(client, text, message_id="m-1")
    assert [m["entry"] for m in first["messages"]][-2:] == ["dossier_import", "channels"]
    assert all(m["buttons"] for m in first["messages"][-2:])
    assert ask(client, text, first["conversation"], message_id="m-1")["messages"] == first["messages"]


def test_a_conversation_goes_on_by_its_id_alone(client: TestClient[Litestar], world: World) -> None:
    first = ask(client, "xin chào")
    client.cookies.clear()
    second = ask(client, "cảm ơn", first["conversation"])
    assert second["conversation"] == first["conversation"]
    assert second["messages"][0]["text"] == "cảm ơn"
    assert count(world.desk, Conversation) == 1


def test_a_button_is_pressed_by_its_id_and_a_forged_one_is_told_so(client: TestClient[Litestar], world: World) -> None:
    world.search.finds("dossier_import")
    reply = ask(client, "Hồ sơ nhập khẩu gồm gì?")
    pressed = ask(client, conversation=reply["conversation"], button=button(reply, "Hữu ích"))
    assert [m["text"] for m in pressed["messages"]] == ["Hữu ích", world.text("feedback.helpful")]
    forged = ask(client, conversation=reply["conversation"], button="AAAAAAAAAAAAAAAAAAAAAA")
    assert forged["messages"][-1]["text"] == world.text("bad_input.button")


def test_the_same_message_id_gives_the_same_reply_and_no_second_effect(
    client: TestClient[Litestar], world: World
) -> None:
    conversation = ask(client, "xin chào")["conversation"]
    first = ask(client, "cảm ơn", conversation, message_id="m-1")
    world.clock.advance(seconds=5)
    ask(client, "xin chào", conversation)
    before = count(world.desk, Message)
    assert ask(client, "cảm ơn", conversation, message_id="m-1") == first
    assert count(world.desk, Message) == before


def test_the_message_id_of_one_visitor_says_nothing_about_another(client: TestClient[Litestar]) -> None:
    first = ask(client, "xin chào", message_id="1")
    other = ask(client, "hello", message_id="1", lang="en")
    assert other["conversation"] != first["conversation"]
    assert other["messages"][0]["text"] == "hello"


def test_a_first_message_whose_answer_was_lost_is_sent_again_under_the_same_secret(
    client: TestClient[Litestar], world: World
) -> None:
    secret = "a-secret-of-22-letters"
    first = ask(client, "xin chào", message_id="m-1", visitor=secret)
    assert ask(client, "xin chào", message_id="m-1", visitor=secret) == first
    assert count(world.desk, Conversation) == 1
    other = ask(client, "xin chào", message_id="m-1", visitor="another-secret-of-letters")
    assert other["conversation"] != first["conversation"]


def test_a_secret_that_can_be_guessed_is_refused(client: TestClient[Litestar]) -> None:
    body = {"conversation": None, "text": "xin chào", "visitor": "1"}
    refused = client.post("/api/chat/messages", json=body)
    assert refused.status_code == 400
    assert "visitor" in refused.json()["error"]


def test_an_ended_conversation_goes_on_as_a_new_one_of_the_same_visitor(
    client: TestClient[Litestar], world: World
) -> None:
    old = ask(client, "xin chào")["conversation"]
    with world.store.writing() as session:
        conversation = session.get_one(Conversation, old)
        conversation.ended_at, conversation.end_reason = world.clock.now(), "idle"
    world.clock.advance(minutes=1)
    new = ask(client, "cảm ơn", old)["conversation"]
    assert new != old
    with world.store.reading() as session:
        assert session.get_one(Conversation, new).chat_id == session.get_one(Conversation, old).chat_id


def test_what_comes_later_is_fetched_after_the_last_known_message_and_is_delivered_by_that(
    client: TestClient[Litestar], world: World
) -> None:
    reply = ask(client, "Hàng quá khổ thì khai thế nào?")
    conversation = reply["conversation"]
    with world.store.writing() as session:
        session.get_one(Conversation, conversation).chat.person.contact = "lan@example.vn"
    reply = ask(client, conversation=conversation, button=button(reply, "Hỏi cán bộ"))
    reply = ask(client, conversation=conversation, button=button(reply, "Gửi luôn câu hỏi này"))
    case = newest_case(world.desk)
    last = reply["messages"][-1]
    assert last["case"] == case.number
    _officer_replies(world, "Bạn làm theo Điều 24.")
    waiting = _undelivered(world)
    fetched = client.get(API, params={"conversation": conversation, "after": last["id"]}).json()
    assert [(m["from"], m["case"]) for m in fetched["messages"]] == [("officer", case.number)]
    assert (waiting, _undelivered(world)) == (1, 0)
    again = client.get(API, params={"conversation": conversation, "after": fetched["messages"][-1]["id"]})
    assert again.json()["messages"] == []


def test_an_officers_reply_to_an_ended_conversation_reaches_the_one_that_followed(
    client: TestClient[Litestar], world: World
) -> None:
    reply = ask(client, "Hàng quá khổ thì khai thế nào?")
    old = reply["conversation"]
    with world.store.writing() as session:
        session.get_one(Conversation, old).chat.person.contact = "lan@example.vn"
    reply = ask(client, conversation=old, button=button(reply, "Hỏi cán bộ"))
    reply = ask(client, conversation=old, button=button(reply, "Gửi luôn câu hỏi này"))
    ask(client, conversation=old, button=button(reply, "Xong rồi"))
    world.clock.advance(minutes=1)
    reply = ask(client, "/help", old)
    assert reply["conversation"] != old
    _officer_replies(world, "Đã xem hồ sơ.")
    after = reply["messages"][-1]["id"]
    fetched = client.get(API, params={"conversation": reply["conversation"], "after": after}).json()
    assert [m["from"] for m in fetched["messages"]] == ["officer"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{not json", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b'{"conversation": null}', 400),
        (b'{"text": "a", "button": "b"}', 400),
        (b'{"text": 5}', 400),
        (b'{"text": "a", "conversation": "AAAAAAAAAAAAAAAAAAAAAA"}', 404),
        (b'{"text": "a", "conversation": ""}', 404),
        (b'{"text": "' + b"a" * 100_001 + b'"}', 413),
    ],
)
def test_a_bad_request_is_refused_with_one_sentence(client: TestClient[Litestar], body: bytes, status: int) -> None:
    answer = client.post(API, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"].endswith(".")


def test_a_forged_conversation_shows_nothing(client: TestClient[Litestar], world: World) -> None:
    telegram = world.chatter("100")
    telegram.writes("xin chào")
    with world.store.reading() as session:
        of_telegram = session.scalars(select(Conversation.id)).one()
    for forged in ("", "AAAAAAAAAAAAAAAAAAAAAA", of_telegram):
        assert client.get(API, params={"conversation": forged}).status_code == 404
        assert client.post(API, json={"conversation": forged, "text": "a"}).status_code == 404


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "bad_input.nothing_to_read"),
        ("🙂🙂", "bad_input.nothing_to_read"),
        ("\x00\x07", "bad_input.nothing_to_read"),
        ("/help", "small_talk.help"),
        ("/restart", "bad_input.command"),
        ("/start CODE", "officer.link_only_telegram"),
    ],
)
def test_texts_that_are_no_question_are_answered_by_the_desk(
    client: TestClient[Litestar], world: World, text: str, told: str
) -> None:
    assert ask(client, text)["messages"][-1]["text"] == world.text(told)


def test_a_text_of_twenty_thousand_characters_is_taken_and_told_to_be_long(
    client: TestClient[Litestar], world: World
) -> None:
    reply = ask(client, "thuế " * 4_000)
    assert world.text("bad_input.too_long", "vi", length=8000) in [m["text"] for m in reply["messages"]]
    assert len(reply["messages"][0]["text"]) == 8000


def test_half_a_surrogate_pair_is_stored_as_a_question_mark(client: TestClient[Litestar]) -> None:
    answer = client.post(API, content=b'{"text": "xin \\ud800 ch\\u00e0o"}')
    assert answer.json()["messages"][0]["text"] == "xin ? chào"


def test_a_failure_is_told_and_the_message_is_worked_on_again(
    client: TestClient[Litestar], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> str:
        raise RuntimeError("with a person's words")

    with monkeypatch.context() as patch:
        patch.setattr(exchange, "exchange", fails)
        answer = client.post(API, json={"text": "xin chào", "lang": "vi"}, headers={"accept-language": "vi"})
    assert (answer.status_code, answer.json()) == (503, {"error": world.text("page.chat.failed")})
    world.clock.advance(seconds=5)
    assert chat_inbox.finish_left_over(world.desk) == 1
    assert world.text("small_talk.greet") in _texts(world)


def test_a_failure_at_the_hands_of_another_worker_is_told_just_the_same(world: World) -> None:
    now, body = world.clock.now(), json.dumps({"text": "xin chào"})
    with world.store.writing() as session:
        inbox.store(session, "web", [inbox.RawUpdate("v:0", "v", body)], now)
        other = inbox.claim_next(session, "web", now)
        assert other is not None
        claimed.put_back(session, other.id, "RuntimeError", now)
    assert chat_inbox.take_in(world.desk, "v", body, "0", source="192.0.2.1") == (other.id, Progress.FAILED)
    world.clock.advance(seconds=5)
    assert chat_inbox.take_in(world.desk, "v", body, "0", source="192.0.2.1") == (other.id, Progress.FINISHED)


def test_an_error_is_logged_without_what_the_person_wrote(
    client: TestClient[Litestar], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = "-".join(["words", "of", "a", "person"])

    def fails(*_: object) -> str:
        raise RuntimeError(words)

    monkeypatch.setattr(exchange, "exchange", fails)
    client.post(API, json={"text": words})
    assert "RuntimeError" in caplog.text
    assert words not in caplog.text


def test_a_store_that_fails_is_answered_with_503(
    client: TestClient[Litestar], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise OperationalError("INSERT", {"text": "words"}, Exception("disk I/O error"))

    monkeypatch.setattr(inbox, "store", fails)
    answer = client.post(API, json={"text": "xin chào"}, headers={"accept-language": "en"})
    assert (answer.status_code, answer.json()) == (503, {"error": world.text("page.error.store_down", "en")})


def test_a_message_whose_process_died_is_finished_in_its_order(world: World) -> None:
    now = world.clock.now()
    with world.store.writing() as session:
        raw = [inbox.RawUpdate(f"v:{n}", "v", json.dumps({"text": text})) for n, text in enumerate(("hello", "cảm ơn"))]
        inbox.store(session, "web", raw, now)
        assert inbox.claim(session, "web", "v:1", now) is None
        assert inbox.claim(session, "web", "v:0", now) is not None
    assert chat_inbox.finish_left_over(world.desk) == 0
    world.clock.advance(minutes=2)
    assert chat_inbox.finish_left_over(world.desk) == 2
    with world.store.reading() as session:
        assert session.scalars(select(InboxUpdate.state)).all() == ["done", "done"]
        said = session.scalars(select(Message.text).where(Message.author == "person").order_by(Message.order_no))
        assert said.all() == ["hello", "cảm ơn"]


def test_a_stored_body_that_cannot_be_read_holds_nobody_up(world: World) -> None:
    with world.store.writing() as session:
        raws = [inbox.RawUpdate("v:0", "v", "no json"), inbox.RawUpdate("w:0", "w", '{"text": "xin chào"}')]
        inbox.store(session, "web", raws, world.clock.now())
    for _ in range(claimed.ATTEMPTS):
        chat_inbox.finish_left_over(world.desk)
        world.clock.advance(minutes=1)
    with world.store.reading() as session:
        assert session.scalars(select(InboxUpdate.state).order_by(InboxUpdate.id)).all() == ["failed", "done"]


def _officer_replies(world: World, text: str) -> None:
    world.clock.advance(seconds=30)
    with world.store.writing() as session:
        case = session.scalars(select(Case)).one()
        officer = people.by_username(session, "minh")
        assert officer is not None
        officer_desk.claim(world.desk, session, case, officer)
        officer_desk.reply(world.desk, session, case, officer, text)


def _undelivered(world: World) -> int:
    with world.store.reading() as session:
        return len(session.scalars(select(Delivery).where(Delivery.state != "delivered")).all())


def _texts(world: World) -> list[str]:
    with world.store.reading() as session:
        return list(session.scalars(select(Message.text)))


def test_news_comes_to_the_web_chat_when_it_is_fetched(client: TestClient[Litestar], world: World) -> None:
    chosen = ask(client, "/news")
    tax = button(chosen, "☐ Thuế, phí, miễn thuế, hoàn thuế")
    reply = ask(client, conversation=chosen["conversation"], button=tax)
    record = a_record("fee_rates", group="tax", answer={"vi": "Lời mới.", "en": "New words."})
    with world.store.writing() as session:
        guidance.publish(session, record, origin=guidance.CURATOR, by="officer:hoa", at=world.clock.now())
    send_news(world.desk)

    after = {"conversation": reply["conversation"], "after": reply["messages"][-1]["id"]}
    (news,) = client.get(API, params=after).json()["messages"]

    assert news["blocks"][0]["text"] == "Hướng dẫn đã thay đổi"
    assert [each["title"] for each in news["buttons"]] == ["Đọc hướng dẫn", "Ngừng nhận tin này"]
    with world.store.reading() as session:
        assert session.scalars(select(Delivery.state).where(Delivery.bulk)).all() == ["delivered"]
