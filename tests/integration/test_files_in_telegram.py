"""Files by Telegram against a Bot API that is not ours: fetched and kept once, refused with a sentence, sent on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import select

from bot.connection import make_bot
from bot.file_sending import PHOTO_BYTES, FileGone, send_file
from desk.attachments import scanning
from desk.attachments import service as attachments
from desk.attachments.model import Attachment, ScanState
from desk.attachments.service import Upload
from desk.cases.model import CaseEntry
from desk.conversations import service as conversations
from desk.conversations.model import Chat, Conversation
from desk.deliveries.model import Delivery
from desk.speech import Utterance
from tests.desk_fixtures import Chatter, World
from tests.e2e.telegram_emulator import Fault, Telegram, running_emulator
from tests.file_fixtures import (
    EICAR,
    EXE,
    PDF,
    PNG,
    FakeScanner,
    a_jpeg,
    a_pdf,
    a_stream,
    as_taken,
    has_scanner,
    sends_files,
    sha256,
)
from tests.integration.test_bot_against_emulator import (
    _tokens,
    all_settled,
    deliveries,
    eventually,
    known_chat,
    serving,
    states,
    updates,
)

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    with running_emulator() as telegram:
        yield telegram.url


@pytest.fixture
def telegram(emulator: str) -> Iterator[Telegram]:
    telegram = Telegram(emulator, f"{next(_tokens)}:test-token")
    yield telegram
    telegram.close()


def kept(world: World) -> list[Attachment]:
    with world.store.reading() as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.at, Attachment.position)))


def delivered(world: World) -> None:
    """Whatever the desk said so far has arrived, so that only what follows is sent."""
    with world.store.writing() as session:
        for delivery in session.scalars(select(Delivery)):
            delivery.state = "delivered"


def says_with_files(world: World, address: int, *uploads: Upload, text: str = "Xem tệp.") -> None:
    """The desk sends a message with files of its own accord."""
    with world.store.writing() as session:
        query = select(Conversation).join(Chat).where(Chat.address == str(address))
        now, room = world.clock.now(), world.desk.rules.files.case_bytes
        files = [as_taken(upload, ScanState.WAITING if world.desk.scanner else None) for upload in uploads]
        kept = attachments.keep_all(session, files, now, room=room, full="files.case_full")
        message = conversations.say(session, session.scalars(query).one(), Utterance.plain(text), now)
        attachments.hang(session, kept, message)


async def test_a_photo_is_fetched_in_its_largest_size_and_asked_about(world: World, telegram: Telegram) -> None:
    known_chat(world, 50)
    async with serving(world, telegram):
        telegram.send_photo(a_jpeg(1), chat=50)
        await eventually(all_settled(world, 2))
    (reply,) = telegram.sent(50)
    assert reply.text == world.text("files.kept", "en")
    assert list(reply.buttons) == [world.text("button.ask_officer", "en")]
    (file,) = kept(world)
    assert (file.sha256, file.media_type) == (sha256(a_jpeg(1)), "image/jpeg")
    assert file.name.startswith("photo-")
    assert file.name.endswith(".jpg")


async def test_a_document_with_a_question_is_answered_and_stays_with_its_message(
    world: World, telegram: Telegram
) -> None:
    known_chat(world, 51)
    world.search.finds("fee_rates")
    async with serving(world, telegram):
        telegram.send_document(PDF, "tờ khai.pdf", chat=51, caption="What does a declaration cost?")
        await eventually(all_settled(world, 2))
    (reply,) = telegram.sent(51)
    assert "Title of fee_rates" in reply.text
    (file,) = kept(world)
    assert (file.name, file.message_order is not None) == ("tờ khai.pdf", True)


async def test_a_file_that_is_not_what_its_name_says_is_refused(world: World, telegram: Telegram) -> None:
    known_chat(world, 52)
    async with serving(world, telegram):
        telegram.send_document(EXE, "photo.jpg", chat=52)
        await eventually(all_settled(world, 2))
    (reply,) = telegram.sent(52)
    limits = world.desk.rules.files.megabytes
    assert reply.text == f"photo.jpg: {world.text('files.not_taken', 'en', **limits)}"
    assert kept(world) == []


async def test_a_file_above_the_limit_is_not_even_fetched(world: World, telegram: Telegram) -> None:
    known_chat(world, 53)
    world.search.finds("fee_rates")
    document = {"file_id": "x", "file_name": "big.pdf", "file_size": 20 * MEGABYTE + 1}
    async with serving(world, telegram):
        telegram.update(message=telegram.message(53, document=document, caption="What does a declaration cost?"))
        await eventually(all_settled(world, 2))
    refusal, answer = telegram.sent(53)
    assert refusal.text.startswith("big.pdf: ")
    assert "20 MB" in refusal.text
    assert "Title of fee_rates" in answer.text
    assert telegram.calls("getFile") == []


async def test_what_telegram_finds_too_big_is_said_to_be(world: World, telegram: Telegram) -> None:
    known_chat(world, 54)
    telegram.fault(Fault("getFile", 400, "Bad Request: file is too big"))
    async with serving(world, telegram):
        telegram.send_photo(a_jpeg(1), chat=54)
        await eventually(all_settled(world, 2))
    assert world.text("files.too_large", "en", **world.desk.rules.files.megabytes) in telegram.sent(54)[0].text


async def test_a_fetch_that_fails_is_tried_again_and_kept_once(world: World, telegram: Telegram) -> None:
    known_chat(world, 55)
    telegram.fault(Fault("getFile", 502, "Bad Gateway"))
    async with serving(world, telegram):
        telegram.send_photo(a_jpeg(1), chat=55)
        await eventually(lambda: updates(world)[-1].attempts == 1 and updates(world)[-1].state == "stored")
        assert telegram.sent(55) == []
        world.clock.advance(seconds=2)
        await eventually(all_settled(world, 2))
    assert [reply.text for reply in telegram.sent(55)] == [world.text("files.kept", "en")]
    assert len(kept(world)) == 1


async def test_a_fetch_that_always_fails_is_given_up_and_the_person_told(world: World, telegram: Telegram) -> None:
    def tried(times: int) -> bool:
        return updates(world)[-1].attempts == times and updates(world)[-1].state in ("stored", "done")

    known_chat(world, 56)
    telegram.fault(Fault("getFile", 502, "Bad Gateway", times=5))
    async with serving(world, telegram):
        telegram.send_document(PDF, "a.pdf", chat=56)
        await eventually(lambda: len(updates(world)) == 2)
        for attempt in range(1, 6):
            await eventually(partial(tried, attempt))
            world.clock.advance(minutes=1)
        await eventually(all_settled(world, 2))
    (reply,) = telegram.sent(56)
    assert reply.text == f"a.pdf: {world.text('files.not_fetched', 'en')}"
    assert updates(world)[-1].state == "done"


async def test_what_was_fetched_before_a_crash_is_not_fetched_again(world: World, telegram: Telegram) -> None:
    known_chat(world, 57)
    telegram.fault(Fault("sendChatAction", 500, chat=57))
    async with serving(world, telegram):
        telegram.send_photo(a_jpeg(1), chat=57)
        await eventually(all_settled(world, 2))
    with world.store.writing() as session:
        row = updates(world)[-1]
        incoming = session.merge(row)
        incoming.state = "stored"
    async with serving(world, telegram):
        await eventually(all_settled(world, 2))
    assert len(telegram.calls("getFile")) == 1
    assert len(kept(world)) == 1


async def test_an_album_is_answered_once(world: World, telegram: Telegram) -> None:
    known_chat(world, 58)
    async with serving(world, telegram):
        for number in range(5):
            telegram.send_photo(a_jpeg(number), chat=58, media_group_id="g-1")
        await eventually(all_settled(world, 6))
    assert [reply.text for reply in telegram.sent(58)] == [world.text("files.kept", "en")]
    assert len(kept(world)) == 5


async def test_a_message_with_files_arrives_as_its_text_and_each_file(world: World, telegram: Telegram) -> None:
    known_chat(world, 59)
    large = a_jpeg(9) + b"\x00" * PHOTO_BYTES
    uploads = [Upload("nhỏ.jpg", a_jpeg(1)), Upload("quét.jpg", large), Upload("mẫu.pdf", PDF)]
    async with serving(world, telegram):
        says_with_files(world, 59, *uploads)
        await eventually(all_settled(world, 1))
    (text,) = telegram.sent(59)
    files = telegram.files_sent(59)
    assert text.text == "Xem tệp."
    assert [file.method for file in files] == ["sendPhoto", "sendDocument", "sendDocument"]
    assert [file.sha256 for file in files] == [sha256(upload.data) for upload in uploads]
    assert files[2].name == "mẫu.pdf"
    assert deliveries(world)[-1].external_ids == [str(each.id) for each in (text, *files)]


async def test_after_a_failure_half_way_only_the_files_that_are_left_are_sent(world: World, telegram: Telegram) -> None:
    known_chat(world, 60)
    telegram.fault(Fault("sendDocument", 502, "Bad Gateway"))
    async with serving(world, telegram):
        says_with_files(world, 60, Upload("1.png", PNG), Upload("2.pdf", PDF), Upload("3.pdf", PDF + b"\n"))
        await eventually(lambda: states(world)[-1] == "temporary_failure")
        assert deliveries(world)[-1].parts_sent == 2
        world.clock.advance(seconds=2)
        await eventually(lambda: states(world)[-1] == "delivered")
    assert len(telegram.sent(60)) == 1
    assert [file.name for file in telegram.files_sent(60)] == ["1.png", "2.pdf", "3.pdf"]


async def test_a_file_whose_answer_is_lost_is_listed_and_not_repeated(world: World, telegram: Telegram) -> None:
    known_chat(world, 61)
    telegram.fault(Fault("sendDocument", 0))
    async with serving(world, telegram):
        says_with_files(world, 61, Upload("1.pdf", PDF))
        await eventually(lambda: states(world)[-1] == "uncertain")
        world.clock.advance(minutes=10)
    assert deliveries(world)[-1].parts_sent == 1


async def test_a_photo_that_telegram_cannot_show_goes_as_a_document(world: World, telegram: Telegram) -> None:
    known_chat(world, 62)
    telegram.fault(Fault("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
    async with serving(world, telegram):
        says_with_files(world, 62, Upload("dài.png", PNG))
        await eventually(lambda: states(world)[-1] == "delivered")
    assert [(file.method, file.name) for file in telegram.files_sent(62)] == [("sendDocument", "dài.png")]


async def test_a_file_that_is_forgotten_while_it_is_sent_is_an_error_of_its_own(
    world: World, telegram: Telegram
) -> None:
    with pytest.raises(FileGone):
        await send_file(world.desk, make_bot(telegram.token, telegram.url), "63", "no-such-file")


async def test_an_officer_gets_the_files_on_a_tap_and_replies_with_one(
    world: World, telegram: Telegram, minh: Chatter
) -> None:
    lan = world.chatter("64", hint="vi")
    sends_files(lan, Upload("chứng từ.pdf", PDF), text="nhập khẩu hoa lan rừng thì cần gì")
    lan.taps("ask_officer")
    lan.taps("send_as_is")
    minh.taps("officer_claim")
    delivered(world)
    before = len(updates(world))
    async with serving(world, telegram):
        telegram.press_data(minh.button("officer_files").id, chat=501)
        await eventually(all_settled(world, before + 1))
        assert [file.name for file in telegram.files_sent(501)] == ["chứng từ.pdf"]
        listed = telegram.sent(501)[-1]
        telegram.send_photo(a_jpeg(7), chat=501, reply_to_message={"message_id": listed.id})
        await eventually(all_settled(world, before + 2))
        await eventually(lambda: telegram.files_sent(64))
    assert telegram.sent(501)[-1].text == world.text("officer.sent", number="2026-00001")
    (reply,) = telegram.sent(64)
    assert world.text("case.reply_title", number="2026-00001") in reply.text
    (file,) = telegram.files_sent(64)
    assert (file.method, file.sha256) == ("sendPhoto", sha256(a_jpeg(7)))
    with world.store.reading() as session:
        entry = session.scalars(select(CaseEntry).order_by(CaseEntry.id.desc())).first()
        assert entry is not None
        assert entry.kind == "replied"
        assert entry.text == world.text("files.only", names=file.name)


async def test_a_file_that_waits_for_the_scanner_waits_with_its_message_and_follows_it(
    world: World, telegram: Telegram
) -> None:
    scanner = FakeScanner()
    has_scanner(world, scanner)
    known_chat(world, 66)
    scanner.away = True
    async with serving(world, telegram):
        says_with_files(world, 66, Upload("mẫu.pdf", PDF))
        await eventually(lambda: states(world)[-1] == "temporary_failure")
        assert [len(telegram.sent(66)), len(telegram.files_sent(66))] == [1, 0]
        assert deliveries(world)[-1].error == "the file waits for the scanner"
        scanner.away = False
        world.clock.advance(seconds=30)
        scanning.scan_due(world.desk, 20)
        await eventually(lambda: states(world)[-1] == "delivered")
    assert [len(telegram.sent(66)), len(telegram.files_sent(66))] == [1, 1]


async def test_a_file_in_which_something_is_found_is_never_sent(world: World, telegram: Telegram) -> None:
    scanner = FakeScanner()
    has_scanner(world, scanner)
    known_chat(world, 67)
    infected = a_pdf("", a_stream(EICAR))
    async with serving(world, telegram):
        telegram.send_document(infected, "a.pdf", chat=67)
        await eventually(all_settled(world, 2))
        scanner.away = True
        says_with_files(world, 67, Upload("b.pdf", infected))
        await eventually(lambda: states(world)[-1] == "temporary_failure")
        scanner.away = False
        world.clock.advance(seconds=30)
        scanning.scan_due(world.desk, 20)
        await eventually(lambda: "permanent_failure" in states(world))
    refusal, *_ = telegram.sent(67)
    assert refusal.text == f"a.pdf: {world.text('files.harmful', 'en')}"
    assert telegram.files_sent(67) == []


async def test_a_fetch_that_takes_too_long_is_given_up_for_this_time(
    world: World, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.file_fetching.FETCH_WITHIN", 0.1)
    known_chat(world, 65)
    telegram.fault(Fault("getFile", delay=1.0))
    async with serving(world, telegram):
        telegram.send_photo(a_jpeg(1), chat=65)
        await eventually(lambda: updates(world)[-1].result == "NotFetched")
        monkeypatch.setattr("bot.file_fetching.FETCH_WITHIN", 10.0)
        world.clock.advance(seconds=2)
        await eventually(all_settled(world, 2))
    assert [reply.text for reply in telegram.sent(65)] == [world.text("files.kept", "en")]
