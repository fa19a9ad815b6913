"""Several replicas on one machine: each has ports and a name of its own, and what they cannot share is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bootstrap.settings import BadSetting, Settings
from cli import machine, proxy
from cli.processes import PROCESSES, Process

ANYWHERE = "postgresql+psycopg://desk@127.0.0.1/desk"


def settings_of(folder: Path, **more: Any) -> Settings:
    """Settings with which two replicas are safe."""
    given = {
        "var_dir": folder,
        "replicas": 2,
        "database_url": ANYWHERE,
        "rasa_tracker_url": "postgresql://desk@127.0.0.1/rasa",
        "rasa_locks_url": "redis://127.0.0.1:6379/0",
        "telegram_bot_token": "1:a",
        "telegram_mode": "webhook",
        "telegram_webhook_secret": "s",
        "telegram_webhook_url": "https://desk.example.vn/telegram",
    }
    return Settings(_env_file=None, **{**given, **more})


def named(settings: Settings, name: str) -> Process:
    return next(process for process in machine.processes(settings) if process.name == name)


def test_one_replica_is_what_ran_before(tmp_path: Path) -> None:
    assert machine.processes(Settings(_env_file=None, var_dir=tmp_path)) == PROCESSES


def test_each_process_runs_twice_behind_one_proxy(tmp_path: Path) -> None:
    names = [process.name for process in machine.processes(settings_of(tmp_path))]
    assert sorted(names) == sorted(
        [f"{process.name}-{number}" for process in PROCESSES for number in (1, 2)] + ["proxy"]
    )


def test_a_bot_without_telegram_runs_once(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, telegram_bot_token=None, telegram_mode="polling")
    machine.refuse_unsafe(settings)
    assert [process.name for process in machine.processes(settings) if process.kind == "bot"] == ["bot-1"]


def test_a_replica_has_its_own_ports_and_reaches_others_through_the_proxy(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    surroundings = named(settings, "console-2").environment(settings)
    expected = {
        "INSTANCE": "console-2",
        "CONSOLE_PORT": "8200",
        "CONSOLE_WATCH_PORT": "9200",
        "WEB_ADDRESS": "http://127.0.0.1:8000",
        "RASA_URL": "http://127.0.0.1:5005",
        "KNOWLEDGE_URL": "http://127.0.0.1:5065",
        "DRAIN_SECONDS": "4.0",
    }
    assert expected.items() <= surroundings.items()


def test_a_replica_is_asked_itself_whether_it_is_ready_and_not_through_the_proxy(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert named(settings, "knowledge-2").ready(settings) == "http://127.0.0.1:9265/ready"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"database_url": ""}, "needs PostgreSQL: set DATABASE_URL"),
        ({"rasa_tracker_url": ""}, "needs RASA_TRACKER_URL"),
        ({"rasa_locks_url": ""}, "needs RASA_LOCKS_URL"),
        ({"telegram_mode": "polling"}, "needs TELEGRAM_MODE=webhook"),
        ({"caddy": Path("/nowhere/caddy")}, "needs Caddy in front"),
        ({"rasa_port": 5055, "actions_port": 5155}, "that is ACTIONS_PORT too"),
        ({"webhook_port": 65500}, "there is no such port"),
    ],
)
def test_what_several_replicas_cannot_share_is_refused_with_one_sentence(
    tmp_path: Path, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadSetting, match=sentence) as refused:
        machine.refuse_unsafe(settings_of(tmp_path, **wrong))
    assert "\n" not in str(refused.value)


def test_one_replica_needs_nothing_of_it(tmp_path: Path) -> None:
    machine.refuse_unsafe(Settings(_env_file=None, var_dir=tmp_path))


def test_an_unknown_process_is_refused_by_name() -> None:
    with pytest.raises(BadSetting, match="There is no process 'rasas'; there are knowledge, actions, rasa"):
        machine.named("rasas")


def test_the_proxy_shares_out_the_ports_of_the_settings(tmp_path: Path) -> None:
    written = proxy.caddyfile(settings_of(tmp_path))
    assert "reverse_proxy 127.0.0.1:5105 127.0.0.1:5205 {" in written
    assert "handle /telegram {\n\t\treverse_proxy 127.0.0.1:8543 127.0.0.1:8643 {" in written
    assert "https://" not in written


def test_the_proxy_gets_certificates_only_where_it_is_to(tmp_path: Path) -> None:
    https = settings_of(tmp_path, web_address="https://desk.example.vn", caddy_tls="automatic")
    assert "\nhttps://desk.example.vn {\n\theader Strict-Transport-Security" in proxy.caddyfile(https)
    own = {"caddy_tls": "files", "tls_certificate": "/etc/c.pem", "tls_key": "/etc/k.pem"}
    files = settings_of(tmp_path, web_address="https://desk.example.vn", **own)
    assert 'tls "/etc/c.pem" "/etc/k.pem"' in proxy.caddyfile(files)
