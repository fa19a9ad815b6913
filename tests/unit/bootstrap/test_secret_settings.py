"""Secrets come from the environment or from files, and nothing that the desk says of its settings shows one."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from bootstrap.masking import MASK, masked
from bootstrap.secret_settings import secret_fields, secret_values
from bootstrap.settings import BadSetting, Settings, read_settings
from cli import main
from desk.people.sealing import Seal
from tests.secret_fixtures import SECRETS, secrets_in, value_of

FIELDS = secret_fields(Settings)


@pytest.fixture(autouse=True)
def _only_what_a_test_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.delenv("SECRETS_DIR", raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", str(tmp_path / ".env"))
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))


def test_every_secret_setting_is_known_and_tried_here() -> None:
    assert {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)} < set(FIELDS)
    assert set(FIELDS) == set(SECRETS)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("said_in", ["environment", ".env"])
def test_every_secret_may_lie_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, said_in: str
) -> None:
    (tmp_path / "secret").write_text(f"{SECRETS[name]}\n")
    if said_in == "environment":
        monkeypatch.setenv(f"{name.upper()}_FILE", str(tmp_path / "secret"))
    else:
        (tmp_path / ".env").write_text(f"{name.upper()}_FILE={tmp_path}/secret\n")
    assert value_of(read_settings(), name) == SECRETS[name]


@pytest.mark.parametrize("name", FIELDS)
def test_every_secret_may_lie_in_a_folder_of_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / name).write_text(f"{SECRETS[name]}\n")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "secrets"))
    assert value_of(read_settings(), name) == SECRETS[name]


def test_what_stands_nearer_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("near", "far"):
        (tmp_path / name).write_text(f"token-{name}")
    (tmp_path / ".env").write_text(f"RASA_TOKEN_FILE={tmp_path}/far\n")
    assert value_of(read_settings(), "rasa_token") == "token-far"
    (tmp_path / ".env").write_text(f"RASA_TOKEN=token-nearer\nRASA_TOKEN_FILE={tmp_path}/far\n")
    assert value_of(read_settings(), "rasa_token") == "token-nearer"
    monkeypatch.setenv("RASA_TOKEN_FILE", str(tmp_path / "near"))
    assert value_of(read_settings(), "rasa_token") == "token-near"
    monkeypatch.setenv("RASA_TOKEN", "token-nearest")
    assert value_of(read_settings(), "rasa_token") == "token-nearest"


@pytest.mark.parametrize("content", [None, b"", b"  \n", b"\xff\xfe\x00"])
def test_a_file_that_holds_no_secret_stops_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(tmp_path / "secret"))
    with pytest.raises(BadSetting) as refused:
        read_settings()
    assert str(refused.value).startswith("TELEGRAM_BOT_TOKEN_FILE cannot be ")
    assert str(refused.value).endswith(".")
    assert str(tmp_path) not in str(refused.value)


def test_no_secret_is_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name.upper(), value)
    settings = read_settings()
    assert secrets_in(f"{settings!r} {settings}".encode()) == []
    assert len(secret_values(settings)) >= len(SECRETS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://desk:hunter22hunter22@db/desk"),
        ("DATABASE_URL", "hunter22hunter22 is no address"),
        ("RASA_TRACKER_URL", "oracle://rasa:hunter22hunter22@db/rasa"),
        ("RASA_LOCKS_URL", "rediss://:hunter22hunter22@locks"),
        ("SECOND_FACTOR_KEY", "hunter22hunter22"),
        ("CADDY_TLS", "files"),  # what is wrong is the whole, and the whole has secrets in it
    ],
)
def test_a_bad_value_is_named_and_neither_it_nor_another_is_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("RASA_TOKEN", "hunter22hunter22")
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as refused:
        read_settings()
    assert "hunter22" not in "".join(traceback.format_exception(refused.value))


def test_two_settings_that_exclude_one_another_do_not_show_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "RASA_TRACKER_URL"):
        monkeypatch.setenv(name, "postgresql://desk:hunter22hunter22@db/desk")
    with pytest.raises(BadSetting, match="RASA_TRACKER_URL is the desk's own") as refused:
        read_settings()
    assert "hunter22" not in "".join(traceback.format_exception(refused.value))


def test_a_traceback_of_a_command_shows_no_values() -> None:
    assert main.app.pretty_exceptions_show_locals is False


def test_secrets_are_the_longest_first_and_short_ones_are_left_in_words() -> None:
    settings = Settings(
        _env_file=None, rasa_token=SecretStr("desk"), smtp_password=SecretStr("hunter2"),
        database_url="postgresql://desk:hunter2%40longer@db/desk", second_factor_key=SecretStr(Seal.new_key()),
    )  # fmt: skip
    found = secret_values(settings)
    assert [len(value) for value in found] == sorted(map(len, found), reverse=True)
    assert {"hunter2", "hunter2%40longer", "hunter2@longer"} < set(found)
    assert "desk" not in found


TOKEN = "123456789:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"


@pytest.mark.parametrize(
    "line",
    [
        "connecting to postgresql+psycopg://desk:hunter22@db:5432/desk",
        "redis://:hunter22@127.0.0.1:6379/0 does not answer",
        'HTTP Request: POST https://api.telegram.org/bot1:hunter22/getMe "HTTP/1.1 401 Unauthorized"',
        "GET /file/bot987654:hunter22/documents/1.pdf",
        'GET http://127.0.0.1:5005/status?token=hunter22 "200"',
        "connection failed: host=db user=desk password=hunter22 dbname=desk",
        "{'Authorization': 'Bearer hunter22'}",
        "[(b'X-Telegram-Bot-Api-Secret-Token', b'hunter22'), (b'Accept', b'*/*')]",
        "Cookie: desk_session=hunter22",
    ],
)
def test_what_looks_like_a_secret_is_taken_out_of_a_line(line: str) -> None:
    assert "hunter22" not in masked(line)
    assert MASK in masked(line)


def test_a_token_of_a_bot_is_taken_out_wherever_it_stands() -> None:
    assert masked(f"the token is {TOKEN}, they say") == f"the token is 123456789:{MASK}, they say"


def test_what_is_known_to_be_secret_is_taken_out_whatever_it_looks_like() -> None:
    assert masked("AUTH hunter22hunter2", ("hunter22hunter2", "hunter22")) == f"AUTH {MASK}"


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-26 20:04:00 INFO desk.cases: claimed [update=5 case=2026-00001]",
        "the token of a form has expired",
        "GET http://127.0.0.1:9005/ready",
        "127.0.0.1:54321 - 200",
        "vector 12:34:56",
    ],
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert masked(line) == line
