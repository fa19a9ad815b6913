"""The main job with every real process: ask, be answered, escalate, be answered by an officer, rate."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.running_desk import RunningDesk, running_desk, wait_for
from tests.e2e.telegram_emulator import Sent

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

ARRIVAL = "Thời hạn nộp tờ khai hải quan hàng nhập khẩu"
_persons = itertools.count(70_001)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture
def lan() -> int:
    """An enterprise's Telegram chat that no other test has used."""
    return next(_persons)


def says(desk: RunningDesk, chat: int, *, after: int, like: Callable[[Sent], bool], seconds: float = 20) -> Sent:
    """The first message to the chat after the ``after`` first ones that looks like this."""

    def look() -> Sent | None:
        return next((sent for sent in desk.telegram.sent(chat)[after:] if like(sent)), None)

    try:
        return wait_for(look, seconds, "the message")
    except AssertionError:
        texts = [sent.text[:200] for sent in desk.telegram.sent(chat)]
        raise AssertionError(f"not among {texts}\n{desk.logs()}") from None


def ask(desk: RunningDesk, chat: int, text: str) -> Sent:
    """Write a text and wait for the reply that has buttons."""
    after = len(desk.telegram.sent(chat))
    desk.telegram.send(text, chat)
    return says(desk, chat, after=after, like=lambda sent: bool(sent.buttons))


def press(desk: RunningDesk, chat: int, title: str, like: str) -> Sent:
    after = len(desk.telegram.sent(chat))
    desk.telegram.press(title, chat)
    return says(desk, chat, after=after, like=lambda sent: re.search(like, sent.text) is not None)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Hàng nhập về cảng rồi thì bao lâu phải mở tờ khai?", ARRIVAL),
        ("hang nhap ve cang roi thi bao lau phai mo to khai", ARRIVAL),
        ("How long after arrival do I have to file the import declaration?", "Time limit for lodging an import"),
    ],
)
def test_a_question_gets_the_right_entry_however_it_is_typed(
    desk: RunningDesk, lan: int, question: str, title: str
) -> None:
    answer = ask(desk, lan, question)

    assert title in answer.text
    assert "54/2014/QH13" in answer.text
    assert len(answer.buttons) >= 3


def test_first_contact_says_what_the_desk_is_and_what_it_keeps(desk: RunningDesk, lan: int) -> None:
    ask(desk, lan, "phí hải quan một tờ khai là bao nhiêu")
    ask(desk, lan, "lệ phí làm thủ tục nhập khẩu bao nhiêu")

    notices = [sent for sent in desk.telegram.sent(lan) if "24 tháng" in sent.text]

    assert len(notices) == 1


def test_an_unknown_question_becomes_a_case_that_an_officer_answers_and_that_is_rated(
    desk: RunningDesk, lan: int
) -> None:
    officer = next(_persons)
    desk.customs("users", "add", f"minh{officer}", "--name", "Minh")
    code = desk.customs("users", "link-code", f"minh{officer}").split("/start ")[1].strip()
    desk.telegram.command("start", code, officer)
    says(desk, officer, after=0, like=lambda sent: "Minh" in sent.text)

    unknown = ask(desk, lan, "Xe tải chở lô hàng nhập khẩu của công ty phải tránh đường nào trong lễ hội hoa xuân?")
    assert "Hỏi cán bộ" in " ".join(unknown.buttons)
    press(desk, lan, next(title for title in unknown.buttons if "cán bộ" in title), "gửi luôn")
    opened = press(desk, lan, "Gửi luôn câu hỏi này", r"Số hồ sơ")
    number = re.search(r"\d{4}-\d{5}", opened.text)
    assert number is not None

    notice = says(desk, officer, after=0, like=lambda sent: number[0] in sent.text)
    press(desk, officer, next(title for title in notice.buttons if title in ("Nhận xử lý", "Claim")), number[0])
    desk.telegram.send(
        "Xin liên hệ cảnh sát giao thông địa phương.",
        officer,
        reply_to_message={**desk.telegram.message(officer, text="case"), "message_id": notice.id},
    )
    reply = says(desk, lan, after=0, like=lambda sent: "cảnh sát giao thông" in sent.text)
    assert number[0] in reply.text
    shown = desk.customs("cases", "show", number[0])
    assert "delivered" in shown

    press(desk, officer, next(title for title in notice.buttons if title in ("Kết thúc hồ sơ", "Resolve")), number[0])
    says(desk, lan, after=0, like=lambda sent: "hài lòng" in " ".join(sent.buttons))
    press(desk, lan, "★★★★★ Rất hài lòng", "Cảm ơn bạn đã đánh giá")
    figures = json.loads(desk.customs("ratings", "--json"))
    assert figures["answered"] >= 1
    assert figures["mean"] == 5


def test_details_are_asked_for_one_by_one_and_can_be_skipped(desk: RunningDesk, lan: int) -> None:
    ask(desk, lan, "toi muon gap can bo")
    press(desk, lan, "Bổ sung thông tin rồi gửi", "Tên doanh nghiệp")
    desk.telegram.send("Công ty TNHH Hoa Sen Vàng", lan)
    says(desk, lan, after=0, like=lambda sent: "Mã số thuế của doanh nghiệp là gì" in sent.text)
    desk.telegram.send("0100109107", lan)
    says(desk, lan, after=0, like=lambda sent: "chưa đúng" in sent.text)
    press(desk, lan, "Bỏ qua", "số điện thoại")
    press(desk, lan, "Bỏ qua", "gấp đến mức")
    press(desk, lan, "Gấp", "mô tả")
    desk.telegram.send("Lô hàng của chúng tôi bị giữ ở cửa khẩu, phải làm gì?", lan)

    opened = says(desk, lan, after=0, like=lambda sent: "Số hồ sơ" in sent.text)

    number = re.search(r"\d{4}-\d{5}", opened.text)
    assert number is not None
    shown = desk.customs("cases", "show", number[0])
    assert "Công ty TNHH Hoa Sen Vàng" in shown
    assert "bị giữ ở cửa khẩu" in shown


def test_the_command_line_asks_the_running_service(desk: RunningDesk) -> None:
    printed = desk.customs("ask", "hang nhap ve cang bao lau phai mo to khai", "--json")

    answer = json.loads(printed)

    assert answer["outcome"] == "answered"
    assert answer["language"] == "vi"
    assert answer["answer"]["entry"] == "decl_time_import"
    assert answer["candidates"][0]["entry"] == "decl_time_import"


def test_every_process_says_that_it_is_well(desk: RunningDesk) -> None:
    status = json.loads(desk.customs("status", "--json"))

    assert status["processes"] == dict.fromkeys(("knowledge", "actions", "rasa", "console", "bot", "clock"), True)
    assert status["entries"] >= 60


def test_the_first_account_is_shown_once(desk: RunningDesk) -> None:
    assert len(re.findall(r"First account: admin with the password \S{12,}", desk.printed())) == 1


def test_no_words_of_people_are_in_the_logs(desk: RunningDesk, lan: int) -> None:
    ask(desk, lan, "bí mật thương mại zyxwv của chúng tôi có phải khai không")

    folder = Path(desk.environment["VAR_DIR"]) / "run"

    assert [log.name for log in folder.glob("*.log") if "zyxwv" in log.read_text()] == []
