"""What a scanner says is understood, by TCP, by a socket of this machine and by a program; all else is no verdict."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bootstrap.settings import BadSetting, read_settings
from desk.ports import Scanner, ScannerAway, Verdict
from scanner.address import scanner_at
from scanner.clamd import ClamdScanner
from scanner.command import CommandScanner
from tests.clamd_server import Clamd, ClamdOfThisMachine, a_port_where_nobody_listens, serving
from tests.file_fixtures import EICAR, JPEG, PDF


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    daemon = Clamd()
    with serving(daemon):
        yield daemon


@pytest.fixture
def a_program(tmp_path: Path) -> Callable[[str], str]:
    """A program of a few lines of shell, as the address of a scanner."""

    def made(lines: str) -> str:
        path = tmp_path / "scan it"
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return f"command:'{path}' - 'two words'"

    return made


def test_a_clean_file_is_clean_and_the_test_file_is_found(clamd: Clamd) -> None:
    scanner = scanner_at(clamd.url)
    scanner.check()
    large = bytes(range(256)) * 4_000
    assert [scanner.scan(data) for data in (PDF, large, b"")] == [Verdict(), Verdict(), Verdict()]
    assert scanner.scan(PDF + EICAR) == Verdict("Win.Test.EICAR_HDB-1")
    assert clamd.scanned == [PDF, large, b"", PDF + EICAR]


def test_a_socket_of_this_machine_is_as_good() -> None:
    with tempfile.TemporaryDirectory() as folder:  # a path of a socket may be no longer than 108 letters
        path = Path(folder) / "clamd.ctl"
        with serving(ClamdOfThisMachine(path)):
            for address in (f"unix:{path}", f"unix://{path}"):
                scanner_at(address).check()
                assert scanner_at(address).scan(EICAR).found == "Win.Test.EICAR_HDB-1"
        with pytest.raises(ScannerAway):
            scanner_at(f"unix:{path}").scan(JPEG)


@pytest.mark.parametrize(
    "says", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: OKAY", b"x" * 10_000, b"stream: \xff\n\x1b[2J OK"]
)
def test_an_answer_that_is_no_verdict_is_none(clamd: Clamd, says: bytes) -> None:
    clamd.says = says
    with pytest.raises(ScannerAway) as away:
        scanner_at(clamd.url).scan(JPEG)
    assert str(away.value).isprintable()
    assert len(str(away.value)) < 200


def test_a_scanner_that_is_away_or_silent_says_nothing_of_a_file(clamd: Clamd) -> None:
    clamd.is_silent = True
    gone = f"tcp://127.0.0.1:{a_port_where_nobody_listens()}"
    for scanner in (scanner_at(clamd.url), scanner_at(gone)):
        with pytest.raises(ScannerAway):
            scanner.scan(JPEG)
        with pytest.raises(ScannerAway):
            scanner.check()


def test_what_was_found_has_a_name_without_tricks(clamd: Clamd) -> None:
    clamd.says = b"stream: Evil\n\x1b[31mName FOUND"
    found = scanner_at(clamd.url).scan(JPEG).found
    assert found is not None
    assert found.isprintable()


def test_a_program_reads_the_file_and_ends_with_its_verdict(a_program: Callable[[str], str]) -> None:
    scanner = scanner_at(a_program('[ "$#-$2" = "2-two words" ] || exit 9\ngrep -q EICAR || exit 0\n'
                                   'echo "stdin: Eicar-Signature FOUND"\nexit 1'))  # fmt: skip
    scanner.check()
    assert scanner.scan(PDF) == Verdict()
    assert scanner.scan(EICAR) == Verdict("Eicar-Signature")


def test_the_name_is_what_stands_before_the_end_of_its_line(a_program: Callable[[str], str]) -> None:
    said = 'echo "/tmp/a: b: Test Virus FOUND"\necho "Infected: 1"\nexit 1'
    assert scanner_at(a_program(said)).scan(PDF) == Verdict("Test Virus")


def test_a_program_that_does_not_say_what_it_found_has_found_something(a_program: Callable[[str], str]) -> None:
    assert scanner_at(a_program("exit 1")).scan(PDF) == Verdict("?")


@pytest.mark.parametrize("lines", ["exit 2", "exec sleep 5", "kill -9 $$"])
def test_a_program_that_fails_or_takes_too_long_gives_no_verdict(
    a_program: Callable[[str], str], lines: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.command.PATIENCE", 1.0)
    with pytest.raises(ScannerAway):
        scanner_at(a_program(lines)).scan(PDF)


def test_a_program_knows_no_secret_of_the_desk(
    a_program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:secret")
    assert scanner_at(a_program('[ -z "$TELEGRAM_BOT_TOKEN" ]')).scan(PDF) == Verdict()


def test_a_program_that_is_not_there_is_away() -> None:
    scanner = scanner_at("command:no-such-scanner -")
    with pytest.raises(ScannerAway):
        scanner.check()
    with pytest.raises(ScannerAway):
        scanner.scan(PDF)


@pytest.mark.parametrize(
    ("address", "scanner"),
    [
        ("tcp://10.0.0.5:3311", ClamdScanner(host="10.0.0.5", port=3311)),
        ("tcp://clamav", ClamdScanner(host="clamav", port=3310)),
        ("unix:/run/clamav/clamd.ctl", ClamdScanner(path="/run/clamav/clamd.ctl")),
        ("command:clamdscan --no-summary -", CommandScanner(("clamdscan", "--no-summary", "-"))),
    ],
)
def test_an_address_names_one_scanner(address: str, scanner: Scanner) -> None:
    assert scanner_at(address) == scanner


@pytest.mark.parametrize(
    "address", ["clamd", "tcp:", "tcp://", "tcp://host/path", "unix:run/x", "command:", "http://x"]
)
def test_an_address_that_names_none_stops_the_start_with_a_sentence(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCANNER_URL", address)
    with pytest.raises(BadSetting, match=r"SCANNER_URL cannot be used: is none of tcp://"):
        read_settings()
