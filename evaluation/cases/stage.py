"""A desk for a measurement: its own store, the real bot and clock as processes that can be killed, and a Telegram."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bootstrap.settings import PROJECT, Settings
from desk.deliveries.model import Delivery, DeliveryState
from desk.desk import Desk, Rules
from desk.guidance import service as guidance
from desk.guidance import versions
from desk.guidance.record import GuidanceRecord, read_records
from desk.migrations.run import migrate
from desk.store import Store, make_engine
from dialogue.client import RasaDialogue
from evaluation.cases.moved_clock import MovedClock, until_noon
from knowledge.client import KnowledgeClient
from tests.e2e.telegram_emulator import TOKEN, Telegram, free_port, running_emulator

#: The guidance whose change is told; what it is about is of no interest here.
CHANGED = "tax_time"
PROCESSES = ("bot.main", "clock.main")


class TookTooLong(Exception):
    """What was waited for did not come; the message names it."""


@dataclass
class Stage:
    """Everything of one measurement. Nobody but 127.0.0.1 is reached."""

    desk: Desk
    telegram: Telegram
    folder: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        return self._record.group

    def start(self, modules: Sequence[str] = PROCESSES) -> None:
        for module in modules:
            with (self.folder / f"{module}.log").open("ab") as log:
                self._running[module] = subprocess.Popen(
                    [sys.executable, "-m", "evaluation.cases.moved_clock", str(self._ahead), module],
                    cwd=PROJECT,
                    env=self._environment(),
                    stdout=log,
                    stderr=log,
                )

    def kill(self, modules: Sequence[str] = PROCESSES) -> None:
        """SIGKILL: nothing is finished, nothing is put down."""
        for module in modules:
            process = self._running.pop(module, None)
            if process is not None:
                process.kill()
                process.wait()

    def change_guidance(self) -> None:
        """Publish other words for an entry, which is news for whoever follows its topic."""
        with self.desk.store.writing() as session:
            version = versions.in_force(session, CHANGED, self.desk.today())
            number = version.number if version is not None else 0
            answer = self._record.answer.model_copy(update={"vi": f"{self._record.answer.vi} ({number})"})
            changed = self._record.model_copy(update={"answer": answer})
            guidance.publish(session, changed, origin=guidance.CURATOR, by="operator", at=self.desk.now())

    def wait_for(self, look: Callable[[], bool], seconds: float, what: str) -> None:
        """Look twice a second until what is seen is true; raises TookTooLong."""
        until = time.monotonic() + seconds
        while not look():
            if time.monotonic() > until:
                raise TookTooLong(f"{what} did not come within {seconds:.0f} s; the logs are in {self.folder}")
            time.sleep(0.5)

    def count(self, *states: DeliveryState, bulk: bool = True) -> int:
        """How many messages are in these states, of news or of all else."""
        wanted = [state.value for state in states]
        with self.desk.store.reading() as session:
            query = select(func.count(Delivery.id)).where(Delivery.state.in_(wanted), Delivery.bulk.is_(bulk))
            return session.scalar(query) or 0

    @property
    def _ahead(self) -> float:
        return (self.desk.clock.now() - dt.datetime.now(dt.UTC)).total_seconds()

    @property
    def _record(self) -> GuidanceRecord:
        with self.desk.store.reading() as session:
            return next(each.record for each in guidance.corpus(session).entries if each.entry == CHANGED)

    def _environment(self) -> dict[str, str]:
        foreign = ("TELEGRAM_", "DATABASE_URL", "VAR_DIR")
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
            "VAR_DIR": str(self.folder / "var"),
            "DATABASE_URL": self.desk.store.engine.url.render_as_string(),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.telegram.url,
            "TELEGRAM_MODE": "polling",
            "NO_PROXY": "127.0.0.1",
            "BOT_WATCH_PORT": str(free_port()),
            "CLOCK_WATCH_PORT": str(free_port()),
        }


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A desk at noon with the guidance that ships; at the end every process that was started is killed."""
    settings = Settings()
    store = Store(make_engine(f"sqlite:///{folder / 'desk.sqlite'}"))
    migrate(store.engine)
    clock = MovedClock(until_noon(dt.datetime.now(dt.UTC)))
    search, dialogue = KnowledgeClient(settings.knowledge_url), RasaDialogue(settings.rasa_url)
    desk = Desk(store, clock, search, dialogue, Rules.read(settings.content_dir))
    with store.writing() as session:
        guidance.load_shipped(session, read_records(settings.content_dir / "guidance"), at=desk.now())
    with running_emulator() as telegram:
        set_up = Stage(desk, telegram, folder)
        try:
            yield set_up
        finally:
            set_up.kill()
            store.engine.dispose()
