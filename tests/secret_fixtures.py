"""A secret for every setting that is one, and whether one of them is seen somewhere."""

from __future__ import annotations

import base64

from pydantic import SecretStr

from bootstrap.secret_settings import secret_values
from bootstrap.settings import Settings

#: Made up; each is found again by what is its own. Nothing listens at port 1, so that whoever is asked does not answer.
SECRETS = {
    "database_url": "postgresql+psycopg://desk:qdatabasepw@127.0.0.1:1/desk?connect_timeout=1",
    "telegram_bot_token": "123456789:" + "qBotTokenqBotTokenqBotTokenqBotToke",
    "telegram_webhook_secret": "qwebhooksecret",
    "smtp_password": "qsmtppassword",
    "second_factor_key": base64.b64encode(b"q second factor key of the tests").decode(),
    "oidc_client_secret": "qoidcsecret",
    "rasa_tracker_url": "postgresql://rasa:qtrackerpw@127.0.0.1:1/rasa?connect_timeout=1",
    "rasa_locks_url": "redis://:qlockspw@127.0.0.1:1/0",
    "rasa_token": "qrasatoken",
    "internal_secret": "qinternalsecret" * 3,
}


def settings_with_secrets(**more: object) -> Settings:
    """Settings in which everything that can be secret is set."""
    return Settings.model_validate({**SECRETS, **more})


def value_of(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def secrets_in(shown: bytes | str) -> list[str]:
    """The secrets that can be read in what was shown."""
    text = shown.decode("utf-8", "replace") if isinstance(shown, bytes) else shown
    return [value for value in secret_values(settings_with_secrets()) if value in text]
