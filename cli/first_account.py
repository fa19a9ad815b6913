"""The account with which somebody signs in first, and how its password is told."""

from __future__ import annotations

import os

from bootstrap.settings import Settings
from cli.terminal import out

FIRST_ACCOUNT = "admin"


def say_first_account(settings: Settings, password: str, *, to_a_person: bool) -> None:
    """Say with which account one signs in first; where a journal keeps what is said, the password goes into a file."""
    if to_a_person:
        out.print(f"First account: {FIRST_ACCOUNT} with the password {password} (shown only now)", markup=False)
        return
    file = settings.var_dir / "first-account.txt"
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as only_ours:
        only_ours.write(f"{password}\n")
    out.print(f"First account: {FIRST_ACCOUNT}; its password is in {file}, which you then remove.", markup=False)
