"""Letters through a real mail server: sent once, tried again, given up, encrypted; what is not certain is listed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from desk.letters import service as letters
from desk.letters.model import Letter
from desk.ports import PostFailed
from post.smtp import SmtpPost
from tests.desk_fixtures import World
from tests.e2e.telegram_emulator import free_port
from tests.smtp_server import PASSWORD, USER, MailServer, make_certificate, running_mail_server

pytestmark = pytest.mark.thorough

SENDER = "Hải quan <no-reply@customs.example>"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with running_mail_server(free_port(), tmp_path / "letters") as running:
        yield running


def reaching(world: World, port: int) -> World:
    """The world with a mail server at this port."""
    post = SmtpPost("127.0.0.1", port, SENDER, security="none")
    return dataclasses.replace(world, desk=dataclasses.replace(world.desk, post=post))


def write(world: World, to: str = "lan@enterprise.example", text: str = "Mã của bạn:\n\n12345678\n") -> None:
    now = world.clock.now()
    with world.store.writing() as session:
        letters.write(
            session, to=to, subject="Mã xác minh", text=text, expires_at=now + dt.timedelta(minutes=15), at=now
        )


def states(world: World) -> list[str]:
    with world.store.reading() as session:
        return list(session.scalars(select(Letter.state).order_by(Letter.id)))


def test_a_letter_arrives_whole_and_once(world: World, server: MailServer) -> None:
    town = reaching(world, server.port)
    write(town)
    assert letters.send_due(town.desk) == 1
    assert letters.send_due(town.desk) == 0
    (letter,) = server.letters()
    assert letter["To"] == "lan@enterprise.example"
    assert letter["From"] == SENDER
    assert letter["Subject"] == "Mã xác minh"
    assert "12345678" in letter.get_content()
    assert "Mã của bạn" in letter.get_content()
    assert letter["Message-ID"].endswith("@customs.example>")
    assert states(town) == ["sent"]


def test_while_the_server_is_down_a_letter_waits_and_is_sent_when_it_is_up_again(world: World, tmp_path: Path) -> None:
    port = free_port()
    town = reaching(world, port)
    write(town)
    for wait in (0, 4, 1):
        town.clock.advance(seconds=wait)
        assert letters.send_due(town.desk) == 0
    with town.store.reading() as session:
        waiting = session.scalars(select(Letter)).one()
    assert (waiting.state, waiting.attempts, waiting.error) == ("waiting", 2, "ConnectionRefusedError")
    with running_mail_server(port, tmp_path / "letters") as server:
        assert letters.send_due(town.desk) == 0  # its time has not come
        town.clock.advance(seconds=15)
        assert letters.send_due(town.desk) == 1
        assert len(server.letters()) == 1


def test_a_letter_that_is_of_no_use_any_more_is_not_sent(world: World, server: MailServer) -> None:
    write(world)
    world.clock.advance(minutes=15)
    town = reaching(world, server.port)
    assert letters.send_due(town.desk) == 0
    assert server.letters() == []
    with town.store.reading() as session:
        assert session.execute(select(Letter.state, Letter.text)).one() == ("expired", "")


def test_a_mailbox_that_does_not_exist_is_not_tried_again(world: World, server: MailServer) -> None:
    town = reaching(world, server.port)
    write(town, to="nobody@enterprise.example")
    letters.send_due(town.desk)
    town.clock.advance(minutes=5)
    letters.send_due(town.desk)
    with town.store.reading() as session:
        letter = session.scalars(select(Letter)).one()
    assert (letter.state, letter.attempts, letter.error) == ("refused", 1, "the mail server answered 550")


def test_what_the_server_does_not_take_now_is_tried_again(world: World, server: MailServer) -> None:
    town = reaching(world, server.port)
    write(town, to="later@enterprise.example")
    letters.send_due(town.desk)
    town.clock.advance(minutes=1)
    letters.send_due(town.desk)
    with town.store.reading() as session:
        letter = session.scalars(select(Letter)).one()
    assert (letter.state, letter.attempts) == ("waiting", 2)


def test_a_letter_whose_fate_is_unknown_is_listed_and_not_sent_again(world: World, server: MailServer) -> None:
    town = reaching(world, server.port)
    write(town, to="cut@enterprise.example")
    letters.send_due(town.desk)
    town.clock.advance(minutes=10)
    letters.send_due(town.desk)
    assert states(town) == ["uncertain"]
    assert len(server.letters()) == 1


def test_what_a_dead_process_had_in_its_hands_is_uncertain(world: World, server: MailServer) -> None:
    town = reaching(world, server.port)
    write(town)
    with town.store.writing() as session:
        assert letters._claim_next(session, town.clock.now()) is not None
    letters.send_due(town.desk)
    assert states(town) == ["sending"]
    town.clock.advance(minutes=5)
    letters.send_due(town.desk)
    assert states(town) == ["uncertain"]
    assert server.letters() == []


def test_one_bad_letter_holds_up_no_other(world: World, server: MailServer) -> None:
    town = reaching(world, server.port)
    for to in ("later@enterprise.example", "nobody@enterprise.example", "lan@enterprise.example"):
        write(town, to=to)
    assert letters.send_due(town.desk) == 1
    assert states(town) == ["waiting", "refused", "sent"]


def test_two_who_send_at_once_send_each_letter_once(world: World, server: MailServer) -> None:
    town = reaching(world, server.port)
    for number in range(12):
        write(town, to=f"lan-{number}@enterprise.example")
    senders = [threading.Thread(target=letters.send_due, args=(town.desk,)) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(letter["To"] for letter in server.letters()) == sorted(
        f"lan-{number}@enterprise.example" for number in range(12)
    )
    assert set(states(town)) == {"sent"}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate of this test")
class TestAnEncryptedServer:
    @pytest.fixture(scope="class")
    @staticmethod
    def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
        return make_certificate(tmp_path_factory.mktemp("certificate"))

    @pytest.fixture
    @staticmethod
    def encrypted(certificate: tuple[Path, Path], tmp_path: Path) -> Iterator[MailServer]:
        with running_mail_server(free_port(), tmp_path / "letters", certificate) as running:
            yield running

    def test_starttls_and_a_password(self, encrypted: MailServer, certificate: tuple[Path, Path]) -> None:
        trusting = ssl.create_default_context(cafile=str(certificate[0]))
        post = SmtpPost("127.0.0.1", encrypted.port, SENDER, user=USER, password=PASSWORD, context=trusting)
        post.send("lan@enterprise.example", "Thử", "Chào bạn", name="abc")
        (letter,) = encrypted.letters()
        assert letter["Message-ID"] == "<abc@customs.example>"

    def test_a_connection_that_is_encrypted_from_the_start(
        self, certificate: tuple[Path, Path], tmp_path: Path
    ) -> None:
        trusting = ssl.create_default_context(cafile=str(certificate[0]))
        with running_mail_server(free_port(), tmp_path / "letters", certificate, "ssl") as server:
            post = SmtpPost("127.0.0.1", server.port, SENDER, "ssl", USER, PASSWORD, trusting)
            post.send("lan@enterprise.example", "Thử", "Chào bạn", name="abc")
            assert len(server.letters()) == 1

    def test_a_wrong_password_and_a_certificate_of_nobody_send_nothing(
        self, encrypted: MailServer, certificate: tuple[Path, Path]
    ) -> None:
        trusting = ssl.create_default_context(cafile=str(certificate[0]))
        wrong = SmtpPost("127.0.0.1", encrypted.port, SENDER, user=USER, password="wrong", context=trusting)
        untrusted = SmtpPost("127.0.0.1", encrypted.port, SENDER, user=USER, password=PASSWORD)
        for post in (wrong, untrusted):
            with pytest.raises(PostFailed) as failed:
                post.send("lan@enterprise.example", "Thử", "Chào bạn", name="abc")
            assert PASSWORD not in str(failed.value)
        assert encrypted.letters() == []
