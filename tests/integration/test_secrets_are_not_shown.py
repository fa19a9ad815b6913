"""No secret is seen in logs, errors, command lines, pages, the status or a backup, whatever fails."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from telegram.error import TelegramError
from typer.testing import CliRunner

from bootstrap import condition
from bootstrap.assembly import open_store
from bootstrap.backups import back_up
from bootstrap.logs import LogFormat, set_up_logging
from bootstrap.secret_settings import secret_values
from bootstrap.settings import PROJECT, Settings
from bot.connection import make_bot
from cli import machine
from cli import main as command
from console.app import create_app
from desk.people.model import Role
from desk.ports import DialogueUnavailable
from desk.store import Store, make_engine
from dialogue import serving
from dialogue.client import RasaDialogue
from dialogue.guarding.lock_store import LockStore
from dialogue.guarding.tracker_database import TrackerDatabase
from tests.conftest import PASSWORD
from tests.console_fixtures import ADDRESS, Browser
from tests.desk_fixtures import World
from tests.running_fixtures import hire
from tests.secret_fixtures import SECRETS, secrets_in, settings_with_secrets

#: Nothing listens there.
NOWHERE = "http://127.0.0.1:1"
Logged = Callable[[], str]


def settings_in(folder: Path, **more: object) -> Settings:
    addresses = {f"{name}_url": NOWHERE for name in ("rasa", "actions", "knowledge", "telegram_api")}
    return settings_with_secrets(var_dir=folder, web_address=ADDRESS, **{**addresses, **more})


@pytest.fixture(params=["text", "json"])
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logged]:
    """All that is logged at any level, as a process would log that was set to tell everything."""
    root, output, hooks = logging.getLogger(), io.StringIO(), (sys.excepthook,)
    handlers, level = list(root.handlers), root.level
    noisy = [logging.getLogger(name) for name in ("httpx", "httpcore", "telegram", "sqlalchemy.engine", "redis")]
    levels = [logger.level for logger in noisy]
    log_format: LogFormat = request.param
    with monkeypatch.context() as patch:
        patch.setattr("sys.stderr", output)
        patch.setattr("threading.excepthook", None)
        set_up_logging(log_format, logging.DEBUG, hidden=secret_values(settings_with_secrets()))
        logging.captureWarnings(capture=False)
        for logger in noisy:
            logger.setLevel(logging.DEBUG)
        yield output.getvalue
    (sys.excepthook,) = hooks
    for logger, before in zip(noisy, levels, strict=True):
        logger.setLevel(before)
    root.handlers[:], root.level = handlers, level


class TestWhatIsLogged:
    def test_when_telegram_does_not_answer(self, logged: Logged) -> None:
        async def ask() -> None:
            async with make_bot(SECRETS["telegram_bot_token"], NOWHERE) as bot:
                await bot.get_me()

        with pytest.raises(TelegramError) as failed:
            asyncio.run(ask())
        logging.getLogger("bot").error("it failed: %s", failed.value, exc_info=failed.value)
        logging.getLogger("bot").error("its cause was %r", failed.value.__cause__)
        assert "httpcore" in logged()
        assert secrets_in(logged()) == []

    def test_when_telegram_refuses_and_its_address_is_in_the_error(self, logged: Logged) -> None:
        address = f"{NOWHERE}/bot{SECRETS['telegram_bot_token']}/getMe"
        request = httpx.Request("GET", address)
        with pytest.raises(httpx.HTTPStatusError) as refused:
            httpx.Response(401, request=request).raise_for_status()
        logging.getLogger("bot").error("refused: %s", refused.value, exc_info=refused.value)
        assert "401" in logged()
        assert secrets_in(logged()) == []

    def test_when_the_database_does_not_answer(self, logged: Logged) -> None:
        store = Store(make_engine(SECRETS["database_url"]))
        with pytest.raises(OperationalError) as failed, store.reading() as session:
            session.execute(text("SELECT 1"))
        logging.getLogger("desk").error("%s: %r", failed.value, store.engine, exc_info=failed.value)
        sys.excepthook(type(failed.value), failed.value, failed.value.__traceback__)
        assert "the process ends" in logged()
        assert secrets_in(logged()) == []

    def test_when_the_stores_of_rasa_do_not_answer(self, logged: Logged) -> None:
        for trouble in (
            TrackerDatabase(SECRETS["rasa_tracker_url"]).trouble(),
            LockStore(SECRETS["rasa_locks_url"]).trouble(),
        ):
            assert trouble
            assert secrets_in(trouble) == []
            logging.getLogger("guard").warning("waiting: %s", trouble)
        assert secrets_in(logged()) == []

    def test_when_rasa_does_not_answer(self, logged: Logged) -> None:
        dialogue = RasaDialogue(NOWHERE, token=SECRETS["rasa_token"])
        with pytest.raises(DialogueUnavailable) as failed:
            dialogue.form_of("conversation")
        logging.getLogger("desk").error("%s", failed.value.__cause__, exc_info=failed.value)
        dialogue.healthy()
        dialogue.close()
        assert secrets_in(logged()) == []


@pytest.mark.parametrize(
    "command_line", [("clock.main",), ("bootstrap.rasa_process",), ("cli.main", "status"), ("cli.main", "prepare")]
)
@pytest.mark.thorough
def test_what_cannot_begin_prints_no_secret(command_line: tuple[str, ...], tmp_path: Path) -> None:
    """Before its logging is set up and after: there is no such address to serve at, no store and no model."""
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        **{name.upper(): value for name, value in SECRETS.items()},
        "VAR_DIR": str(tmp_path),
        "PYTHONPATH": str(PROJECT),
        "HOST": "256.256.256.256",
    }
    done = subprocess.run(
        [sys.executable, "-m", *command_line],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr
    assert secrets_in(done.stdout + done.stderr) == []


@pytest.mark.parametrize("replicas", [1, 2])
def test_no_command_line_of_a_process_has_a_secret_in_it(
    replicas: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    caddy = tmp_path / "caddy"
    caddy.touch(mode=0o755)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name.upper(), value)
    settings = settings_in(tmp_path, replicas=replicas, telegram_mode="webhook", caddy=caddy)
    settings.run_dir.mkdir(parents=True)
    lines = [process.command(settings) for process in machine.processes(settings)]
    lines.append(serving.serve_command(PROJECT, tmp_path, settings.rasa_python, settings.rasa_port))
    assert secrets_in(json.dumps(lines)) == []
    assert secrets_in("".join(file.read_text() for file in settings.run_dir.iterdir())) == []
    if replicas == 2:
        proxy = next(process for process in machine.processes(settings) if process.name == "proxy")
        # By the one secret that it has, it asks the replicas how they are.
        assert set(secrets_in(json.dumps(proxy.environment(settings)))) == {SECRETS["internal_secret"]}


def test_how_the_parts_are_is_told_without_secrets(tmp_path: Path) -> None:
    parts = condition.look(settings_in(tmp_path))
    assert len(parts) > 5
    assert secrets_in(repr(parts)) == []


def test_the_page_of_the_system_shows_no_secret(world: World, tmp_path: Path) -> None:
    hire(world, "ly", Role.ADMINISTRATOR)
    app = create_app(world.desk, settings_in(tmp_path))
    with TestClient(app, base_url=ADDRESS) as client:
        browser = Browser(client)
        browser.signs_in("ly", PASSWORD)
        for path in ("/desk/system", "/desk/settings", "/desk/audit"):
            page = browser.get(path)
            assert page.status_code == 200
            assert secrets_in(page.text) == []


@pytest.fixture
def customs(store_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name.upper(), value)
    for name in ("RASA_URL", "ACTIONS_URL", "KNOWLEDGE_URL", "TELEGRAM_API_URL"):
        monkeypatch.setenv(name, NOWHERE)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    shutil.copy(store_template, tmp_path / "desk.sqlite")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/desk.sqlite")

    def run(*words: str) -> Result:
        return CliRunner().invoke(command.app, list(words))

    return run


@pytest.mark.parametrize("words", [("status",), ("status", "--json"), ("settings", "list")])
def test_the_status_shows_no_secret(customs: Callable[..., Result], words: tuple[str, ...]) -> None:
    done = customs(*words)
    assert done.exit_code == 0, done.output
    assert secrets_in(done.output) == []


def test_a_backup_has_no_secret_in_it(store_template: Path, tmp_path: Path) -> None:
    shutil.copy(store_template, tmp_path / "desk.sqlite")
    settings = settings_in(tmp_path, database_url=f"sqlite:///{tmp_path}/desk.sqlite")
    for made in ("second_factor.key", "console.secret"):
        (tmp_path / made).write_text(SECRETS["second_factor_key"])
    (tmp_path / ".env").write_text("\n".join(f"{name.upper()}={value}" for name, value in SECRETS.items()))
    made, _ = back_up(settings, open_store(settings), tmp_path / "backups")
    with zipfile.ZipFile(made.path) as package:
        assert [name for name in package.namelist() if secrets_in(package.read(name))] == []
    assert secrets_in((tmp_path / "backups" / "last.json").read_text()) == []
