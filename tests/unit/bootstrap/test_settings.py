"""Settings come from the environment, and a bad one stops the start with a sentence that names it."""

from pathlib import Path

import pytest

from bootstrap.assembly import open_post
from bootstrap.settings import BadSetting, Settings, read_settings
from desk.people.model import Role
from desk.people.sealing import Seal
from post.smtp import SmtpPost


@pytest.fixture(autouse=True)
def _only_what_a_test_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", str(tmp_path / ".env"))


def test_everything_has_a_default_but_the_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))

    settings = read_settings()

    assert settings.database_url == f"sqlite:///{tmp_path}/desk.sqlite"
    assert settings.host == "127.0.0.1"
    assert settings.rasa_url == "http://127.0.0.1:5005"
    assert settings.telegram_bot_token is None


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CONSOLE_PORT=8001\nRASA_PORT=5006\n")
    monkeypatch.setenv("CONSOLE_PORT", "8002")

    settings = read_settings()

    assert (settings.console_port, settings.rasa_port) == (8002, 5006)


def test_an_empty_value_is_as_if_it_were_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")

    assert read_settings().telegram_bot_token is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://desk"),
        ("DATABASE_URL", "not an address"),
        ("RASA_TRACKER_URL", "mysql://rasa"),
        ("RASA_LOCKS_URL", "127.0.0.1:6379"),
        ("RASA_LOCKS_URL", "rediss://127.0.0.1:6379"),
        ("RASA_LOCKS_URL", "redis:///0"),
        ("RASA_LOCKS_URL", "redis://127.0.0.1/desk"),
        ("CONSOLE_PORT", "eighty"),
        ("CONSOLE_PORT", "70000"),
        ("TELEGRAM_MODE", "carrier pigeon"),
    ],
)
def test_a_bad_value_is_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting) as refused:
        read_settings()

    sentence = str(refused.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_rasa_keeps_its_trackers_in_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))

    assert read_settings().rasa_tracker_url == f"sqlite:///{tmp_path}/rasa/trackers.sqlite"


@pytest.mark.parametrize(
    ("desk", "trackers"),
    [
        ("sqlite:////srv/desk.sqlite", "sqlite:////srv/../srv/desk.sqlite"),
        ("postgresql+psycopg://desk@db/desk", "postgresql://rasa@db:5432/desk"),
        ("postgresql+psycopg://desk@localhost/desk", "postgresql://rasa@127.0.0.1/desk?connect_timeout=3"),
        ("postgresql+psycopg://d@/desk?host=/run/pg", "postgresql://r@/desk?host=/run/pg"),
        ("postgresql://db/desk?options=-csearch_path%3Dours", "postgresql://db/desk?options=-csearch_path%3Dours"),
    ],
)
def test_rasa_never_shares_the_database_of_the_desk(monkeypatch: pytest.MonkeyPatch, desk: str, trackers: str) -> None:
    monkeypatch.setenv("DATABASE_URL", desk)
    monkeypatch.setenv("RASA_TRACKER_URL", trackers)

    with pytest.raises(BadSetting, match="RASA_TRACKER_URL is the desk's own database"):
        read_settings()


@pytest.mark.parametrize(
    "trackers",
    [
        "postgresql://rasa@db/rasa",
        "postgresql://rasa@other/desk",
        "postgresql://rasa@db/desk?options=-csearch_path%3Drasa",
        "sqlite:////srv/trackers.sqlite",
    ],
)
def test_a_database_or_a_schema_of_its_own_is_right(monkeypatch: pytest.MonkeyPatch, trackers: str) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://desk@db/desk")
    monkeypatch.setenv("RASA_TRACKER_URL", trackers)

    assert read_settings().rasa_tracker_url == trackers


def test_a_webhook_without_its_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_MODE", "webhook")

    with pytest.raises(BadSetting, match="TELEGRAM_WEBHOOK_SECRET"):
        read_settings()


@pytest.mark.parametrize("secret", ["", " ", "\n", "words with spaces", "ß", "s" * 257])
def test_a_secret_that_telegram_would_not_send_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret: str
) -> None:
    (tmp_path / "telegram_webhook_secret").write_text(secret, encoding="utf-8")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("TELEGRAM_MODE", "webhook")
    with pytest.raises(BadSetting, match="TELEGRAM_WEBHOOK_SECRET"):
        read_settings()


def test_a_secret_of_the_processes_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERNAL_SECRET", "s" * 31)
    with pytest.raises(BadSetting, match="INTERNAL_SECRET cannot be used: it is no secret of 32 to 256 letters"):
        read_settings()
    monkeypatch.setenv("INTERNAL_SECRET", "s" * 32)
    assert "ssss" not in repr(read_settings())


def test_the_token_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:SECRET")

    assert "SECRET" not in repr(read_settings())


def test_a_mail_server_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_HOST", "smtp.example.vn")
    for sender in ("", "no address"):
        monkeypatch.setenv("SMTP_SENDER", sender)
        with pytest.raises(BadSetting, match="SMTP_SENDER"):
            read_settings()

    monkeypatch.setenv("SMTP_SENDER", "Hải quan <no-reply@example.vn>")
    post = open_post(read_settings())

    assert isinstance(post, SmtpPost)
    assert (post.host, post.port, post.security, post.user) == ("smtp.example.vn", 587, "starttls", "")


def test_without_a_mail_server_nothing_is_posted() -> None:
    assert open_post(read_settings()) is None


def test_the_password_of_the_mail_server_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_HOST", "smtp.example.vn")
    monkeypatch.setenv("SMTP_SENDER", "no-reply@example.vn")
    monkeypatch.setenv("SMTP_PASSWORD", "hunter2")
    assert "hunter2" not in repr(read_settings())
    assert "hunter2" not in repr(open_post(read_settings()))


def test_the_roles_that_need_a_second_factor_are_named_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().second_factor_roles == frozenset()
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "administrator, manager")
    assert read_settings().second_factor_roles == {Role.ADMINISTRATOR, Role.MANAGER}
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "director")
    with pytest.raises(BadSetting, match="SECOND_FACTOR_ROLES cannot be used: director is no role"):
        read_settings()


def test_a_key_that_seals_nothing_is_refused_with_the_way_to_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_FACTOR_KEY", "too short")
    with pytest.raises(BadSetting, match="openssl rand"):
        read_settings()
    monkeypatch.setenv("SECOND_FACTOR_KEY", Seal.new_key())
    assert read_settings().second_factor_key is not None


@pytest.mark.parametrize(
    ("issuer", "client", "named"),
    [
        ("http://id.example.vn", "desk", "OIDC_ISSUER"),
        ("id.example.vn", "desk", "OIDC_ISSUER"),
        ("https://id.example.vn", "", "OIDC_CLIENT_ID"),
    ],
)
def test_single_sign_on_is_set_up_whole_and_over_tls(
    monkeypatch: pytest.MonkeyPatch, issuer: str, client: str, named: str
) -> None:
    monkeypatch.setenv("OIDC_ISSUER", issuer)
    monkeypatch.setenv("OIDC_CLIENT_ID", client)
    with pytest.raises(BadSetting, match=named):
        read_settings()


def test_the_secret_of_the_client_may_lie_in_a_file_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OIDC_ISSUER", "https://id.example.vn")
    monkeypatch.setenv("OIDC_CLIENT_ID", "desk")
    monkeypatch.setenv("OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    with pytest.raises(BadSetting, match="OIDC_CLIENT_SECRET_FILE"):
        read_settings()
    (tmp_path / "secret").write_text("hunter2\n")
    settings = read_settings()
    assert settings.oidc_client_secret is not None
    assert settings.oidc_client_secret.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)
