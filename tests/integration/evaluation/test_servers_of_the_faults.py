"""The servers of the fault runs: what was told to them is still there after SIGKILL, at the same address."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from evaluation.faults.servers import PostgreSQL, Valkey


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    with PostgreSQL(tmp_path_factory.mktemp("postgresql")) as server:
        yield server


def test_what_was_committed_in_postgresql_outlives_a_kill(postgresql: PostgreSQL) -> None:
    address, first = postgresql.url_of("desk"), postgresql.pid
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'said before the kill' AS words")

    postgresql.kill()
    assert postgresql.pid == 0
    assert not postgresql.answers()
    postgresql.restart()

    assert postgresql.pid not in (0, first)
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT words FROM kept").fetchone() == ("said before the kill",)


def test_the_desk_and_rasa_have_a_database_each(postgresql: PostgreSQL) -> None:
    assert postgresql.url.startswith("postgresql+psycopg://")
    for address in (postgresql.url_of("desk"), postgresql.rasa_url):
        with psycopg.connect(address) as connection:
            assert connection.info.dbname == address.rpartition("/")[2]


def test_what_was_told_to_valkey_outlives_a_kill(tmp_path: Path) -> None:
    with Valkey(tmp_path) as valkey:
        first = valkey.pid
        assert _tell(valkey, "SET ticket 7") == "+OK"

        valkey.restart()

        assert valkey.pid not in (0, first)
        assert _tell(valkey, "GET ticket") == "$1\r\n7"
        assert valkey.url == f"redis://127.0.0.1:{valkey.port}/0"


def test_a_server_that_is_stopped_leaves_no_process(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path)
    valkey.start()
    process = valkey.pid

    valkey.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert not valkey.answers()


def _tell(valkey: Valkey, command: str) -> str:
    with socket.create_connection(("127.0.0.1", valkey.port), timeout=5) as connection:
        connection.sendall(f"{command}\r\n".encode())
        return connection.recv(200).decode().strip()
