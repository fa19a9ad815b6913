"""All settings in one typed place, from the environment and .env; a bad value stops the start with one sentence."""

from __future__ import annotations

import ipaddress
import os
import re
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bootstrap.secret_settings import FromFiles, UnreadableSecret
from desk.people.model import Role
from desk.people.sealing import Seal
from desk.refused import Refused
from dialogue import stores
from scanner.address import scanner_at

PROJECT = Path(__file__).resolve().parent.parent
#: An address that may have a password in it: never shown with the settings, and like a secret it may lie in a file.
Address = Annotated[str, Field(repr=False)]

#: The least and the most letters of a secret. Of that of the webhook Telegram takes no more, and no others.
_LENGTHS = {"internal_secret": (32, 256), "telegram_webhook_secret": (1, 256)}


class BadSetting(Refused):
    """A setting cannot be used; the message names it and says why."""


class Settings(BaseSettings):
    """What an operator may set; every name in capitals is the variable's name.

    What is secret (bootstrap/secret_settings.py) may lie in a file that NAME_FILE names.
    """

    model_config = SettingsConfigDict(
        env_file=PROJECT / ".env",
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,  # what was refused may be a secret with a slip in it
    )

    var_dir: Path = PROJECT / "var"
    content_dir: Path = PROJECT / "content"
    golden_questions: Path = PROJECT / "evaluation" / "questions" / "golden.jsonl"
    database_url: Address = ""

    telegram_bot_token: SecretStr | None = None
    telegram_bot_name: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: SecretStr | None = None

    embedding_model: str = ""

    host: str = "127.0.0.1"
    console_port: int = Field(default=8000, ge=1, le=65535)
    rasa_port: int = Field(default=5005, ge=1, le=65535)
    actions_port: int = Field(default=5055, ge=1, le=65535)
    knowledge_port: int = Field(default=5065, ge=1, le=65535)
    rasa_inner_port: int = Field(default=5015, ge=1, le=65535)
    webhook_port: int = Field(default=8443, ge=1, le=65535)
    rasa_watch_port: int = Field(default=9005, ge=1, le=65535)
    actions_watch_port: int = Field(default=9055, ge=1, le=65535)
    knowledge_watch_port: int = Field(default=9065, ge=1, le=65535)
    console_watch_port: int = Field(default=9000, ge=1, le=65535)
    bot_watch_port: int = Field(default=9084, ge=1, le=65535)
    clock_watch_port: int = Field(default=9010, ge=1, le=65535)
    log_format: Literal["text", "json"] = "text"
    rasa_url: str = ""
    actions_url: str = ""
    knowledge_url: str = ""
    web_address: str = ""
    allowed_hosts: str = ""
    internal_secret: SecretStr | None = None

    replicas: int = Field(default=1, ge=1, le=9)
    instance: str = ""
    drain_seconds: float = Field(default=0.0, ge=0, le=60)
    trusted_proxies: str = "127.0.0.1"
    caddy: Path | None = None
    caddy_tls: Literal["off", "automatic", "files"] = "off"
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "ssl", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_sender: str = ""

    scanner_url: str = ""

    second_factor_roles: Annotated[frozenset[Role], NoDecode] = frozenset()
    second_factor_key: SecretStr | None = None
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_claim: str = "preferred_username"
    oidc_second_factor: Literal["told", "provider", "desk"] = "told"

    rasa_tracker_url: Address = ""
    rasa_locks_url: Address = ""
    rasa_token: SecretStr | None = None
    rasa_python: Path = PROJECT / ".venv-rasa" / "bin" / "python"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What comes first wins."""
        return (
            init_settings,
            env_settings,
            FromFiles(settings_cls, env_settings),
            dotenv_settings,
            FromFiles(settings_cls, dotenv_settings),
            file_secret_settings,
        )

    @field_validator("database_url", "rasa_tracker_url")
    @classmethod
    def _an_address_of_a_database(cls, value: str) -> str:
        try:
            if value and make_url(value).get_backend_name() not in ("sqlite", "postgresql"):
                raise ValueError("only sqlite and postgresql are supported")
        except ArgumentError as error:
            raise ValueError("is no database address such as sqlite:////srv/desk.sqlite") from error
        return value

    @field_validator("rasa_locks_url")
    @classmethod
    def _an_address_of_locks(cls, value: str) -> str:
        address = urlsplit(value)
        if value and not (address.scheme == "redis" and address.hostname and re.fullmatch(r"/?\d*", address.path)):
            raise ValueError("is no address such as redis://127.0.0.1:6379/0")
        return value

    @field_validator("scanner_url")
    @classmethod
    def _an_address_of_a_scanner(cls, value: str) -> str:
        if value:
            scanner_at(value)
        return value

    @field_validator("second_factor_roles", mode="before")
    @classmethod
    def _roles_with_commas(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = [name.strip() for name in value.split(",") if name.strip()]
        if unknown := [name for name in names if name not in set(Role)]:
            raise ValueError(f"{unknown[0]} is no role; the roles are {', '.join(Role)}")
        return frozenset(Role(name) for name in names)

    @field_validator("second_factor_key")
    @classmethod
    def _a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                Seal(value.get_secret_value())
            except ValueError:
                raise ValueError("it is no key; `openssl rand -base64 32 | tr +/ -_` makes one") from None
        return value

    @field_validator("internal_secret", "telegram_webhook_secret")
    @classmethod
    def _a_secret_in_a_header(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None:
            name = info.field_name or ""
            shortest, longest = _LENGTHS[name]
            if not re.fullmatch(rf"[A-Za-z0-9_-]{{{shortest},{longest}}}", value.get_secret_value()):
                raise ValueError(
                    f"it is no secret of {shortest} to {longest} letters, digits, _ and -; "
                    "`openssl rand -hex 32` makes one"
                )
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses_or_networks(cls, value: str) -> str:
        named = [name.strip() for name in value.split(",") if name.strip()]
        for name in named:
            try:
                ipaddress.ip_network(name)
            except ValueError:
                raise ValueError(f"{name} is no address and no network such as 10.0.0.0/8") from None
        return ",".join(named)

    @field_validator("allowed_hosts")
    @classmethod
    def _names_of_hosts(cls, value: str) -> str:
        named = [name.strip() for name in value.split(",") if name.strip()]
        for name in named:
            if not re.fullmatch(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:.]+\]?", name):
                raise ValueError(f"{name} is no name of a host such as desk.example.vn")
        return ",".join(named)

    @field_validator("instance")
    @classmethod
    def _a_name_for_files(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}", value):
            raise ValueError("it is no name of letters, digits, points and dashes, such as rasa-2")
        return value

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Settings:
        if self.caddy_tls != "off" and not self.web_address.startswith("https://"):
            raise ValueError("WEB_ADDRESS must begin with https:// when CADDY_TLS is not off")
        if self.caddy_tls == "files" and (self.tls_certificate is None or self.tls_key is None):
            raise ValueError("TLS_CERTIFICATE and TLS_KEY are needed when CADDY_TLS is files")
        return self

    @model_validator(mode="after")
    def _single_sign_on_is_whole(self) -> Settings:
        if not self.oidc_issuer:
            return self
        address = urlsplit(self.oidc_issuer)
        at_home = address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost", "::1")
        if not address.hostname or not (address.scheme == "https" or at_home):
            raise ValueError("OIDC_ISSUER is not an address that begins with https://")
        if not self.oidc_client_id:
            raise ValueError("OIDC_CLIENT_ID is needed when OIDC_ISSUER is set")
        return self

    @model_validator(mode="after")
    def _filled_in(self) -> Settings:
        self.var_dir = self.var_dir.absolute()
        self.database_url = self.database_url or f"sqlite:///{self.var_dir / 'desk.sqlite'}"
        self.rasa_tracker_url = self.rasa_tracker_url or stores.default_trackers(self.var_dir)
        if stores.shares(self.rasa_tracker_url, self.database_url):
            raise ValueError("RASA_TRACKER_URL is the desk's own database; Rasa needs one, or a schema, for itself")
        self.rasa_url = (self.rasa_url or f"http://{self.host}:{self.rasa_port}").rstrip("/")
        self.actions_url = (self.actions_url or f"http://{self.host}:{self.actions_port}").rstrip("/")
        self.knowledge_url = (self.knowledge_url or f"http://{self.host}:{self.knowledge_port}").rstrip("/")
        self.web_address = (self.web_address or f"http://{self.host}:{self.console_port}").rstrip("/")
        self.telegram_api_url = self.telegram_api_url.rstrip("/")
        self.telegram_bot_name = self.telegram_bot_name.removeprefix("@")
        if self.telegram_bot_name and not re.fullmatch(r"[A-Za-z0-9_]{5,32}", self.telegram_bot_name):
            raise ValueError("TELEGRAM_BOT_NAME is no name of a bot, such as customs_desk_bot")
        if self.telegram_mode == "webhook" and self.telegram_webhook_secret is None:
            raise ValueError("TELEGRAM_WEBHOOK_SECRET is needed when TELEGRAM_MODE is webhook")
        if self.smtp_host and not re.fullmatch(r"[^@]+@[^@]+", parseaddr(self.smtp_sender)[1]):
            raise ValueError("SMTP_SENDER, an e-mail address, is needed when SMTP_HOST is set")
        return self

    @property
    def reached_at(self) -> str:
        """The address by which what listens on this machine is reached from itself."""
        return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)

    def watch_port(self, process: str) -> int:
        """The port on which a process shows how it is."""
        ports = {
            "rasa": self.rasa_watch_port,
            "actions": self.actions_watch_port,
            "knowledge": self.knowledge_watch_port,
            "console": self.console_watch_port,
            "bot": self.bot_watch_port,
            "clock": self.clock_watch_port,
        }
        return ports[process]

    @property
    def run_dir(self) -> Path:
        """Where the logs of the processes are."""
        return self.var_dir / "run"


def read_settings() -> Settings:
    """The settings of this process; raises BadSetting with one sentence.

    What stands in no variable is looked for in the folder SECRETS_DIR, a file a setting with the setting's name. What
    a setting was is never told: neither by the sentence nor by a cause behind it.
    """
    secrets = os.environ.get("SECRETS_DIR", "")
    if secrets and not Path(secrets).is_dir():
        raise BadSetting("SECRETS_DIR cannot be used: there is no such folder.")
    try:
        return Settings(_secrets_dir=secrets or None)
    except UnreadableSecret as error:
        raise BadSetting(str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "The settings"
        reason = first["msg"].removeprefix("Value error, ")
        raise BadSetting(f"{name} cannot be used: {reason}.") from None
