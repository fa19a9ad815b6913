"""The real bot process is killed again and again: no update is lost, and nobody is answered twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, text

from bootstrap.settings import PROJECT
from desk.conversations.model import InboxUpdate
from desk.deliveries.model import Delivery
from desk.desk import Rules
from desk.store import Store, make_engine
from tests.e2e.telegram_emulator import TOKEN, Fault, Telegram, free_port, running_emulator

pytestmark = pytest.mark.e2e

SECRET = "s3cret-of-tests"
PEOPLE = range(501, 509)
#: What each person sends, none of which needs the dialogue, and what the desk then says.
SENT = ("/help", "/cases", "/language", "/nonsense", "...")
REPLIES = (
    "notice.first_contact",
    "small_talk.help",
    "case.none",
    "small_talk.choose_language",
    "bad_input.command",
    "bad_input.nothing_to_read",
)
UNSETTLED = ("created", "sending", "temporary_failure")


class BotProcess:
    """The bot as the supervisor starts it, with a store and a Telegram of the test."""

    def __init__(self, folder: Path, store_path: Path, telegram: str, **settings: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}
        self.var = folder / "var"
        self._log = folder / "bot.log"
        self._environment = {
            **kept,
            "VAR_DIR": str(self.var),
            "DATABASE_URL": f"sqlite:///{store_path}",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram,
            "TELEGRAM_MODE": "polling",
            "NO_PROXY": "127.0.0.1",
            "BOT_WATCH_PORT": str(free_port()),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.main"], cwd=PROJECT, env=self._environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def end(self) -> int:
        """Ask it to end; returns its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(15)

    def is_alive(self) -> bool:
        try:
            health = f"http://127.0.0.1:{self._environment['BOT_WATCH_PORT']}/health"
            return httpx.get(health, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")


@pytest.fixture
def store_path(store_template: Path, tmp_path: Path) -> Path:
    """A migrated store of the bot's and the test's own."""
    return Path(shutil.copy(store_template, tmp_path / "desk.sqlite"))


@pytest.fixture
def store(store_path: Path) -> Iterator[Store]:
    engine = make_engine(f"sqlite:///{store_path}")
    yield Store(engine)
    engine.dispose()


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with running_emulator() as telegram:
        yield telegram


@contextmanager
def bot_process(folder: Path, store_path: Path, telegram: Telegram, **settings: str) -> Iterator[BotProcess]:
    process = BotProcess(folder, store_path, telegram.url, **settings)
    process.start()
    try:
        yield process
    finally:
        process.kill()


def behind_a_webhook() -> dict[str, str]:
    port = free_port()
    return {
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "WEBHOOK_PORT": str(port),
    }


def stored(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count(InboxUpdate.id))) or 0


def all_delivered(telegram: Telegram, store: Store, updates: int) -> bool:
    """Have Telegram post once more what was not acknowledged; whether all of it is in the store now."""
    telegram.deliver()
    return stored(store) == updates


def is_settled(store: Store, updates: int) -> Callable[[], bool]:
    """Whether so many updates are done and no delivery waits."""

    def look() -> bool:
        with store.reading() as session:
            done = session.scalar(select(func.count(InboxUpdate.id)).where(InboxUpdate.state == "done"))
            waiting = session.scalar(select(func.count(Delivery.id)).where(Delivery.state.in_(UNSETTLED)))
            return done == updates and not waiting

    return look


def check_every_person_was_answered_once(store: Store, telegram: Telegram, rules: Rules) -> None:
    """Each reply is in the store once and in order; it arrived once, or is listed as uncertain."""
    expected = [rules.texts.say(name, "en") for name in REPLIES]
    with store.reading() as session:
        deliveries = list(session.scalars(select(Delivery).order_by(Delivery.id)))
    for person in PEOPLE:
        own = [delivery for delivery in deliveries if delivery.chat.address == str(person)]
        arrived = [message.text for message in telegram.sent(person)]
        assert [delivery.message.text for delivery in own] == expected
        assert arrived == [said for said in expected if said in arrived]
        surely = {delivery.message.text for delivery in own if delivery.state == "delivered"}
        perhaps = {delivery.message.text for delivery in own if delivery.state == "uncertain"}
        assert surely <= set(arrived) <= surely | perhaps
        assert surely | perhaps == set(expected)


@pytest.mark.thorough
def test_killed_while_polling_it_loses_no_update_and_answers_nobody_twice(
    tmp_path: Path, store: Store, store_path: Path, rules: Rules, telegram: Telegram
) -> None:
    telegram.fault(Fault("sendMessage", delay=0.03, times=100_000))  # so that kills meet sends half-way
    kill_when = (
        None,
        lambda: stored(store) >= 12,
        lambda: len(telegram.sent()) >= 14,
        lambda: len(telegram.sent()) >= 25,
    )
    with bot_process(tmp_path, store_path, telegram) as bot:
        for words, is_time in zip(SENT, (*kill_when, None), strict=True):
            for person in PEOPLE:
                telegram.send(words, person)
            if is_time is not None:
                telegram.wait_for(is_time, 40)
                bot.kill()
                bot.start()
        updates = len(SENT) * len(PEOPLE)
        telegram.wait_for(is_settled(store, updates), 50)
        assert bot.end() == 0
    assert stored(store) == updates
    check_every_person_was_answered_once(store, telegram, rules)


@pytest.mark.thorough
def test_killed_behind_a_webhook_it_loses_no_update_and_answers_nobody_twice(
    tmp_path: Path, store: Store, store_path: Path, rules: Rules, telegram: Telegram
) -> None:
    with bot_process(tmp_path, store_path, telegram, **behind_a_webhook()) as bot:
        telegram.wait_for(lambda: telegram.calls("setWebhook"), 40)
        for number, words in enumerate(SENT):
            for person in PEOPLE:
                telegram.send(words, person)
            if number in (1, 3):
                bot.kill()
                _time_passes(store)
            elif number in (2, 4):
                bot.start()
                telegram.wait_for(partial(all_delivered, telegram, store, len(PEOPLE) * (number + 1)), 40)
        updates = len(SENT) * len(PEOPLE)
        telegram.wait_for(is_settled(store, updates), 50)
        assert bot.end() == 0
    assert stored(store) == updates
    check_every_person_was_answered_once(store, telegram, rules)


def test_a_post_is_acknowledged_only_after_the_update_is_committed(
    tmp_path: Path, store: Store, store_path: Path, telegram: Telegram
) -> None:
    with bot_process(tmp_path, store_path, telegram, **behind_a_webhook()):
        telegram.wait_for(lambda: telegram.calls("setWebhook"), 40)
        posting = threading.Thread(target=telegram.send, args=("/help", 501))
        with store.writing() as session:
            session.connection()  # from here on nobody else can commit
            posting.start()
            posting.join(1.0)
            assert posting.is_alive()
            assert stored(store) == 0
        posting.join(10)
        assert not posting.is_alive()
        assert stored(store) == 1


def test_without_a_token_it_says_so_and_stays_alive(tmp_path: Path, store_path: Path, telegram: Telegram) -> None:
    with bot_process(tmp_path, store_path, telegram, TELEGRAM_BOT_TOKEN="") as bot:
        telegram.wait_for(bot.is_alive, 40)
        telegram.wait_for(lambda: "Telegram is not connected" in bot.said(), 5)
        assert bot.end() == 0
    assert telegram.calls() == []


def test_neither_torch_nor_faiss_is_loaded() -> None:
    check = "import sys, bot.main; sys.exit(any(name in sys.modules for name in ('torch', 'faiss', 'transformers')))"
    assert subprocess.run([sys.executable, "-c", check], cwd=PROJECT, check=False).returncode == 0


def _time_passes(store: Store) -> None:
    """What a dead bot had in hand was taken long ago: two minutes pass."""
    with store.writing() as session:
        for table in ("inbox_updates", "deliveries"):
            session.execute(text(f"UPDATE {table} SET claimed_at = datetime(claimed_at, '-3 minutes')"))
