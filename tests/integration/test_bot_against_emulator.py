"""The bot's parts together against a Bot API that is not ours: what people do, and what arrives."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bootstrap.settings import Settings
from bot import worker
from bot.connection import make_bot
from bot.markup import LONGEST, check_html, length
from bot.serving import serve
from desk.conversations import service as conversations
from desk.conversations.model import Chat, Conversation, InboxUpdate
from desk.deliveries import service as desk_deliveries
from desk.deliveries.model import Delivery
from desk.speech import Block, Choice, Utterance
from tests.desk_fixtures import World
from tests.e2e.telegram_emulator import BOT_NAME, Fault, Telegram, running_emulator
from tests.file_fixtures import JPEG

T = TypeVar("T")
_tokens = count(1)


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    with running_emulator() as telegram:
        yield telegram.url


@pytest.fixture
def telegram(emulator: str) -> Iterator[Telegram]:
    """A bot of this test's own; its chats are seen by no other."""
    telegram = Telegram(emulator, f"{next(_tokens)}:test-token")
    yield telegram
    telegram.close()


@asynccontextmanager
async def serving(world: World, telegram: Telegram) -> AsyncIterator[None]:
    """The bot at work for as long as the block lasts; all that it sent must be what Telegram takes."""
    settings = Settings(telegram_bot_token=telegram.token, telegram_api_url=telegram.url, telegram_mode="polling")
    bot = make_bot(telegram.token, telegram.url)
    ending = asyncio.Event()
    task = asyncio.create_task(serve(world.desk, bot, settings, ending))
    try:
        yield
        for message in telegram.sent():
            assert length(message.text) <= LONGEST
            assert not message.html or check_html(message.text) is None
    finally:
        ending.set()
        assert await task
        await bot.shutdown()


async def eventually(look: Callable[[], T], within: float = 8.0) -> T:
    """Look again and again until what is seen is true."""
    async with asyncio.timeout(within):
        while not (seen := look()):  # noqa: ASYNC110 - it happens in other tasks and in another process
            await asyncio.sleep(0.02)
        return seen


def updates(world: World) -> list[InboxUpdate]:
    with world.store.reading() as session:
        return list(session.scalars(select(InboxUpdate).order_by(InboxUpdate.id)))


def deliveries(world: World) -> list[Delivery]:
    with world.store.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def states(world: World) -> list[str]:
    return [delivery.state for delivery in deliveries(world)]


def all_settled(world: World, how_many: int) -> Callable[[], bool]:
    """Whether this many updates are done and everything that the desk said because of them has its fate."""
    open_states = {"created", "sending"}

    def look() -> bool:
        done = [row for row in updates(world) if row.state in ("done", "failed")]
        return len(done) == how_many and not open_states & set(states(world))

    return look


def known_chat(world: World, address: int) -> None:
    """A chat whose person had the first notice already, so that each update has one reply."""
    world.chatter(str(address), hint="en").commands("help")
    with world.store.writing() as session:
        for delivery in session.scalars(select(Delivery)):
            delivery.state = "delivered"


def say(world: World, address: int, utterance: Utterance, author: str = "assistant") -> None:
    """The desk says something of itself, as an officer's reply or a rating's request would be."""
    with world.store.writing() as session:
        query = select(Conversation).join(Chat).where(Chat.address == str(address))
        conversations.say(session, session.scalars(query).one(), utterance, world.clock.now(), author=author)


async def test_a_first_question_gets_the_notice_and_the_answer_in_order(world: World, telegram: Telegram) -> None:
    world.search.finds("fee_rates")
    async with serving(world, telegram):
        telegram.send("What does the declaration cost?", chat=20)
        await eventually(all_settled(world, 1))
    notice, answer = telegram.sent(20)
    assert notice.text == world.text("notice.first_contact", "en")
    assert answer.html
    assert "<b>Title of fee_rates</b>" in answer.text
    assert world.text("button.helpful", "en") in answer.buttons


async def test_two_answers_to_one_message_arrive_in_order_each_with_its_buttons(
    world: World, telegram: Telegram
) -> None:
    known_chat(world, 36)
    world.search.finds("dossier_import", about="papers for an import")
    world.search.finds("channels", about="red channel")
    async with serving(world, telegram):
        telegram.send("Which papers for an import? What happens in the red channel?", chat=36)
        await eventually(all_settled(world, 2))
    *_, first, second = telegram.sent(36)
    assert "<b>Title of dossier_import</b>" in first.text
    assert "<b>Title of channels</b>" in second.text
    assert world.text("button.helpful", "en") in first.buttons
    assert world.text("button.helpful", "en") in second.buttons


async def test_typing_is_shown_before_a_reply_that_takes_long(
    world: World, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SHOWN_AFTER", 0.0)
    async with serving(world, telegram):
        telegram.command("help", chat=21)
        await eventually(all_settled(world, 1))
    methods = [c["method"] for c in telegram.calls() if c["fields"].get("chat_id") == "21"]
    assert methods[:2] == ["sendChatAction", "sendMessage"]


async def test_no_typing_is_shown_where_the_reply_is_there_at_once(
    world: World, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SHOWN_AFTER", 60.0)
    async with serving(world, telegram):
        telegram.command("help", chat=21)
        await eventually(all_settled(world, 1))
    assert len(telegram.sent(21)) == 2
    assert telegram.calls("sendChatAction") == []


@pytest.mark.parametrize("fault", [Fault("sendChatAction", 500, chat=22), Fault("sendChatAction", delay=3, chat=22)])
async def test_typing_that_fails_or_takes_long_keeps_nobody_waiting(
    world: World, telegram: Telegram, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "SHOWN_AFTER", 0.0)
    telegram.fault(fault)
    async with serving(world, telegram):
        telegram.command("help", chat=22)
        await eventually(lambda: len(telegram.sent(22)) == 2, within=2.5)


async def test_a_tap_is_answered_and_done(world: World, telegram: Telegram) -> None:
    async with serving(world, telegram):
        telegram.command("language", chat=23)
        await eventually(all_settled(world, 1))
        telegram.press("English", chat=23)
        await eventually(all_settled(world, 2))
    assert telegram.sent(23)[-1].text == world.text("language.chosen", "en")
    assert [c["status"] for c in telegram.calls("answerCallbackQuery")][-1] == 200


async def test_a_tap_too_old_to_be_answered_is_done_all_the_same(world: World, telegram: Telegram) -> None:
    async with serving(world, telegram):
        telegram.command("language", chat=24)
        await eventually(all_settled(world, 1))
        telegram.fault(Fault("answerCallbackQuery", 400, "Bad Request: query is too old"))
        telegram.press("English", chat=24)
        await eventually(all_settled(world, 2))
    assert telegram.sent(24)[-1].text == world.text("language.chosen", "en")


async def test_a_forged_button_and_that_of_another_chat_do_nothing(world: World, telegram: Telegram) -> None:
    known_chat(world, 26)
    async with serving(world, telegram):
        telegram.command("language", chat=25)
        await eventually(all_settled(world, 2))
        telegram.press_data(telegram.sent(25)[-1].buttons["English"], chat=26)
        telegram.press_data("no-such-button", chat=26)
        await eventually(all_settled(world, 4))
    assert [message.text for message in telegram.sent(26)] == [world.text("bad_input.button", "en")] * 2


async def test_a_person_who_blocked_the_bot_is_not_sent_to_again(world: World, telegram: Telegram) -> None:
    known_chat(world, 27)
    telegram.fault(Fault("sendMessage", 403, "Forbidden: bot was blocked by the user", chat=27))
    async with serving(world, telegram):
        telegram.command("help", chat=27)
        await eventually(all_settled(world, 2))
    with world.store.reading() as session:
        assert session.scalars(select(Chat.blocked_at).where(Chat.address == "27")).one() is not None
    assert states(world)[-1] == "permanent_failure"
    assert telegram.sent(27) == []


async def test_blocking_and_letting_in_again_is_noted(world: World, telegram: Telegram) -> None:
    def blocked() -> dt.datetime | None:
        with world.store.reading() as session:
            return session.scalars(select(Chat.blocked_at).where(Chat.address == "28")).one()

    known_chat(world, 28)
    change = {"chat": {"id": 28, "type": "private"}, "from": telegram.person(28), "date": 1}
    async with serving(world, telegram):
        telegram.update(my_chat_member={**change, "new_chat_member": {"status": "kicked"}})
        await eventually(all_settled(world, 2))
        assert blocked() is not None
        telegram.update(my_chat_member={**change, "new_chat_member": {"status": "member"}})
        await eventually(all_settled(world, 3))
        assert blocked() is None
    assert telegram.calls("sendChatAction") == []
    assert telegram.sent() == []


async def test_a_voice_message_is_told_what_to_do(world: World, telegram: Telegram) -> None:
    known_chat(world, 29)
    async with serving(world, telegram):
        telegram.update(message=telegram.message(29, voice={"file_id": "x"}))
        await eventually(all_settled(world, 2))
    (reply,) = telegram.sent(29)
    assert reply.text == world.text("bad_input.attachment", "en")
    assert list(reply.buttons) == [world.text("button.ask_officer", "en")]


async def test_the_caption_of_a_photo_is_the_question(world: World, telegram: Telegram) -> None:
    known_chat(world, 30)
    world.search.finds("fee_rates")
    async with serving(world, telegram):
        telegram.send_photo(JPEG, chat=30, caption="What does a declaration cost?")
        await eventually(all_settled(world, 2))
    assert "Title of fee_rates" in telegram.sent(30)[0].text


async def test_an_edit_is_noted_but_not_answered_anew(world: World, telegram: Telegram) -> None:
    known_chat(world, 31)
    async with serving(world, telegram):
        telegram.update(edited_message=telegram.message(31, text="What does it cost then?"))
        await eventually(all_settled(world, 2))
    assert [message.text for message in telegram.sent(31)] == [world.text("bad_input.edited", "en")]


async def test_in_a_group_only_who_turns_to_the_bot_is_sent_to_the_private_chat(
    world: World, telegram: Telegram
) -> None:
    async with serving(world, telegram):
        telegram.send("Good morning all", chat=-32)
        telegram.send(f"/help@{BOT_NAME}", chat=-32)
        telegram.send("/help@other_bot", chat=-32)
        await eventually(all_settled(world, 3))
    assert [message.text for message in telegram.sent(-32)] == [world.text("bad_input.group", "en")]
    assert [row.result for row in updates(world)] == ["group", "handled", "group"]


async def test_an_update_that_cannot_be_read_keeps_nobody_else_waiting(world: World, telegram: Telegram) -> None:
    known_chat(world, 33)
    known_chat(world, 34)
    async with serving(world, telegram):
        telegram.update(message={**telegram.message(33), "text": {"not": "a text"}})
        telegram.update(message={"text": "of nobody"})
        telegram.command("help", chat=33)
        telegram.command("help", chat=34)
        await eventually(all_settled(world, 6))
    help_text = world.text("small_talk.help", "en")
    assert len(telegram.sent(33)) == 2
    assert telegram.sent(33)[-1].text == telegram.sent(34)[-1].text == help_text
    assert [row.result for row in updates(world)][2:4] == ["handled", "unreadable"]


async def test_replies_of_one_chat_keep_their_order(world: World, telegram: Telegram) -> None:
    known_chat(world, 35)
    async with serving(world, telegram):
        for name in ("help", "cases", "language"):
            telegram.command(name, chat=35)
        await eventually(all_settled(world, 4))
    expected = ["small_talk.help", "case.none", "small_talk.choose_language"]
    assert [message.text for message in telegram.sent(35)] == [world.text(name, "en") for name in expected]


async def test_telegram_that_asks_for_a_slower_pace_is_obeyed(world: World, telegram: Telegram) -> None:
    known_chat(world, 36)
    telegram.fault(Fault("sendMessage", 429, "Too Many Requests: retry after 5", {"retry_after": 5}, chat=36))
    async with serving(world, telegram):
        telegram.command("help", chat=36)
        await eventually(all_settled(world, 2))
        waiting = deliveries(world)[-1]
        assert waiting.state == "temporary_failure"
        assert waiting.next_attempt_at == world.clock.now() + dt.timedelta(seconds=5)
        world.clock.advance(seconds=6)
        await eventually(lambda: states(world)[-1] == "delivered")
    assert len(telegram.sent(36)) == 1


async def test_a_bot_that_floods_slows_down_for_every_chat(world: World, telegram: Telegram) -> None:
    for address in (61, 62, 63):
        known_chat(world, address)
    for address in (61, 62):
        telegram.fault(Fault("sendMessage", 429, "Too Many Requests: retry after 2", {"retry_after": 2}, chat=address))
    async with serving(world, telegram):
        telegram.command("help", chat=61)
        telegram.command("help", chat=62)
        await eventually(lambda: states(world).count("temporary_failure") == 2)
        telegram.command("help", chat=63)
        await asyncio.sleep(0.7)
        assert telegram.sent() == []
        world.clock.advance(seconds=3)
        await eventually(lambda: len(telegram.sent()) == 3)
    assert [len(telegram.sent(address)) for address in (61, 62, 63)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault("sendMessage", 502, page="<html><h1>502 Bad Gateway</h1></html>", chat=64), "temporary_failure"),
        (Fault("sendMessage", 504, page="<html><h1>504 Gateway Time-out</h1></html>", chat=64), "uncertain"),
        (Fault("sendMessage", 200, page="<html>Sign in to the network</html>", chat=64), "uncertain"),
        (Fault("sendMessage", 200, "Bad Request: message thread not found", code=400, chat=64), "permanent_failure"),
        (Fault("sendMessage", 200, "Forbidden: bot was blocked by the user", code=403, chat=64), "permanent_failure"),
        (
            Fault("sendMessage", 200, "Too Many Requests", {"retry_after": 5}, code=429, chat=64),
            "temporary_failure",
        ),
    ],
    ids=["502 page", "504 page", "200 page", "refused with 200", "blocked with 200", "flood with 200"],
)
async def test_what_is_no_answer_of_telegrams_is_taken_for_what_it_says(
    world: World, telegram: Telegram, fault: Fault, state: str
) -> None:
    known_chat(world, 64)
    telegram.fault(fault)
    async with serving(world, telegram):
        telegram.command("help", chat=64)
        await eventually(lambda: states(world)[-1] == state)
    assert telegram.sent(64) == []


async def test_what_was_sent_is_noted_once_the_store_is_back(
    world: World, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the courier knows that it arrived: it would be listed as uncertain, or sent twice."""
    known_chat(world, 65)
    part_sent, failures = desk_deliveries.part_sent, iter(range(3))

    def fails_at_first(*arguments: object) -> None:
        if next(failures, None) is not None:
            raise OperationalError("UPDATE", {}, Exception("database or disk is full"))
        part_sent(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(desk_deliveries, "part_sent", fails_at_first)
    before = len(states(world))
    async with serving(world, telegram):
        telegram.command("help", chat=65)
        await eventually(lambda: states(world)[before:] == ["delivered"], within=15)
    assert len(telegram.sent(65)) == 1


async def test_an_error_of_telegrams_own_is_tried_again(world: World, telegram: Telegram) -> None:
    known_chat(world, 37)
    telegram.fault(Fault("sendMessage", 502, "Bad Gateway", chat=37))
    async with serving(world, telegram):
        telegram.command("help", chat=37)
        await eventually(lambda: states(world)[-1] == "temporary_failure")
        world.clock.advance(seconds=2)
        await eventually(lambda: states(world)[-1] == "delivered")
    assert len(telegram.sent(37)) == 1


@pytest.mark.parametrize("taken", [True, False])
async def test_a_send_whose_answer_is_lost_is_listed_and_not_repeated(
    world: World, telegram: Telegram, taken: bool
) -> None:
    address = 38 + taken
    known_chat(world, address)
    telegram.fault(Fault("sendMessage", 0, chat=address, taken=taken))
    async with serving(world, telegram):
        telegram.command("help", chat=address)
        await eventually(lambda: states(world)[-1] == "uncertain")
        world.clock.advance(minutes=10)
        telegram.command("cases", chat=address)
        await eventually(lambda: states(world)[-2:] == ["uncertain", "delivered"])
    arrived = [message.text for message in telegram.sent(address)]
    assert arrived == ([world.text("small_talk.help", "en")] if taken else []) + [world.text("case.none", "en")]


async def test_html_that_telegram_cannot_parse_goes_out_as_plain_text_once(world: World, telegram: Telegram) -> None:
    known_chat(world, 40)
    refused = Fault("sendMessage", 400, "Bad Request: can't parse entities: unsupported start tag", chat=40)
    telegram.fault(refused)
    async with serving(world, telegram):
        say(world, 40, Utterance((Block("title", "Fees & taxes <2026>"),)))
        await eventually(all_settled(world, 1))
    (arrived,) = telegram.sent(40)
    assert (arrived.text, arrived.html) == ("Fees & taxes <2026>", False)


async def test_what_telegram_will_never_take_is_not_tried_again(world: World, telegram: Telegram) -> None:
    known_chat(world, 41)
    telegram.fault(Fault("sendMessage", 400, "Bad Request: message thread not found", chat=41))
    async with serving(world, telegram):
        telegram.command("help", chat=41)
        await eventually(lambda: states(world)[-1] == "permanent_failure")
    assert deliveries(world)[-1].chat.blocked_at is None


async def test_a_long_reply_arrives_in_parts_and_each_part_once(world: World, telegram: Telegram) -> None:
    known_chat(world, 42)
    paragraphs = [f"Paragraph {n}. " + "Xem Điều 24 <Luật> & Nghị định. " * 60 for n in range(5)]
    async with serving(world, telegram):
        say(
            world,
            42,
            Utterance.plain(*paragraphs, choices=[Choice("done", "That is all")]),
            author="officer",
        )
        await eventually(all_settled(world, 1))
    parts = telegram.sent(42)
    assert len(parts) > 1
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert deliveries(world)[-1].external_ids == [str(part.id) for part in parts]


async def test_after_a_failure_only_the_parts_that_are_left_are_sent(world: World, telegram: Telegram) -> None:
    known_chat(world, 43)
    paragraphs = [f"{n} " + "word " * 700 for n in range(4)]
    telegram.fault(Fault("sendMessage", delay=0.01, chat=43))
    telegram.fault(Fault("sendMessage", 500, chat=43))
    async with serving(world, telegram):
        say(world, 43, Utterance.plain(*paragraphs))
        await eventually(lambda: states(world)[-1] == "temporary_failure")
        assert deliveries(world)[-1].parts_sent == 1
        world.clock.advance(seconds=2)
        await eventually(lambda: states(world)[-1] == "delivered")
    assert [message.text[:2] for message in telegram.sent(43)] == ["0 ", "1 ", "2 ", "3 "]


async def test_an_update_that_always_fails_is_given_up_and_the_person_told(
    world: World, telegram: Telegram, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret words of a person")

    def tried(times: int) -> bool:
        row = updates(world)[-1]
        return row.attempts == times and row.state in ("stored", "failed") and row.update_key != before

    known_chat(world, 44)
    before = updates(world)[-1].update_key
    monkeypatch.setattr(world.dialogue, "say", broken)
    caplog.set_level(logging.DEBUG, "bot")
    async with serving(world, telegram):
        telegram.send("secret words of a person", chat=44)
        for attempt in range(1, 6):
            await eventually(partial(tried, attempt))
            world.clock.advance(minutes=1)
        await eventually(lambda: telegram.sent(44))
    assert [message.text for message in telegram.sent(44)] == [world.text("outcome.error_store", "en")]
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text


async def test_the_menu_is_set_in_every_language(world: World, telegram: Telegram) -> None:
    async with serving(world, telegram):
        await eventually(lambda: len(telegram.calls("setMyCommands")) == 3)
    languages = [c["fields"].get("language_code") for c in telegram.calls("setMyCommands")]
    assert sorted(languages, key=str) == [None, "en", "vi"]


async def test_what_the_bot_before_this_one_dropped_is_taken_up(world: World, telegram: Telegram) -> None:
    known_chat(world, 45)
    chatter = world.chatter("45", hint="en")
    chatter.commands("cases")
    with world.store.writing() as session:
        dropped = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        assert dropped is not None
        dropped.state, dropped.claimed_at = "sending", world.clock.now()
        dropped.claimed_by, dropped.claimed_beat, dropped.begun = "a bot that died", 1, True
    async with serving(world, telegram):
        telegram.command("help", chat=45)
        await eventually(all_settled(world, 3))
    assert states(world)[-2:] == ["uncertain", "delivered"]
