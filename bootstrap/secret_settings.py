"""Which settings are secret, and how they come from files: NAME_FILE names the file that holds the setting NAME."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

_FILE = "_file"
#: Shorter values are left in a line: they would take ordinary words apart. No secret that keeps anything is so short.
_SHORTEST = 6


class UnreadableSecret(Exception):
    """A file that a setting names cannot be used; the message names the variable and says why, never what is in it."""


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting is a secret, or an address with a password in it: those are not shown with the settings."""
    return not field.repr or SecretStr in (field.annotation, *get_args(field.annotation))


def secret_fields(settings: type[BaseModel]) -> tuple[str, ...]:
    """The names of all settings that are secret."""
    return tuple(name for name, field in settings.model_fields.items() if is_secret(field))


def secret_values(settings: BaseModel) -> tuple[str, ...]:
    """What must never be shown of these settings: the secrets, and the passwords in addresses; the longest first."""
    found: set[str] = set()
    for name in secret_fields(type(settings)):
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            found.add(value.get_secret_value())
        elif password := urlsplit(str(value or "")).password:
            found |= {password, unquote(password)}
    return tuple(sorted((each for each in found if len(each) >= _SHORTEST), key=lambda each: (-len(each), each)))


class FromFiles(PydanticBaseSettingsSource):
    """The secrets whose files are named in the environment, or in .env: ``named`` says which of the two."""

    def __init__(self, settings: type[BaseSettings], named: PydanticBaseSettingsSource) -> None:
        super().__init__(settings)
        self._named: Mapping[str, str | None] = named.env_vars if isinstance(named, EnvSettingsSource) else {}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return (self._content(field_name) if is_secret(field) else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Raises UnreadableSecret."""
        found = {name: self._content(name) for name in secret_fields(self.settings_cls)}
        return {name: value for name, value in found.items() if value is not None}

    def _content(self, name: str) -> str | None:
        path = self._named.get(f"{name}{_FILE}")
        if not path:
            return None
        variable = f"{name}{_FILE}".upper()
        try:
            content = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UnreadableSecret(f"{variable} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise UnreadableSecret(f"{variable} cannot be read: it is no text in UTF-8.") from None
        if not content:
            raise UnreadableSecret(f"{variable} cannot be used: the file is empty.")
        return content
