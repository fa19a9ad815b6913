"""Parts of the desk are down, and people send what nobody expects: a clear message, a record, and nothing is lost."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.e2e.running_desk import RunningDesk, ask, new_person, press, says, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

#: One for all looks: to make a client takes longer than many of them.
ASKING = httpx.Client(timeout=1, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))

QUESTION = "hang nhap ve cang roi thi bao lau phai mo to khai"


@contextmanager
def hanging(running: RunningDesk, process: str) -> Iterator[None]:
    """The process is there and does not answer; afterwards it, or another in its place, is ready again."""
    pid = running.rasa_server_pid() if process == "rasa" else running.pid(process)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # the guard ends a server that hangs
            os.kill(pid, signal.SIGCONT)
        wait_for(lambda: _is_ready(running, process), 90, f"{process}, ready again,")


@pytest.mark.parametrize(
    ("process", "told"),
    [
        ("knowledge", "tìm được theo từ ngữ"),
        # These two take longest: a Rasa that hangs is ended by its guard, and waits for actions that hang.
        pytest.param("rasa", "từng bước phải chờ", marks=pytest.mark.thorough),
        pytest.param("actions", "từng bước phải chờ", marks=pytest.mark.thorough),
    ],
)
def test_the_person_is_helped_and_told_when_a_part_hangs(
    running: RunningDesk, lan: int, process: str, told: str
) -> None:
    with hanging(running, process):
        running.telegram.send(QUESTION, lan)
        says(running, lan, after=0, like=lambda sent: told in sent.text, seconds=90)

    helped = [sent for sent in running.telegram.sent(lan) if "Thời hạn nộp tờ khai" in str([sent.text, *sent.buttons])]
    assert len(helped) == 1
    assert any("cán bộ" in title for title in helped[0].buttons)


def test_a_part_that_dies_is_started_again_and_said_so(running: RunningDesk) -> None:
    first = running.pid("actions")

    os.kill(first, signal.SIGKILL)

    wait_for(lambda: running.pid("actions") != first, 20, "another actions process")
    wait_for(lambda: "actions died" in running.printed(), 20, "the report")
    wait_for(lambda: _is_ready(running, "actions"), 30, "its readiness")
    assert "Hỏi cán bộ" in ask(running, new_person(), QUESTION).buttons


def test_a_message_that_comes_while_the_database_is_locked_is_told_of_and_answered_later(
    running: RunningDesk, lan: int
) -> None:
    database = Path(running.environment["VAR_DIR"]) / "desk.sqlite"
    lock = sqlite3.connect(database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        running.telegram.send(QUESTION, lan)
        waits = says(running, lan, after=0, like=lambda sent: "no need to send it again" in sent.text, seconds=40)
        assert running.telegram.sent(lan) == [waits]
    finally:
        lock.execute("ROLLBACK")
        lock.close()

    says(running, lan, after=0, like=lambda sent: "Thời hạn nộp tờ khai" in sent.text, seconds=60)


def test_the_web_is_told_when_the_database_is_locked(running: RunningDesk) -> None:
    database = Path(running.environment["VAR_DIR"]) / "desk.sqlite"
    lock = sqlite3.connect(database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        refused = httpx.post(
            f"{running.web}/api/chat/messages",
            json={"conversation": None, "text": QUESTION, "lang": "vi"},
            timeout=30,
        )
    finally:
        lock.execute("ROLLBACK")
        lock.close()

    assert refused.status_code == 503
    assert len(refused.json()["error"]) > 20


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀",
        "<b>chào</b> <script>alert(1)</script> tờ khai nhập khẩu",
        "'; DROP TABLE messages; -- thủ tục",
        "\u202eủc\u202c hỏi về tờ khai",
        "进口货物需要什么文件",
        "quá dài " * 2_500,
        "/restart",
        '/inform{"tax_code": "1"}',
    ],
    ids=["emoji", "html", "sql", "right-to-left", "chinese", "20000 characters", "a command of Rasa", "an intent"],
)
def test_whatever_is_written_gets_a_clear_reply(running: RunningDesk, text: str) -> None:
    answer = httpx.post(
        f"{running.web}/api/chat/messages", json={"conversation": None, "text": text, "lang": "vi"}, timeout=30
    )

    assert answer.status_code in (200, 201)
    replies = [message for message in answer.json()["messages"] if message["from"] == "assistant"]
    assert replies
    assert all(reply["text"].strip() for reply in replies)


def test_a_forged_conversation_is_refused(running: RunningDesk) -> None:
    forged = httpx.post(
        f"{running.web}/api/chat/messages", json={"conversation": "x" * 22, "text": "xin chào"}, timeout=30
    )

    assert forged.status_code == 404
    assert forged.json()["error"]


def _is_ready(running: RunningDesk, process: str) -> bool:
    port = running.environment[f"{process.upper()}_WATCH_PORT"]
    try:
        return ASKING.get(f"http://127.0.0.1:{port}/ready").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.thorough
def test_a_form_goes_on_when_bot_dialogue_and_actions_are_killed_between_its_steps(
    running: RunningDesk, lan: int
) -> None:
    ask(running, lan, "toi muon gap can bo")
    press(running, lan, "Bổ sung thông tin rồi gửi", "Tên doanh nghiệp")
    steps: list[tuple[Callable[[], object], str]] = [
        (lambda: running.telegram.send("Công ty Cổ phần Biển Đông", lan), "Mã số thuế của doanh nghiệp là gì"),
        (lambda: running.telegram.press("Bỏ qua", lan), "số điện thoại hoặc email nào"),
        (lambda: running.telegram.send("0912345678", lan), "có gấp không"),
        (lambda: running.telegram.press("Không gấp", lan), "mô tả"),
        (lambda: running.telegram.send("Hàng của tôi bị phân luồng đỏ hai lần liền, vì sao?", lan), "Số hồ sơ"),
    ]

    for step, asked_next in steps:
        _kill_and_wait(running, ("bot", "rasa", "actions"))
        after = len(running.telegram.sent(lan))
        step()
        opened = says(running, lan, after=after, like=lambda sent, text=asked_next: text in sent.text)

    number = re.search(r"\d{4}-\d{5}", opened.text)
    assert number is not None
    shown = running.customs("cases", "show", number[0])
    for said in ("Công ty Cổ phần Biển Đông", "0912345678", "phân luồng đỏ hai lần liền"):
        assert said in shown
    assert len([sent for sent in running.telegram.sent(lan) if "Số hồ sơ" in sent.text]) == 1


#: The supervisor looks twice a second; what it never saw well it takes for something that cannot start.
TWO_LOOKS = 1.2


def _kill_and_wait(running: RunningDesk, processes: tuple[str, ...]) -> None:
    """Kill these at once and wait until others in their place are well."""
    killed = {process: running.pid(process) for process in processes}
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    for process, pid in killed.items():
        wait_for(lambda process=process, pid=pid: running.pid(process) != pid, 30, f"another {process}")
    for process in processes:
        wait_for(lambda process=process: _is_ready(running, process), 60, f"{process}, ready again,")
    time.sleep(TWO_LOOKS)
