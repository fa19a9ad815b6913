"""The disk is full: people are told, nothing is lost or doubled, and once there is room all goes on by itself.

The store lies on a small file system of its own, in a mount namespace that ends with the test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bootstrap.settings import PROJECT
from desk.store import Store, make_engine
from desk.texts import Texts
from tests.desk_fixtures import CONTENT
from tests.e2e.telegram_emulator import Telegram, running_emulator
from tests.e2e.test_inbox_survives_kills import bot_process, is_settled, stored

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

#: Megabytes that the file system has beyond the store itself.
ROOM = 3
PERSON, ANOTHER = 801, 802
_INSIDE = "mount -t tmpfs -o size=$1 tmpfs $2 && shift 2 && exec $@"


def in_own_mounts(size: str, folder: Path, *command: str) -> list[str]:
    """A command that sees a small file system at a folder, and nobody else does."""
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    return [*unshare, "sh", "-c", _INSIDE, "sh", size, str(folder), *command]


def can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(in_own_mounts("1m", folder, "true"), capture_output=True, check=False).returncode == 0


def test_on_a_full_disk_nothing_is_lost_and_the_person_told(store_template: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if not can_mount(small):
        reason = "THE FULL DISK WAS NOT TRIED: no file system can be mounted here (unshare --mount)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    size = store_template.stat().st_size + ROOM * 2**20
    play = [sys.executable, "-m", "tests.e2e.test_full_disk", str(small), str(store_template)]
    done = subprocess.run(
        in_own_mounts(str(size), small, *play), cwd=PROJECT, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def main() -> None:
    """The play itself, inside the mount namespace: FOLDER is the small file system, TEMPLATE a migrated store."""
    small, template = Path(sys.argv[1]), Path(sys.argv[2])
    path = Path(shutil.copy(template, small / "desk.sqlite"))
    store, texts = Store(make_engine(f"sqlite:///{path}")), Texts.read(CONTENT / "texts")
    with tempfile.TemporaryDirectory() as folder, running_emulator() as telegram:
        with bot_process(Path(folder), path, telegram) as bot:
            telegram.command("help", chat=PERSON)
            telegram.wait_for(is_settled(store, 1), 60)
            ballast = fill(small)
            down = texts.say("degraded.store_down", "en")
            for person in (PERSON, PERSON, ANOTHER):
                telegram.command("cases", chat=person)
            telegram.wait_for(said(telegram, down, {PERSON, ANOTHER}), 60)
            ballast.unlink()
            telegram.wait_for(is_settled(store, 4), 60)
            assert bot.end() == 0, "it did not end by itself"
        help_, none = texts.say("small_talk.help", "en"), texts.say("case.none", "en")
        notice = texts.say("notice.first_contact", "en")
        assert stored(store) == 4, stored(store)
        for person, expected in ((PERSON, [notice, help_, none, none]), (ANOTHER, [notice, none])):
            arrived = [message.text for message in telegram.sent(person)]
            assert [text for text in arrived if text != down] == expected, arrived
            assert arrived.count(down) == 1, arrived


def fill(folder: Path) -> Path:
    """Leave no room at all; returns the file to be taken away for room."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**16, 2**12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return ballast


def said(telegram: Telegram, text: str, people: set[int]) -> Callable[[], bool]:
    return lambda: people <= {message.chat for message in telegram.sent() if message.text == text}


if __name__ == "__main__":
    main()
