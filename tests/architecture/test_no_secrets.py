"""Nothing in the project's files looks like a secret: keys, tokens of known forms, and long words without a sense.

Rules of our own, short and quick: what a scanner knows beside them are the forms of services that nobody uses here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.desk_fixtures import PROJECT
from tests.listed_files import files_of_the_project

FORMS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?<![\w-])\d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])"  # a bot of Telegram
    r"|(?<!\w)(?:AKIA|ASIA)[0-9A-Z]{16}(?!\w)"
    r"|(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,})"
    r"|(?<!\w)(?:AIza[\w-]{35}|sk[-_](?:live|test|ant|proj)[-_][\w-]{16,}|pypi-[\w-]{40,}|hf_[A-Za-z0-9]{30,})"
    r"|(?<!\w)eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"  # a token of OpenID Connect
)
#: What is given to something that is named like a secret.
GIVEN = re.compile(
    r"""(?:secret|token|passw(?:or)?d|pwd|api_?key|(?<![a-z])key)\w*["']?\s*(?::\s*\w+\s*)?[=:]\s*["']?([\w+/=.~-]{16,})""",
    re.IGNORECASE,
)
#: Random letters, digits and signs have more bits a character than words and dotted names of a program.
BITS = 4.2
NEVER_KEPT = re.compile(r"(^|/)(\.env|id_(rsa|dsa|ecdsa|ed25519)|[^/]*\.(pem|key|p12|pfx|jks|kdbx)|.*\.secret)$")
HASHES = ("requirements.lock", "requirements.txt")


#: One of these is in every line in which there is something to find: looked for first, for that is quick.
BEFORE_FORMS = (
    "-----begin",
    "akia",
    "asia",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xox",
    "aiza",
    "sk-",
    "sk_",
    "pypi-",
    "hf_",
    "eyj",
)
IN_NAMES = ("secret", "token", "passw", "pwd", "key")
OF_A_BOT = re.compile(r":[A-Za-z0-9_-]{35}")


def looks_like_a_secret(line: str) -> bool:
    small = line.lower()
    if (any(sign in small for sign in BEFORE_FORMS) or OF_A_BOT.search(line)) and FORMS.search(line):
        return True
    return any(name in small for name in IN_NAMES) and any(_is_random(found) for found in GIVEN.findall(line))


def _is_random(word: str) -> bool:
    """Letters of both cases and digits without any order."""
    if not all(any(map(kind, word)) for kind in (str.islower, str.isupper, str.isdigit)):
        return False
    shares = [count / len(word) for count in Counter(word).values()]
    return -sum(share * math.log2(share) for share in shares) >= min(BITS, 0.9 * math.log2(len(word)))


def test_nothing_in_the_files_looks_like_a_secret() -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in files_of_the_project()
        if path.name not in HASHES
        for number, line in enumerate(_lines_of(path), start=1)
        if looks_like_a_secret(line)
    ]
    assert found == []


def _lines_of(path: Path) -> list[str]:
    """The lines of a text; none of a picture or a font."""
    content = path.read_bytes()
    return [] if b"\0" in content[:1024] else content.decode("utf-8", "replace").splitlines()


def test_no_file_is_kept_that_is_there_to_hold_one() -> None:
    names = [path.relative_to(PROJECT).as_posix() for path in files_of_the_project()]
    assert [name for name in names if NEVER_KEPT.search(name)] == []


_RANDOM = "q7Xb2LmZ9" + "vR4tKp8Ws1"


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("TELEGRAM_BOT_TOKEN=123456789:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", True),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", True),
        (f'api_key = "{_RANDOM}"', True),
        (f"RASA_TOKEN={_RANDOM}", True),
        (f'"password": "{_RANDOM}"', True),
        (f"second_factor_key: str = '{_RANDOM}'", True),
        ("AKIA" + "IOSFODNN7EXAMPLE", True),
        ("ghp_" + "a1B2" * 9, True),
        ("token = settings.telegram_bot_token.get_secret_value()", False),
        ("#TELEGRAM_BOT_TOKEN=123456:ABC-DEF", False),
        ("key=lambda each: (-len(each), each)", False),
        ("password: postgresql+psycopg://desk:PASSWORD@postgres/desk", False),
        ('PASSWORD = "a password of tests"', False),
    ],
)
def test_a_secret_is_told_from_what_only_speaks_of_one(line: str, is_one: bool) -> None:
    assert looks_like_a_secret(line) is is_one
