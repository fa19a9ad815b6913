"""What is brought in by a file of records refers to many places, and none of them is called, on the network or here."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from desk.imports import records
from desk.imports.faults import FileRefused
from desk.imports.files import File
from tests import import_fixtures as made

SECRET = "not for whoever brings a file"


@contextlib.contextmanager
def nobody_may_call() -> Iterator[str]:
    """An address of this machine that is listened at; fails where somebody connected while the block lasted."""
    calls: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, _ = server.accept()
                    with connection:
                        calls.append(connection.recv(1000))

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()
    assert calls == []


def packed_with_references(data: bytes, rels: str, address: str, kinds: tuple[str, ...]) -> bytes:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = "".join(
        f'<Relationship Id="away{n}" Type="{base}/{kind}" Target="{address}/{kind}" TargetMode="External"/>'
        for n, kind in enumerate(kinds)
    )
    there = made.part_of(data, rels).decode()
    return made.with_part(data, rels, there.replace("</Relationships>", f"{more}</Relationships>").encode())


def files_with_references(address: str, local: str) -> list[File]:
    """One of each kind; ``local`` is a file of this machine."""
    row = made.a_row()
    page = made.headed_html([row]).data.decode()
    html = (
        f'<!DOCTYPE html SYSTEM "{address}/dtd" [<!ENTITY a SYSTEM "{local}"><!ENTITY b SYSTEM "{address}/b">]>'
        f'<base href="{address}/"><link rel=stylesheet href="{address}/css">'
        f'<meta http-equiv=refresh content="0;{address}">'
        f'<img src="{address}/img"><iframe src="{local}"></iframe><object data="{address}/o"></object>&a;&b;{page}'
    )
    book = openpyxl.load_workbook(io.BytesIO(made.xlsx_file([row]).data))
    sheet = book.active
    assert sheet is not None
    sheet.cell(2, 40, f'=WEBSERVICE("{address}/x")')
    sheet.cell(2, 41, f"='[{address}/book.xlsx]Sheet1'!A1")
    sheet.cell(2, 42, f'=HYPERLINK("{local}")')
    xlsx = made.saved(book)
    docx = made.headed_docx([row]).data
    markdown = made.headed_md([row]).data.decode() + f"\n![a]({address}/a.png) [b]({local})\n<img src='{address}/c'>\n"
    return [
        File("records.html", html.encode()),
        File(
            "records.docx",
            packed_with_references(
                docx, "word/_rels/document.xml.rels", address, ("attachedTemplate", "image", "subDocument", "oleObject")
            ),
        ),
        File(
            "records.xlsx",
            packed_with_references(
                xlsx, "xl/_rels/workbook.xml.rels", address, ("externalLinkPath", "attachedTemplate", "oleObject")
            ),
        ),
        File("records.md", markdown.encode()),
        File("records.csv", made.csv_file([row | {"id": f'=WEBSERVICE("{address}")'}]).data),
        File("records.jsonl", f'{{"$ref": "{address}/record", "id": {{"$ref": "{local}"}}}}\n'.encode()),
    ]


@pytest.mark.parametrize("number", range(6), ids=["html", "docx", "xlsx", "md", "csv", "jsonl"])
def test_no_address_in_a_file_of_records_is_called_and_no_file_read(number: int, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with nobody_may_call() as address:
        file = files_with_references(address, (tmp_path / "secret").as_uri())[number]
        try:
            found = repr(list(records.read(file)))
        except FileRefused as refused:
            found = str(refused)
    assert SECRET not in found


def test_the_listener_would_notice() -> None:
    with pytest.raises(AssertionError):
        _somebody_calls()


def _somebody_calls() -> None:
    with nobody_may_call() as address:
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            connection.recv(1)
