"""The main job with every real process: ask, be answered, escalate, be answered by an officer, rate."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psutil
import pytest

from tests.e2e.running_desk import RunningDesk, ask, new_person, press, says

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

ARRIVAL = "Thời hạn nộp tờ khai hải quan hàng nhập khẩu"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Hàng nhập về cảng rồi thì bao lâu phải mở tờ khai?", ARRIVAL),
        ("hang nhap ve cang roi thi bao lau phai mo to khai", ARRIVAL),
        ("How long after arrival do I have to file the import declaration?", "Time limit for lodging an import"),
    ],
)
def test_a_question_gets_the_right_entry_however_it_is_typed(
    running: RunningDesk, lan: int, question: str, title: str
) -> None:
    answer = ask(running, lan, question)

    assert title in answer.text
    assert "54/2014/QH13" in answer.text
    assert len(answer.buttons) >= 3


def test_first_contact_says_what_the_desk_is_and_what_it_keeps(running: RunningDesk, lan: int) -> None:
    ask(running, lan, "phí hải quan một tờ khai là bao nhiêu")
    ask(running, lan, "lệ phí làm thủ tục nhập khẩu bao nhiêu")

    notices = [sent for sent in running.telegram.sent(lan) if "24 tháng" in sent.text]

    assert len(notices) == 1


def test_an_unknown_question_becomes_a_case_that_an_officer_answers_and_that_is_rated(
    running: RunningDesk, lan: int
) -> None:
    officer = new_person()
    running.customs("users", "add", f"minh{officer}", "--name", "Minh")
    code = running.customs("users", "link-code", f"minh{officer}").split("/start ")[1].strip()
    running.telegram.command("start", code, officer)
    says(running, officer, after=0, like=lambda sent: "Minh" in sent.text)

    unknown = ask(running, lan, "Xe tải chở lô hàng nhập khẩu của công ty phải tránh đường nào trong lễ hội hoa xuân?")
    assert "Hỏi cán bộ" in " ".join(unknown.buttons)
    press(running, lan, next(title for title in unknown.buttons if "cán bộ" in title), "gửi luôn")
    opened = press(running, lan, "Gửi luôn câu hỏi này", r"Số hồ sơ")
    number = re.search(r"\d{4}-\d{5}", opened.text)
    assert number is not None

    notice = says(running, officer, after=0, like=lambda sent: number[0] in sent.text)
    press(running, officer, next(title for title in notice.buttons if title in ("Nhận xử lý", "Claim")), number[0])
    running.telegram.send(
        "Xin liên hệ cảnh sát giao thông địa phương.",
        officer,
        reply_to_message={**running.telegram.message(officer, text="case"), "message_id": notice.id},
    )
    reply = says(running, lan, after=0, like=lambda sent: "cảnh sát giao thông" in sent.text)
    assert number[0] in reply.text
    shown = running.customs("cases", "show", number[0])
    assert "delivered" in shown

    ways_to_resolve = {"Kết thúc hồ sơ", "Resolve"}
    sent = says(running, officer, after=0, like=lambda sent: not ways_to_resolve.isdisjoint(sent.buttons))
    press(running, officer, next(title for title in sent.buttons if title in ways_to_resolve), number[0])
    says(running, lan, after=0, like=lambda sent: "hài lòng" in " ".join(sent.buttons))
    press(running, lan, "★★★★★ Rất hài lòng", "Cảm ơn bạn đã đánh giá")
    figures = json.loads(running.customs("ratings", "--json"))
    assert figures["answered"] >= 1
    assert figures["mean"] == 5


def test_details_are_asked_for_one_by_one_and_can_be_skipped(running: RunningDesk, lan: int) -> None:
    ask(running, lan, "toi muon gap can bo")
    press(running, lan, "Bổ sung thông tin rồi gửi", "Tên doanh nghiệp")
    running.telegram.send("Công ty TNHH Hoa Sen Vàng", lan)
    says(running, lan, after=0, like=lambda sent: "Mã số thuế của doanh nghiệp là gì" in sent.text)
    running.telegram.send("0100109107", lan)
    says(running, lan, after=0, like=lambda sent: "chưa đúng" in sent.text)
    press(running, lan, "Bỏ qua", "số điện thoại")
    press(running, lan, "Bỏ qua", "có gấp không")
    press(running, lan, "Gấp vì lý do khác", "mô tả")
    running.telegram.send("Lô hàng của chúng tôi bị giữ ở cửa khẩu, phải làm gì?", lan)

    opened = says(running, lan, after=0, like=lambda sent: "Số hồ sơ" in sent.text)

    number = re.search(r"\d{4}-\d{5}", opened.text)
    assert number is not None
    shown = running.customs("cases", "show", number[0])
    assert "Công ty TNHH Hoa Sen Vàng" in shown
    assert "bị giữ ở cửa khẩu" in shown


def test_the_command_line_asks_the_running_service(running: RunningDesk) -> None:
    printed = running.customs("ask", "hang nhap ve cang bao lau phai mo to khai", "--json")

    answer = json.loads(printed)

    assert answer["outcome"] == "answered"
    assert answer["language"] == "vi"
    assert answer["answer"]["entry"] == "decl_time_import"
    assert answer["candidates"][0]["entry"] == "decl_time_import"


def test_every_process_says_that_it_is_well(running: RunningDesk) -> None:
    status = json.loads(running.customs("status", "--json"))

    assert status["processes"] == dict.fromkeys(("knowledge", "actions", "rasa", "console", "bot", "clock"), True)
    assert status["entries"] >= 60


def test_the_first_account_is_shown_once(running: RunningDesk) -> None:
    assert len(re.findall(r"First account: admin with the password \S{12,}", running.printed())) == 1


def test_no_secret_is_in_a_command_line_or_a_log(running: RunningDesk) -> None:
    secrets = [running.environment[name] for name in ("TELEGRAM_BOT_TOKEN", "RASA_TOKEN")]
    lines = [" ".join(process.cmdline()) for process in psutil.Process(running.process.pid).children(recursive=True)]
    assert len(lines) >= 7  # the six, and the Rasa server under its guard
    assert [line for line in lines if any(secret in line for secret in secrets)] == []
    files = [*(Path(running.environment["VAR_DIR"]) / "run").iterdir(), running.output]
    assert [file.name for file in files if any(secret in file.read_text(errors="replace") for secret in secrets)] == []


def test_no_words_of_people_are_in_the_logs(running: RunningDesk, lan: int) -> None:
    ask(running, lan, "bí mật thương mại zyxwv của chúng tôi có phải khai không")

    folder = Path(running.environment["VAR_DIR"]) / "run"

    assert [log.name for log in folder.glob("*.log") if "zyxwv" in log.read_text()] == []
